"""train(): its events, its arithmetic, and that an interruption costs nothing but the time."""

from __future__ import annotations

import json
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


def last_state(folder: Path) -> dict[str, np.ndarray]:
    """Weights and optimizer after the last epoch."""
    with np.load(folder / "resume.npz") as state:
        return dict(state)


def timeless(history: Any) -> list[Any]:
    return [replace(epoch, seconds=0.0) for epoch in history]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


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

    _, batch, epoch, _ = train(config, pairs, tmp_path / "after")
    assert batch.loss == pytest.approx(nats_a_token(tmp_path / "before", training), rel=1e-4)
    assert epoch.val_loss == pytest.approx(nats_a_token(tmp_path / "after", validation), rel=1e-4)


def test_an_interrupted_run_ends_as_a_whole_one_would(tiny_run: TrainedFolder, tmp_path: Path) -> None:
    """Stopped in the middle of epoch 2 and continued: the very same weights, down to the last bit."""
    interrupted = train(tiny_run.config, PAIRS, tmp_path)
    for event in interrupted:
        if (type(event).__name__, getattr(event, "epoch", 0)) == ("BatchTrained", 2):
            break
    interrupted.close()  # type: ignore[attr-defined]
    assert load_model(tmp_path).translate("Go.")  # usable in between
    assert int(last_state(tmp_path)["epochs"]) == 1

    events = list(train(tiny_run.config, PAIRS, tmp_path))
    assert events[0].epochs_done == 1
    assert named(events) == ["TrainingStarted", "BatchTrained", "BatchTrained", "EpochTrained", "TrainingFinished"]
    assert timeless(events[-1].history) == timeless(tiny_run.events[-1].history)
    for ours, whole in zip(events[-1].model.get_weights(), tiny_run.weights, strict=True):
        np.testing.assert_array_equal(ours, whole)
    ours_last, whole_last = last_state(tmp_path), last_state(tiny_run.folder)
    assert ours_last.keys() == whole_last.keys()
    for name in whole_last:  # the optimizer's state as well
        np.testing.assert_array_equal(ours_last[name], whole_last[name], err_msg=name)


