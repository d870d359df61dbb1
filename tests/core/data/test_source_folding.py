"""What is typed, in the characters a model knows."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seq2seq_core.data.source_folding import fold_source, is_shouted

KNOWN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ .,!?'\"-é")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("can’t", "can't"),
        ("can`t ´bc‘", "can't 'bc'"),
        ("“a”", '"a"'),
        ("a  b\u00a0c\n", "a b c"),
        ("an EXIT", "an ExIt"),  # X and T are not known, x and t are
        ("éà", "éa"),
        ("wait…", "wait..."),
        ("a – b", "a - b"),
        ("co\u00adop\u200b", "coop"),
        ("猫 a", "猫 a"),  # the reader says that it is not known
        ("HAD I A BEAD? I DID!", "Had i a bead? I did!"),  # in capitals throughout: read as a sentence
        ("Had I a BEAD?", "Had I a BEAD?"),  # one word alone is meant so
        ("I", "I"),
        ('"BE A BABE."', '"Be a babe."'),
    ],
)
def test_folding(typed: str, read: str) -> None:
    assert fold_source(typed, KNOWN) == read


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_and_known_text_stays(text: str) -> None:
    once = fold_source(text, KNOWN)
    assert fold_source(once, KNOWN) == once
    plain = " ".join("".join(char for char in text if char in KNOWN).split())
    assume(not is_shouted(plain))
    assert fold_source(plain, KNOWN) == plain


def test_what_a_vocabulary_knows_is_not_folded() -> None:
    assert fold_source("a’b", frozenset("ab’")) == "a’b"
