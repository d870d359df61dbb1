"""Progress on disk: an interruption costs nothing but the time."""

from __future__ import annotations

import itertools
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
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.training.events import BatchTrained, EpochTrained

if TYPE_CHECKING:
    from conftest import TrainedFolder


def train(*arguments: Any, **options: Any) -> Iterator[Any]:
    from seq2seq_core.training import train as training

    return training.train(*arguments, **options)


def epochs_done(*arguments: Any, **options: Any) -> int:
    """Where train() would go on."""
    events = train(*arguments, **options)
    done = next(events).epochs_done
    events.close()  # type: ignore[attr-defined]
    return done


def restore(run: TrainedFolder, folder: Path, config: ModelConfig, pairs: Any = PAIRS[:40]) -> list[EpochTrained]:
    """As train() does for its network."""
    from seq2seq_core.training.resume import restore_progress

    return restore_progress(folder, run.events[-1].model, config, VocabularyPair.from_pairs(pairs))


def last_state(folder: Path) -> dict[str, np.ndarray]:
    """Weights and optimizer after the last epoch."""
    with np.load(folder / "resume.npz") as state:
        return dict(state)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def timeless(history: Any) -> list[Any]:
    return [replace(epoch, seconds=0.0) for epoch in history]


def test_an_interrupted_run_ends_as_a_whole_one_would(tiny_config: ModelConfig, tmp_path: Path) -> None:
    """Stopped in the middle of epoch 2 and continued: the same weights and optimizer, and the same place in its
    schedule, down to the last bit."""
    config = replace(tiny_config, epochs=3, optimizer="adam", learning_rate=4e-3, schedule="cosine", clipnorm=1.0)
    whole = list(train(config, PAIRS, tmp_path / "whole", jit_compile=False))
    interrupted = train(config, PAIRS, tmp_path / "other", jit_compile=False)
    for event in interrupted:
        if isinstance(event, BatchTrained) and event.epoch == 2:
            break
    interrupted.close()  # type: ignore[attr-defined]
    assert load_model(tmp_path / "other").translate("Go.")  # usable in between
    assert int(last_state(tmp_path / "other")["epochs"]) == 1

    started, *middle, finished = train(config, PAIRS, tmp_path / "other", jit_compile=False)
    assert started.epochs_done == 1
    assert [event.epoch for event in middle] == [2, 2, 2, 3, 3, 3]  # two batches, and what the epoch was like
    assert timeless(finished.history) == timeless(whole[-1].history)
    for ours, theirs in zip(finished.model.get_weights(), whole[-1].model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    ours_last, whole_last = last_state(tmp_path / "other"), last_state(tmp_path / "whole")
    assert ours_last.keys() == whole_last.keys()
    for name in whole_last:
        np.testing.assert_array_equal(ours_last[name], whole_last[name], err_msg=name)
    # the count of steps, which the schedule goes by, is among them
    counts = [int(value) for value in whole_last.values() if value.shape == () and value.dtype.kind == "i"]
    assert started.batches_per_epoch * config.epochs in counts


def test_a_run_that_is_saved_less_often_ends_as_another_one_does(
    tiny_config: ModelConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best of the epochs that were not saved is kept nevertheless."""
    from seq2seq_core.training.train import CompiledNetwork

    losses = itertools.cycle([(3.0, 0.1), (1.0, 0.1), (2.0, 0.1), (2.5, 0.1)])
    monkeypatch.setattr(CompiledNetwork, "evaluate", lambda network, ids: next(losses))
    config = replace(tiny_config, epochs=4)
    whole = list(train(config, PAIRS, tmp_path / "whole", jit_compile=False))
    saved = []
    for event in train(config, PAIRS, tmp_path / "other", jit_compile=False, save_every=1_000):
        if isinstance(event, EpochTrained):
            saved.append(int(last_state(tmp_path / "other")["epochs"]))
    assert saved == [1, 1, 1, 4]
    assert event.best.epoch == whole[-1].best.epoch == 2
    for ours, theirs in zip(event.model.get_weights(), whole[-1].model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for name, value in last_state(tmp_path / "whole").items():
        np.testing.assert_array_equal(last_state(tmp_path / "other")[name], value, err_msg=name)


def test_a_finished_run_is_not_trained_again(tiny_run: TrainedFolder) -> None:
    before = content(tiny_run.folder)
    started, finished = train(tiny_run.config, PAIRS, tiny_run.folder)
    assert started.epochs_done == 2
    assert finished.history == tiny_run.events[-1].history
    assert content(tiny_run.folder) == before
    for ours, other in zip(finished.model.get_weights(), tiny_run.weights, strict=True):
        np.testing.assert_array_equal(ours, other)


def test_more_epochs_may_be_asked_for_and_a_fresh_start(tiny_run: TrainedFolder) -> None:
    assert epochs_done(replace(tiny_run.config, epochs=9), PAIRS, tiny_run.folder) == 2
    assert epochs_done(replace(tiny_run.config, units=5), PAIRS, tiny_run.folder, resume=False) == 0


@pytest.mark.parametrize("change", [{"units": 13}, {"seed": 4}, {"learning_rate": 0.5}, {"name": "other"}])
def test_a_run_of_another_config_is_refused(tiny_run: TrainedFolder, change: dict[str, Any]) -> None:
    with pytest.raises(Seq2SeqError, match="another config"):
        restore(tiny_run, tiny_run.folder, replace(tiny_run.config, **change))


@pytest.mark.parametrize("pairs", [PAIRS[4:], [*PAIRS[:39], Pair("A quiz?", "Ω")]], ids=["other", "one other"])
def test_a_run_on_other_pairs_is_refused(tiny_run: TrainedFolder, pairs: Any) -> None:
    """Its vocabulary would be another, and the weights would mean other characters."""
    with pytest.raises(Seq2SeqError, match="other pairs"):
        restore(tiny_run, tiny_run.folder, tiny_run.config, pairs)


def test_a_model_without_its_resume_file_is_not_overwritten_by_another(tiny_run: TrainedFolder, tmp_path: Path) -> None:
    """A pretrained folder is shipped without resume.npz; another config must not be trained over it."""
    for name in ("model.keras", "config.json", "vocabulary.json"):
        (tmp_path / name).write_bytes((tiny_run.folder / name).read_bytes())
    before = content(tmp_path)
    with pytest.raises(Seq2SeqError, match="another config"):
        next(train(replace(tiny_run.config, units=13), PAIRS, tmp_path))
    assert content(tmp_path) == before


def test_a_run_stopped_before_its_first_epoch_starts_over(tiny_run: TrainedFolder, tmp_path: Path) -> None:
    assert restore(tiny_run, tmp_path, tiny_run.config) == []
    (tmp_path / "config.json").write_bytes((tiny_run.folder / "config.json").read_bytes())
    assert restore(tiny_run, tmp_path, tiny_run.config) == []


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
    weights = finished.model.get_weights()
    save_progress(*arguments, list(finished.history[:1]), weights)
    before = last_state(tmp_path)

    write = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        if "resume" not in path.name:
            return write(path, data)
        write(path, data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(KeyboardInterrupt):
        save_progress(*arguments, list(finished.history), weights)
    monkeypatch.undo()
    after = last_state(tmp_path)
    assert int(after["epochs"]) == 1
    assert after.keys() == before.keys()
    assert not [name for name in content(tmp_path) if name.startswith(".")]
    assert load_model(tmp_path).translate("Go.")
    # the history may be one ahead of it: the epoch will be done again
    assert epochs_done(tiny_run.config, PAIRS, tmp_path) == 1
