"""Typed views: what each does, and that a seed gives the same texts again."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seq2seq_core.data.splits import fold_sentence
from seq2seq_core.data.typed_views import CURLY, NEIGHBOURS, TYPED_MIXES, TYPED_VIEWS, typed_epoch, typed_view
from seq2seq_core.errors import Seq2SeqError

SENTENCE = "Don't you know Tom's sister, please?"
texts = st.text(max_size=40)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("lower", "don't you know tom's sister, please?"),
        ("upper", "DON'T YOU KNOW TOM'S SISTER, PLEASE?"),
        ("no_end_mark", "Don't you know Tom's sister, please"),
        ("no_inner_marks", "Don't you know Tom's sister please?"),
        ("no_apostrophes", "Dont you know Toms sister, please?"),
    ],
)
def test_views_without_chance(view: str, expected: str) -> None:
    assert typed_view(SENTENCE, [view]) == expected


def test_accents_and_ligatures() -> None:
    assert typed_view("Ça va, ma sœur ? À bientôt !", ["no_accents"]) == "Ca va, ma soeur ? A bientot !"


def test_spaces_before_french_marks() -> None:
    assert typed_view("Où es-tu ? Là : ici !", ["no_space_before_marks"]) == "Où es-tu? Là: ici!"


def test_curly_apostrophes_are_apostrophes_of_another_kind() -> None:
    seen = {typed_view("it's", ["curly_apostrophes"], seed) for seed in range(40)}
    assert seen == {f"it{mark}s" for mark in CURLY}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where are you?", {"Where r u?"}),
        ("I'm sorry.", {"im sorry."}),
        ("I want to see your house.", {"I wanna see ur house."}),
        ("Thank you!", {"thx!", "ty!"}),
        ("Youth and years.", {"Youth n years.", "Youth & years."}),
    ],
)
def test_chat_spellings(text: str, expected: set[str]) -> None:
    assert {typed_view(text, ["chat_spellings"], seed) for seed in range(20)} == expected


def test_a_typo_is_one_slip_within_a_word() -> None:
    found = {typed_view("I am here", ["typo"], seed) for seed in range(300)}
    assert {"I am hre", "I am heer", "I am hher"} & found
    assert "I am heere" in found
    assert "I am hete" in found  # t is next to r
    for text in found:
        assert text.startswith("I am h")
        assert 8 <= len(text) <= 10
    assert typed_view("I am", ["typo"]) == "I am"  # no word is long enough


def test_neighbours_are_mutual() -> None:
    assert set(NEIGHBOURS["s"]) == set("adwezx")
    assert all(key in NEIGHBOURS[other] for key, others in NEIGHBOURS.items() for other in others)


@given(texts.filter(str.strip), st.sampled_from(sorted(TYPED_VIEWS)), st.integers(0, 100))
def test_every_view_leaves_something_and_is_repeatable(text: str, view: str, seed: int) -> None:
    found = typed_view(text, [view], seed)
    assert found
    assert found == typed_view(text, [view], seed)


@given(st.text("abc DE,.!?'", max_size=30), st.integers(0, 100))
def test_views_of_case_marks_and_spaces_keep_the_folded_sentence(text: str, seed: int) -> None:
    """So a rewritten sentence belongs to the side of the split that the sentence itself belongs to."""
    assume(any(char.isalpha() for char in text))
    for view in ("lower", "upper", "no_end_mark", "more_end_marks", "no_apostrophes", "curly_apostrophes"):
        assert fold_sentence(typed_view(text, [view], seed)) == fold_sentence(text)
    assert fold_sentence(typed_view(text, ["double_spaces"], seed)) == fold_sentence(text)


@pytest.mark.parametrize("mix", sorted(TYPED_MIXES))
def test_an_epoch_is_its_seed_and_number(mix: str) -> None:
    sentences = [f"It's number {number}, isn't it?" for number in range(400)]
    first = typed_epoch(sentences, mix, seed=3, epoch=1)
    assert first == typed_epoch(sentences, mix, seed=3, epoch=1)
    assert first != typed_epoch(sentences, mix, seed=3, epoch=2)
    assert first != typed_epoch(sentences, mix, seed=4, epoch=1)
    changed = sum(one != other for one, other in zip(first, sentences, strict=True))
    assert 0.4 < changed / len(sentences) < 0.8
    assert 0 < sum(text.isupper() for text in first) < 60


def test_exclusive_views_are_never_both_taken() -> None:
    mix = TYPED_MIXES["english"]
    rng = random.Random(0)
    for _ in range(300):
        text = mix.rewrite("Is Tom OK?", rng)
        assert text.strip()
        assert "??" not in text or text.endswith("?")


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(Seq2SeqError, match=r"'sideways' is not known: it is one of lower, upper"):
        typed_view("a", ["sideways"])
    with pytest.raises(Seq2SeqError, match=r"'german' is not known: it is one of english, french"):
        typed_epoch(["a"], "german", 0, 1)
