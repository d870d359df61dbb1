"""What is held out follows from the sentence alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS

from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.splits import (
    fold_sentence,
    held_out_by_hash,
    near_duplicates,
    split_by_hash,
    split_pairs,
    unseen_pairs,
)
from seq2seq_core.errors import Seq2SeqError


@pytest.mark.parametrize(
    "other", ["dont go tom", "DON’T GO, TOM!!", " Don`t  go – Tom… ", "“Don't go, Tom?”", "Dön't gó, Tom."]
)
def test_case_marks_apostrophes_accents_and_spaces_do_not_count(other: str) -> None:
    assert fold_sentence(other) == fold_sentence("Don't go, Tom.") == "dont go tom"


def test_words_and_their_order_count() -> None:
    texts = ["I am here.", "Am I here?", "I am there.", "I am not here.", "1 am here."]
    assert len({fold_sentence(text) for text in texts}) == len(texts)
    assert fold_sentence("?!") == "?!"


def test_the_hash_is_the_same_on_every_machine() -> None:
    """Written down once: another hash, or another folding, would let a model meet what it is judged by."""
    words = [f"sentence {number}" for number in range(40)]
    held_out = [number for number, word in enumerate(words) if held_out_by_hash(word, 0.1)]
    assert held_out == [6, 29]


@given(st.text(max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_out_all_that_a_smaller_one_does(text: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert held_out_by_hash(text, large) or not held_out_by_hash(text, small)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_sentence(fold_sentence(text)) == fold_sentence(text)


def test_the_share_is_about_what_was_asked_for() -> None:
    held_out = sum(held_out_by_hash(f"number {number}", 0.05) for number in range(4000))
    assert 150 < held_out < 250


def test_a_split_keeps_sentences_where_they_are_in_every_edition() -> None:
    training, held_out = split_by_hash(PAIRS, 0.3)
    assert sorted([*training, *held_out]) == sorted(PAIRS)
    later = [Pair("A sentence that is new.", "Une phrase."), *reversed(PAIRS)]
    assert {pair.source for pair in held_out} <= {pair.source for pair in split_by_hash(later, 0.3)[1]}
    assert split_pairs(PAIRS, "hash", 0.3) == (training, held_out)
    assert near_duplicates(held_out, training) == 0


def test_near_duplicates_are_counted_and_left_out() -> None:
    seen = [Pair("Don't go.", "N'y va pas."), Pair("Stay.", "Reste.")]
    asked = [Pair("dont go!", "N'y va pas !"), Pair("Run.", "Cours."), Pair("dont go!", "Ne pars pas !")]
    assert near_duplicates(asked, seen) == 1
    assert unseen_pairs(asked, seen) == [asked[1]]


def test_no_side_may_be_empty() -> None:
    with pytest.raises(Seq2SeqError, match="one side would be empty"):
        split_by_hash([Pair("a", "b")], 0.5)
