"""What a config trains on, and what it holds out."""

from __future__ import annotations

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.splits import fold_sentence
from seq2seq_core.data.training_data import held_out_pairs, training_data

PAIRS = [Pair(f"Sentence {n}.", f"Phrase {n} !") for n in range(60)] + [
    Pair(f"This is sentence {n}.", f"Phrase {n} !") for n in range(60)
]


def config(**changes: object) -> ModelConfig:
    return ModelConfig(name="x", title="x", split="hash", validation_split=0.3, **changes)  # type: ignore[arg-type]


def test_the_other_way_round_the_same_sentences_are_held_out() -> None:
    _, forward = training_data(config(), PAIRS)
    training, backward = training_data(config(swap=True), PAIRS)
    assert {(pair.target, pair.source) for pair in backward} == {(pair.source, pair.target) for pair in forward}
    assert training
    assert all(pair.source.startswith("Phrase") for pair in training)


def test_a_sentence_that_is_held_out_is_not_learnt_through_another_translation() -> None:
    training, held_out = training_data(config(swap=True), PAIRS)
    assert not {fold_sentence(pair.source) for pair in training} & {fold_sentence(pair.source) for pair in held_out}
    assert len(training) + len(held_out) < len(PAIRS)
    assert not {pair.source for pair in held_out_pairs(config(swap=True), PAIRS)} & {p.source for p in training}
