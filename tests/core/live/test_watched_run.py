"""A watched run: what can be seen of it is what the finished model does, and watching changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sample_pairs import many_pairs

from seq2seq_core import Seq2SeqError
from seq2seq_core.config import ModelConfig

if TYPE_CHECKING:
    from seq2seq_core.live.watched_run import WatchedRun


def watched(config: ModelConfig, *arguments: Any) -> WatchedRun:
    from seq2seq_core.live.watched_run import WatchedRun

    return WatchedRun(config, *arguments)


def test_watching_changes_nothing(whole_run: WatchedRun) -> None:
    """Neither looking at it nor a dial that nobody turns."""
    from seq2seq_core.training.events import BatchTrained
    from seq2seq_core.training.train import train

    plain = [event.loss for event in train(whole_run.config, jit_compile=False) if isinstance(event, BatchTrained)]
    np.testing.assert_allclose(plain, whole_run.curves.loss, rtol=1e-5)


def test_a_turned_rate_holds_from_the_next_batch_on_and_the_schedule_with_it(whole_run: WatchedRun) -> None:
    """However often it was turned before: the last one counts."""
    run = watched(whole_run.config)
    for _ in run.events():
        if len(run.curves) == 5:
            for rate in (0.5, 0.02, 0.5, 0.004):
                run.turn_rate(rate)
                assert run.next_rate == pytest.approx(rate, rel=1e-5)
        if len(run.curves) == 12:
            break
    turned, falling = list(run.curves.learning_rate), list(whole_run.curves.learning_rate)
    assert turned[:5] == falling[:5]
    assert turned[5] == pytest.approx(0.004, rel=1e-5)
    assert np.divide(turned[5:12], falling[5:12]) == pytest.approx([turned[5] / falling[5]] * 7, rel=1e-5)
    for rate in (0, -1, 5, float("nan")):
        with pytest.raises(Seq2SeqError, match="above 0 and up to 1"):
            run.turn_rate(rate)


def test_held_out_sentences_are_examined_after_every_epoch_and_at_the_end(whole_run: WatchedRun) -> None:
    held_out = {pair.source: pair.target for pair in whole_run.started.validation}
    assert set(whole_run.samples) <= set(whole_run.references) == set(held_out)
    model = whole_run.model_now()
    right = [model.translate(source).text == target for source, target in held_out.items()]
    assert whole_run.examine_at_the_end()[0] == whole_run.exact_at_the_end == pytest.approx(np.mean(right))
    learnt = [pair for pair in whole_run.started.training if model.translate(pair.source).text == pair.target]
    assert whole_run.examine_at_the_end()[1] == pytest.approx(len(learnt) / len(whole_run.started.training), abs=0.1)
    assert whole_run.curves.learnt[-1] == (len(whole_run.curves), whole_run.examine_at_the_end()[1])
    batches = [batch for batch, _ in whole_run.curves.exact]
    assert batches == [batch for batch, _ in whole_run.curves.learnt]
    epochs = [batch for batch, _ in whole_run.curves.epochs]
    assert set(epochs) <= set(batches)
    assert batches == sorted(set(batches))


def test_moments_reach_from_before_the_first_batch_to_the_last(whole_run: WatchedRun) -> None:
    from seq2seq_core.live.watched_run import MOMENTS

    batches = [moment.batch for moment in whole_run.moments]
    assert batches[0] == 0
    assert batches[-1] == len(whole_run.curves) == whole_run.batches
    assert batches == sorted(set(batches))
    assert len(batches) <= MOMENTS


def test_a_probe_that_cannot_be_read_changes_nothing(whole_run: WatchedRun) -> None:
    with pytest.raises(Seq2SeqError, match="never seen"):
        whole_run.set_probe("zwölf")
    assert whole_run.probe == "12+34"


def test_pairs_of_a_file_in_batches_of_several_shapes(watched_config: ModelConfig) -> None:
    """After some, TensorFlow traces the step for any shape: what watches the gradients must bear that."""
    config = replace(watched_config, task="pairs", num_samples=None, validation_split=0.1, length_buckets=3, epochs=2)
    run = watched(config, many_pairs(), "Go.")
    for _ in run.events():
        pass
    assert {pair.source for pair in run.started.validation} <= {pair.source for pair in many_pairs()}
    assert run.probe == "Go."
    assert len(run.curves.epochs) == 2
    assert np.isfinite(run.curves.gradient_norm).all()