def test_an_interrupted_run_goes_on_where_the_schedule_was(
    tiny_config: ModelConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the cosine schedule and Adam: the same weights and the same rate as a whole run's."""
    import keras

    compile_ = keras.Model.compile  # without XLA, which compiles for seconds
    monkeypatch.setattr(
        keras.Model,
        "compile",
        lambda self, *args, **options: compile_(self, *args, **{**options, "jit_compile": False}),
    )
    config = replace(
        tiny_config,
        cell="gru",
        units=6,
        epochs=3,
        optimizer="adam",
        learning_rate=4e-3,
        schedule="cosine",
        clipnorm=1.0,
    )
    whole = list(train(config, PAIRS, tmp_path / "whole"))
    interrupted = train(config, PAIRS, tmp_path / "other")
    for event in interrupted:
        if (type(event).__name__, getattr(event, "epoch", 0)) == ("BatchTrained", 2):
            break
    interrupted.close()  # type: ignore[attr-defined]
    events = list(train(config, PAIRS, tmp_path / "other"))
    assert events[0].epochs_done == 1
    assert timeless(events[-1].history) == timeless(whole[-1].history)
    ours, theirs = last_state(tmp_path / "other"), last_state(tmp_path / "whole")
    assert ours.keys() == theirs.keys()
    for name in theirs:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    # the count of steps is among what was restored: the rate has come down to its hundredth
    steps = whole[0].batches_per_epoch * config.epochs
    assert steps in [
        int(value)
        for name, value in theirs.items()
        if name != "epochs" and value.shape == () and value.dtype.kind == "i"
    ]
    optimizer = optimizer_of(config, steps)
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(4e-5)


def optimizer_of(config: ModelConfig, steps: int) -> Any:
    """As train() makes it, after so many steps."""
    from seq2seq_core.training.optimizers import build_optimizer

    optimizer = build_optimizer(config, steps)
    optimizer.iterations.assign(steps)
    return optimizer


def test_the_same_seed_in_memory_gives_the_same_network(tiny_run: TrainedFolder) -> None:
    events = list(train(tiny_run.config, PAIRS))
    assert timeless(events[-1].history) == timeless(tiny_run.events[-1].history)
    for ours, other in zip(events[-1].model.get_weights(), tiny_run.weights, strict=True):
        np.testing.assert_array_equal(ours, other)


def test_a_finished_run_is_not_trained_again(tiny_run: TrainedFolder) -> None:
    before = content(tiny_run.folder)
    events = list(train(tiny_run.config, PAIRS, tiny_run.folder))
    assert named(events) == ["TrainingStarted", "TrainingFinished"]
    assert events[0].epochs_done == 2
    assert events[-1].history == tiny_run.events[-1].history
    assert content(tiny_run.folder) == before
    for ours, other in zip(events[-1].model.get_weights(), tiny_run.weights, strict=True):
        np.testing.assert_array_equal(ours, other)


def test_more_epochs_may_be_asked_for(tiny_run: TrainedFolder) -> None:
    more = train(replace(tiny_run.config, epochs=9), PAIRS, tiny_run.folder)
    assert next(more).epochs_done == 2
    more.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("change", [{"units": 13}, {"seed": 4}, {"learning_rate": 0.5}, {"name": "other"}])
def test_a_run_of_another_config_is_refused(tiny_run: TrainedFolder, change: dict[str, Any]) -> None:
    before = content(tiny_run.folder)
    with pytest.raises(Seq2SeqError, match="another config"):
        next(train(replace(tiny_run.config, **change), PAIRS, tiny_run.folder))
    assert content(tiny_run.folder) == before


@pytest.mark.parametrize("pairs", [PAIRS[4:], [*PAIRS[:39], Pair("A quiz?", "Ω")]], ids=["other", "one other"])
def test_a_run_on_other_pairs_is_refused(tiny_run: TrainedFolder, pairs: Any) -> None:
    """Its vocabulary would be another, and the weights would mean other characters."""
    before = content(tiny_run.folder)
    with pytest.raises(Seq2SeqError, match="other pairs"):
        next(train(tiny_run.config, pairs, tiny_run.folder))
    assert content(tiny_run.folder) == before


def test_a_model_without_its_resume_file_is_not_overwritten_by_another(tiny_run: TrainedFolder, tmp_path: Path) -> None:
    """A pretrained folder is shipped without resume.npz; another config must not be trained over it."""
    for name in ("model.keras", "config.json", "vocabulary.json"):
        (tmp_path / name).write_bytes((tiny_run.folder / name).read_bytes())
    before = content(tmp_path)
    with pytest.raises(Seq2SeqError, match="another config"):
        next(train(replace(tiny_run.config, units=13), PAIRS, tmp_path))
    assert content(tmp_path) == before


def test_a_run_stopped_before_its_first_epoch_starts_over(tiny_run: TrainedFolder, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((tiny_run.folder / "config.json").read_bytes())
    again = train(tiny_run.config, PAIRS, tmp_path)
    assert next(again).epochs_done == 0
    again.close()  # type: ignore[attr-defined]


def test_resume_false_starts_over(tiny_run: TrainedFolder) -> None:
    again = train(replace(tiny_run.config, units=5), PAIRS, tiny_run.folder, resume=False)
    assert next(again).epochs_done == 0
    again.close()  # type: ignore[attr-defined]


def test_what_is_left_behind(tiny_run: TrainedFolder) -> None:
    """The checkpoint, the history and the state to resume from; no temporary file."""
    assert sorted(content(tiny_run.folder)) == [
        "config.json",
        "history.json",
        "model.keras",
        "resume.npz",
        "vocabulary.json",
    ]
    history = json.loads((tiny_run.folder / "history.json").read_text())
    assert [entry["epoch"] for entry in history] == [1, 2]
    assert history[1]["val_loss"] == tiny_run.events[-1].history[1].val_loss


def test_a_writer_killed_at_the_resume_file_leaves_the_epoch_before(
    tiny_run: TrainedFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seq2seq_core.training.resume import save_progress

    started, *_, finished = tiny_run.events
    arguments = (tmp_path, finished.model, finished.model, tiny_run.config, started.vocabularies)
    save_progress(*arguments, list(finished.history[:1]))
    before = last_state(tmp_path)

    write = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        if "resume" not in path.name:
            return write(path, data)
        write(path, data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(KeyboardInterrupt):
        save_progress(*arguments, list(finished.history))
    monkeypatch.undo()
    after = last_state(tmp_path)
    assert int(after["epochs"]) == 1
    assert after.keys() == before.keys()
    assert not [name for name in content(tmp_path) if name.startswith(".")]
    assert load_model(tmp_path).translate("Go.")
    # the history may be one ahead of it: the epoch will be done again
    resumed = train(tiny_run.config, PAIRS, tmp_path)
    assert next(resumed).epochs_done == 1
    resumed.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("pairs", [[], PAIRS[:1]], ids=["none", "one"])
def test_too_few_pairs_are_refused(tiny_config: ModelConfig, tmp_path: Path, pairs: Any) -> None:
    with pytest.raises(Seq2SeqError):
        next(train(tiny_config, pairs, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_padding_with_spaces_needs_a_space(tiny_config: ModelConfig) -> None:
    pairs = [Pair(letter, "a b") for letter in "abcdefgh"]
    with pytest.raises(Seq2SeqError, match="no space to pad with"):
        next(train(replace(tiny_config, source_padding="space"), pairs))
