"""What a config trains on, and what it holds out."""

from __future__ import annotations

import re

import pytest

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.splits import fold_sentence
from seq2seq_core.data.training_data import held_out_pairs, training_data
from seq2seq_core.errors import Seq2SeqError

PAIRS = [Pair(f"{begin} {n:02d}.", f"Phrase {n:02d} !") for begin in ("Sentence", "This is") for n in range(100)]


def config(**changes: object) -> ModelConfig:
    return ModelConfig(name="x", title="x", split="hash", validation_split=0.3, **changes)  # type: ignore[arg-type]


def test_the_other_way_round_the_same_sentences_are_held_out() -> None:
    _, forward = training_data(config(clean=True), PAIRS)
    training, backward = training_data(config(swap=True, clean=True), PAIRS)
    assert {(pair.target, pair.source) for pair in backward} == {(pair.source, pair.target) for pair in forward}
    assert training
    assert all(pair.source.startswith("Phrase") for pair in training)


def test_a_sentence_that_is_held_out_is_not_learnt_through_another_translation() -> None:
    training, held_out = training_data(config(swap=True, clean=True), PAIRS)
    assert not {fold_sentence(pair.source) for pair in training} & {fold_sentence(pair.source) for pair in held_out}
    assert len(training) + len(held_out) < len(PAIRS)
    assert not {pair.source for pair in held_out_pairs(config(swap=True, clean=True), PAIRS)} & {
        p.source for p in training
    }


def test_what_is_left_out_is_told_with_its_reason() -> None:
    rare, long = Pair("Sentence 1 ∮.", "Phrase !"), Pair("Sentence 2." + "e" * 90, "Phrase !")
    told: list[str] = []
    training, held_out = training_data(config(clean=True), [*PAIRS, rare, long], told.append)
    assert len(training) + len(held_out) == len(PAIRS)
    assert told == [
        "Cleaning leaves out 2 of 202 pairs: 1 are longer than 70 or 100 characters, "
        "1 have a character that occurs fewer than 20 times."
    ]
    training_data(config(swap=True, clean=True), PAIRS, told.append)
    assert re.fullmatch(r"\d+ pairs are left out, whose source is held out as well\.", told[1])
    training_data(config(), [*PAIRS, rare, long], told.append)
    assert len(told) == 2


def test_what_cleaning_leaves_nothing_of_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match=r"Cleaning leaves out 8 of 8 pairs: .* Nothing is left to train on"):
        training_data(config(clean=True), PAIRS[:8])
