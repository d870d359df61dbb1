"""What a network meets in an epoch."""

from __future__ import annotations

import pytest
from test_fragments import PAIRS

from seq2seq_core.data.splits import fold_sentence
from seq2seq_core.data.training_mix import TrainingMix


@pytest.fixture(scope="module")
def mix() -> TrainingMix:
    return TrainingMix.of(
        PAIRS,
        ("en", "fr"),
        "english",
        parts=3,
        seed=1,
        fold=str.strip,
        accept=lambda pair: "white" not in pair.source,
    )


def test_an_epoch_is_its_seed_and_number(mix: TrainingMix) -> None:
    assert mix.epoch(1) == mix.epoch(1)
    assert mix.epoch(1) != mix.epoch(2)


def test_each_sentence_is_met_once_in_as_many_epochs_as_parts(mix: TrainingMix) -> None:
    turn = [pair for number in (1, 2, 3) for pair in mix._part(number)]
    assert sorted(turn) == sorted(pair for pair in PAIRS if "white" not in pair.source)
    again = [pair for number in (4, 5, 6) for pair in mix._part(number)]
    assert sorted(again) == sorted(turn)
    assert again != turn


def test_what_a_network_cannot_read_is_in_nothing(mix: TrainingMix) -> None:
    for pair in [*mix.sentences, *mix.cut_off]:
        assert "white" not in pair.source
    assert mix.fragments
    assert not any("white" in fold_sentence(found.source) for found in mix.fragments)


def test_words_alone_are_mixed_in(mix: TrainingMix) -> None:
    targets = {pair.target for number in range(1, 30) for pair in mix.epoch(number)}
    assert targets & {"chat", "Chat", "Chat.", "Chat !", "frère", "Frère"}
