"""Typos: what is taken back, and what is left to the network."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.splits import fold_sentence
from seq2seq_core.data.typed_views import typo
from seq2seq_core.data.typos import SHORTEST, count_words, mend_typos

WORDS = {
    **{"where": 900, "is": 5000, "the": 9000, "station": 80, "don't": 700, "cat": 90, "cut": 80, "tom": 9000},
    **{"been": 900, "wanna": 50, "like": 3000, "vous": 9000, "fou": 90},
    **{"you": 9000, "doctor": 60, "cough": 9, "rarely": 2, "déjà": 90, "from": 800, "form": 20},
}
KNOWN = {fold_sentence(word) for word in WORDS}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Wher is teh statoin?", "Where is the station?"),  # dropped, swapped
        ("whhere is thw station", "where is the station"),  # doubled, a key beside
        ("wher teh statoin", "wher teh statoin"),  # not a word of it is known: another language
        ("wher statoin", "where station"),
        ("WHERE", "WHERE"),
        ("Dno't", "Don't"),
        ("dont", "dont"),  # how people leave it out; the network was trained on it
        ("deja", "deja"),
        ("docter", "doctor"),  # no neighbouring keys, but there is nothing else
        ("pls", "pls"),  # chat spellings are no slips
        ("cst", "cat"),
        ("cmt", "cmt"),  # cat or cut: neither is clearly likelier
        ("iz", "iz"),  # too short
        ("rarelly", "rarelly"),  # hardly ever in the data
        ("coughs", "coughs"),  # an ending, and no slip
        ("form", "form"),  # a word, whatever was meant
        ("I saw Ben, Nike. You ben", "I saw Ben, Nike. You been"),  # a capital within a sentence: a name
        ("vou, fou", "vous, fou"),  # an “s” left out: likelier than to miss the first letter
        ("anna", "anna"),  # hardly anybody misses the first letter
        ("hte", "the"),  # … unless the word is very common
        ("tov", "tov"),  # so short a word is one slip that nobody makes from too many: from “tom”
        ("中文 Zzyzx 123", "中文 Zzyzx 123"),
        ("<img srom=tge>", "<img srom=tge>"),  # no sentences
        ("teh.cat@example.org", "teh.cat@example.org"),
        ("(teh cat), teh cat: “teh”", "(the cat), the cat: “teh”"),
        ("", ""),
    ],
)
def test_a_slip_is_taken_back_where_it_is_clear_what_was_meant(typed: str, read: str) -> None:
    assert mend_typos(typed, WORDS, KNOWN) == read


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1).map(" ".join))
def test_what_is_known_stays_as_it_is(text: str) -> None:
    assert mend_typos(text, WORDS, KNOWN) == text


@given(st.text())
def test_whatever_is_typed_a_second_look_changes_nothing(text: str) -> None:
    once = mend_typos(text, WORDS, KNOWN)
    assert mend_typos(once, WORDS, KNOWN) == once


@given(st.sampled_from(["where", "station", "doctor"]), st.integers(0, 10**6))
def test_the_slips_of_the_typed_views_are_taken_back(word: str, seed: int) -> None:
    typed = typo(word, random.Random(seed))
    if len(typed) >= SHORTEST:
        assert mend_typos(typed, {word: 50}, {word}) == word


def test_words_are_counted_once_a_sentence_and_the_oftenest_come_first() -> None:
    assert list(count_words(["Tom, Tom!", "I don't.", "tom", "tom"]).items()) == [
        ("tom", 2),
        ("don't", 1),
        ("i", 1),
    ]
