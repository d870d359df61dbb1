"""Alignment and what is mined with it, on a small made-up corpus of which everything is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.alignment import agreed, align, phrase_spans, symmetric
from seq2seq_core.data.fragments import align_pairs, beginnings, mine_asides, mine_fragments, words_of
from seq2seq_core.data.pairs import Pair
from seq2seq_core.errors import Seq2SeqError

SUBJECTS = [("The cat", "Le chat"), ("My brother", "Mon frère"), ("The man", "L'homme")]
VERBS = [("sees", "voit"), ("buys", "achète"), ("likes", "aime")]
OBJECTS = [
    ("the red car", "la voiture rouge"),
    ("a red book", "un livre rouge"),
    ("the white house", "la maison blanche"),
    ("a white car", "une voiture blanche"),
    ("the book", "le livre"),
    ("the house", "la maison"),
    ("a car", "une voiture"),
]
PAIRS = [Pair(f"{s} {v} {o}.", f"{a} {b} {c}.") for (s, a), (v, b), (o, c) in product(SUBJECTS, VERBS, OBJECTS)]


@pytest.fixture(scope="module")
def mined() -> dict[str, str]:
    return {found.source: found.target for found in mine_fragments(align_pairs(PAIRS, ("en", "fr")))}


def test_words_find_their_translations(mined: dict[str, str]) -> None:
    expected = {"cat": "chat", "brother": "frère", "car": "voiture", "red": "rouge", "sees": "voit", "house": "maison"}
    assert expected.items() <= mined.items()


def test_phrases_whose_words_change_places(mined: dict[str, str]) -> None:
    assert mined["the red car"] == "la voiture rouge"
    assert mined["my brother"] == "mon frère"  # small, though it only ever begins sentences
    assert mined["the man"] == "l'homme"
    assert "the red" not in mined  # “la … rouge” is no phrase
    assert not any(mark in text for text in (*mined, *mined.values()) for mark in ".,")


def test_counts_and_shares() -> None:
    found = {item.source: item for item in mine_fragments(align_pairs(PAIRS, ("en", "fr")))}
    red_car = found["the red car"]
    assert (red_car.count, red_car.forward, red_car.backward) == (9, 1.0, 1.0)
    assert not mine_fragments(align_pairs(PAIRS, ("en", "fr")), least_count=1000)


def test_beginnings_translate_as_far_as_they_go() -> None:
    cut = set(beginnings(align_pairs(PAIRS, ("en", "fr"))))
    assert Pair("The cat sees", "Le chat voit") in cut
    assert not any(pair.source.endswith(" red") for pair in cut)
    assert all(any(pair.source.startswith(part.source) for pair in PAIRS) for part in cut)


def test_asides() -> None:
    pairs = [Pair(f"No, {word}.", f"Non, {other}.") for word, other in (("Tom", "Tom"), ("it is", "ça l'est"))]
    pairs += [
        Pair(f"{word}, please.", f"{other}, s'il vous plaît.") for word, other in (("Tea", "Du thé"), ("Go", "Va"))
    ]
    pairs += [Pair("I'm sorry, Tom.", "Je suis désolé, Tom."), Pair("I'm sorry, no.", "Je suis désolé, non.")]
    found = {item.source: item.target for item in mine_asides(pairs)}
    assert found["no"] == "non"
    assert found["please"] == "s'il vous plaît"
    assert found["I'm sorry"] == "je suis désolé"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Tom's dog can't swim.", ["Tom", "'s", "dog", "can't", "swim", "."]),
        ("en", "It's 2:30, mother-in-law!", ["It", "'s", "2:30", ",", "mother-in-law", "!"]),
        ("fr", "N'est-ce pas ? Donne-le-moi !", ["N'", "est", "-ce", "pas", "?", "Donne", "-le", "-moi", "!"]),
        ("fr", "Aujourd'hui, qu'a-t-il ?", ["Aujourd'hui", ",", "qu'", "a", "-t-il", "?"]),
        ("fr", "mes grands-parents", ["mes", "grands-parents"]),
    ],
)
def test_words_and_where_they_stand(language: str, text: str, words: list[str]) -> None:
    found = words_of(text, language)
    assert [word.text for word in found] == words
    assert all(text[word.start : word.end] == word.text for word in found)


def test_align_says_what_it_cannot_do() -> None:
    assert align([], []) == []
    with pytest.raises(Seq2SeqError, match="as many sentences"):
        align([["a"]], [])
    with pytest.raises(Seq2SeqError, match="a word in each"):
        align([["a"]], [[]])


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=5, max_size=5))
def test_symmetric_links_are_those_of_either_direction(links: list[tuple[int, int]]) -> None:
    forward, backward = (np.array(side) for side in zip(*links, strict=True))
    one = {(int(i), j) for j, i in enumerate(forward) if i >= 0}
    other = {(i, int(j)) for i, j in enumerate(backward) if j >= 0}
    assert agreed(forward, backward) == one & other
    assert one & other <= symmetric(forward, backward) <= one | other


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 6))))
def test_phrase_spans_are_consistent_and_none_is_missed(links: set[tuple[int, int]]) -> None:
    found = set(phrase_spans(frozenset(links), 6, 7, longest=4))
    expected = set()
    for first in range(6):
        for last in range(first, min(6, first + 4)):
            targets = [j for i, j in links if first <= i <= last]
            edges = {i for i, _ in links}
            if not targets or first not in edges or last not in edges:
                continue
            start, end = min(targets), max(targets)
            if all(first <= i <= last for i, j in links if start <= j <= end):
                expected.add((first, last, start, end))
    assert found == expected
