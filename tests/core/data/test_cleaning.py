"""Cleaning: typography is made one, nothing else is changed, and what cannot be learnt is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.cleaning import MAX_SOURCE, MAX_TARGET, MIN_COUNT, clean_pairs
from seq2seq_core.data.pairs import Pair

ALPHABET = "abc é!?;'’ \u00a0\u202f"


def enough(pair: Pair) -> list[Pair]:
    return [pair] * MIN_COUNT


@pytest.mark.parametrize(
    ("target", "cleaned"),
    [
        ("Cours\u202f!", "Cours !"),
        ("Cours!", "Cours !"),
        ("Qui\u00a0?", "Qui ?"),
        ("Qui \u2009?", "Qui ?"),
        ("j’ai", "j'ai"),
        ("por\u00adte\u200b", "porte"),
        (" a  b ", "a b"),
        ("Non.", "Non."),
        ("1:30", "1:30"),
        ("?!", "?!"),
    ],
)
def test_typography(target: str, cleaned: str) -> None:
    assert clean_pairs(enough(Pair("a’b\u00a0c!", target))) == enough(Pair("a'b c!", cleaned))


def test_too_long_and_too_rare() -> None:
    kept = enough(Pair("a" * MAX_SOURCE, "b" * MAX_TARGET))
    too_long = [Pair("a" * (MAX_SOURCE + 1), "b"), Pair("a", "b" * (MAX_TARGET + 1))]
    assert clean_pairs([*too_long, *kept, Pair("aé", "b"), Pair("a", "bé")]) == [None, None, *kept, None, None]


@given(st.lists(st.tuples(st.text(ALPHABET, min_size=1), st.text(ALPHABET, min_size=1)), max_size=5))
def test_cleaning_twice_is_cleaning_once(texts: list[tuple[str, str]]) -> None:
    once = [pair for pair in clean_pairs([Pair(*both) for both in texts] * MIN_COUNT) if pair]
    assert clean_pairs(once) == once
