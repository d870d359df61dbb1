"""train(): its events and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sample_pairs import PAIRS

from seq2seq_core import load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.splits import split_pairs
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.translate_many import log_probabilities

if TYPE_CHECKING:
    from conftest import TrainedFolder


def train(*arguments: Any, **options: Any) -> Iterator[Any]:
    from seq2seq_core.training import train as training

    return training.train(*arguments, **options)


def named(events: Any) -> list[str]:
    return [type(event).__name__ for event in events]


def test_events_in_order(tiny_run: TrainedFolder) -> None:
    epoch = ["BatchTrained", "BatchTrained", "EpochTrained"]
    assert named(tiny_run.events) == ["TrainingStarted", *epoch, *epoch, "TrainingFinished"]
    started, *middle, finished = tiny_run.events
    assert started.config == tiny_run.config
    assert started.vocabularies == VocabularyPair.from_pairs(PAIRS[:40])
    assert (started.training_pairs, started.validation_pairs) == (32, 8)
    assert (started.batches_per_epoch, started.epochs_done) == (2, 0)
    assert started.parameters == finished.model.count_params()
    assert [(event.epoch, event.batch) for event in middle if hasattr(event, "batch")] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    assert [event.epoch for event in middle if hasattr(event, "val_loss")] == [1, 2]
    assert finished.history == tuple(event for event in middle if hasattr(event, "val_loss"))


def test_batches_count_every_real_token_once_an_epoch(tiny_run: TrainedFolder) -> None:
    tokens = sum(len(pair.target) + 1 for pair in PAIRS[:32])
    for epoch in (1, 2):
        batches = [event for event in tiny_run.events if hasattr(event, "batch") and event.epoch == epoch]
        assert sum(event.tokens for event in batches) == tokens
        (result,) = [event for event in tiny_run.events[-1].history if event.epoch == epoch]
        assert result.loss == pytest.approx(sum(event.loss * event.tokens for event in batches) / tokens)
        assert result.accuracy == pytest.approx(sum(event.accuracy * event.tokens for event in batches) / tokens)


def test_seconds_add_up(tiny_run: TrainedFolder) -> None:
    batches = [event.seconds for event in tiny_run.events if hasattr(event, "batch")]
    first, second = tiny_run.events[-1].history
    assert first.seconds == pytest.approx(sum(batches[:2]))
    assert second.seconds == pytest.approx(sum(batches))


def test_the_best_epoch_is_the_one_kept(tiny_run: TrainedFolder) -> None:
    finished = tiny_run.events[-1]
    lowest = min(event.val_loss for event in finished.history)
    assert finished.best.val_loss == lowest
    assert finished.best.best
    bests = [event.best for event in finished.history]
    assert bests[0]
    network = load_model(tiny_run.folder).network
    np.testing.assert_array_equal(network.output_kernel, tiny_run.weights[-2])
    np.testing.assert_array_equal(network.output_bias, tiny_run.weights[-1])


def test_it_learns(tiny_run: TrainedFolder) -> None:
    first, second = tiny_run.events[-1].history
    assert second.loss < first.loss < np.log(len(tiny_run.events[0].vocabularies.target)) + 0.1


def nats_a_token(folder: Path, pairs: Any) -> float:
    """By the NumPy inference, a real token at a time; there is no padding in it that could count."""
    model = load_model(folder)
    return float(-np.concatenate(log_probabilities(model, pairs)).mean())


@pytest.mark.parametrize("source_padding", ["mask", "zeros", "space"])
def test_reported_losses_are_those_of_numpy(tiny_config: ModelConfig, tmp_path: Path, source_padding: str) -> None:
    """Before the first step and after the last: what training computes is what inference computes."""
    import keras

    from seq2seq_core.models import build_network
    from seq2seq_core.saving.model_folder import save_checkpoint

    config = replace(tiny_config, epochs=1, batch_size=32, source_padding=source_padding)  # type: ignore[arg-type]
    # the longest source is held out: padding must be the same length on both sides all the same
    pairs = sorted(PAIRS[:40], key=lambda pair: len(pair.source))
    training, validation = split_pairs(pairs, config.split, config.validation_split)
    vocabularies = VocabularyPair.from_pairs(pairs)
    keras.utils.set_random_seed(config.seed)
    save_checkpoint(tmp_path / "before", build_network(config, vocabularies), config, vocabularies)

    _, batch, epoch, _ = train(config, pairs, tmp_path / "after", jit_compile=False)
    assert batch.loss == pytest.approx(nats_a_token(tmp_path / "before", training), rel=1e-4)
    assert epoch.val_loss == pytest.approx(nats_a_token(tmp_path / "after", validation), rel=1e-4)


def test_the_same_seed_in_memory_and_without_xla_gives_the_same_network(tiny_run: TrainedFolder) -> None:
    *_, finished = train(tiny_run.config, PAIRS, jit_compile=False)
    losses = [(epoch.loss, epoch.val_loss) for epoch in tiny_run.events[-1].history]
    assert np.array([(epoch.loss, epoch.val_loss) for epoch in finished.history]) == pytest.approx(np.array(losses))
    for ours, other in zip(finished.model.get_weights(), tiny_run.weights, strict=True):
        np.testing.assert_allclose(ours, other, atol=1e-5)


@pytest.mark.parametrize("pairs", [[], PAIRS[:1]], ids=["none", "one"])
def test_too_few_pairs_are_refused(tiny_config: ModelConfig, tmp_path: Path, pairs: Any) -> None:
    with pytest.raises(Seq2SeqError):
        next(train(tiny_config, pairs, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_padding_with_spaces_needs_a_space(tiny_config: ModelConfig) -> None:
    pairs = [Pair(letter, "a b") for letter in "abcdefgh"]
    with pytest.raises(Seq2SeqError, match="no space to pad with"):
        next(train(replace(tiny_config, source_padding="space"), pairs))
