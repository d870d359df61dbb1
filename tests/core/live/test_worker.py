"""What a worker does with its commands, and what it leaves."""

from __future__ import annotations

import csv
import io
import queue
import random
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_pairs import many_pairs, write_tsv

from seq2seq_core.data.download import cached_pairs
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.language import ENGLISH, speaking, tr
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.protocol import (
    Checkpoint,
    Command,
    History,
    Kept,
    KeptModel,
    Message,
    Pause,
    Refused,
    Remark,
    Report,
    Resume,
    SetProbe,
    Speak,
    Start,
    Step,
    Stop,
    TurnRate,
    decode_command,
    encode,
)
from seq2seq_core.saving.model_zip import load_model_zip
from seq2seq_core.shares import percent
from seq2seq_core.training.events import BatchTrained, TrainingEvent

CONFIG = replace(
    PRESETS["addition-two-digits"].config, num_samples=400, units=16, batch_size=64, epochs=500, learning_rate=0.01
)
BATCHES = 6  # an epoch


class Work:
    """A worker's work in a thread of its own."""

    def __init__(self, folder: Path, start: Start) -> None:
        self.commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.tell = self.commands.put
        folder.parent.mkdir(exist_ok=True)
        self.thread = threading.Thread(target=self._work, args=(start, folder))
        self.thread.start()

    def _work(self, start: Start, folder: Path) -> None:
        from seq2seq_core.live.worker import work

        work(start, self.commands, self.said.put, folder)

    def hear(self, wanted: Callable[[Any], bool] = lambda message: True) -> Any:
        """The next message that is wanted."""
        while not wanted(message := self.said.get(timeout=100)):
            assert not isinstance(message, Kept | Refused)
        return message

    def kept(self) -> Kept:
        while not isinstance(message := self.said.get(timeout=100), Kept):
            pass
        self.thread.join()
        return message

    def paused_at(self) -> int:
        report = self.hear(lambda message: isinstance(message, Report) and message.state == "paused")
        return report.figures.batches_done


@contextmanager
def working(folder: Path, pairs: tuple[Pair, ...] = (), language: str = ENGLISH, **changes: Any) -> Iterator[Work]:
    start = Start(replace(CONFIG, **changes), pairs, "" if pairs else "12+3", language=language)
    told = decode_command(encode(start))  # as it travels to another process
    assert isinstance(told, Start)
    work = Work(folder, told)
    try:
        yield work
    finally:
        work.tell(Stop())
        work.thread.join()


def test_paused_stepped_turned_asked_and_stopped(tmp_path: Path) -> None:
    with working(tmp_path) as work:
        work.hear(lambda message: message.figures.batches_done > 0)
        work.tell(Pause())
        at = work.paused_at()
        work.tell(Step("batch"))
        assert work.paused_at() == at + 1
        work.tell(TurnRate(0.5))
        work.tell(Step("batch"))
        stepped = work.hear(lambda message: isinstance(message, Report) and message.figures.batches_done == at + 2)
        assert stepped.figures.learning_rate == pytest.approx(0.5, rel=0.01)
        work.tell(TurnRate(-1))
        assert "above 0" in work.hear(lambda message: isinstance(message, Remark)).message
        work.tell(Step("epoch"))
        assert work.paused_at() % BATCHES == 0
        work.tell(SetProbe("50+5"))
        history = work.hear(lambda message: isinstance(message, History))
        assert history.moments[0].batch == 0
        assert "".join(cell["token"] for cell in history.moments[0].strips["reads"]) == "50+5"
        work.tell(SetProbe("日"))
        assert "never seen" in work.hear(lambda message: isinstance(message, Remark)).message
        work.tell(Resume())
        work.hear(lambda message: isinstance(message, Report) and message.state == "running")
        work.tell(Stop())
        last = work.hear(lambda message: isinstance(message, Report) and message.state == "stopped")
        kept = work.hear()
    model, examples = load_model_zip(io.BytesIO(kept.models[0].model_zip), "it")
    # what was learnt is what was shown last
    sample = last.look.samples[0]
    assert sample.source in examples
    assert model.translate(sample.source).text == "".join(text for text, _ in sample.written)
    assert f"{percent(last.figures.exact_at_the_end, 1)} of held-out" in card_of(kept.models[0])
    assert [model.title for model in kept.models] == ["as they were when it was stopped"]
    assert len(kept.curves_csv.splitlines()) == 1 + last.figures.batches_done
    check_that_plain_keras_opens(kept.models[0].model_zip, tmp_path / "unpacked", model)


def card_of(kept: KeptModel) -> str:
    with zipfile.ZipFile(io.BytesIO(kept.model_zip)) as archive:
        return archive.read(f"{CONFIG.name}/README.md").decode()


def check_that_plain_keras_opens(model_zip: bytes, folder: Path, model: Any) -> None:
    import keras

    with zipfile.ZipFile(io.BytesIO(model_zip)) as archive:
        archive.extractall(folder)
    network = keras.models.load_model(folder / CONFIG.name / "model.keras")
    np.testing.assert_array_equal(network.get_layer("softmax").get_weights()[0], model.network.output_kernel)


def test_a_run_to_its_end_keeps_the_best_epoch_and_the_last_one_too(tmp_path: Path) -> None:
    """Twelve examples are soon known by heart, while those held out get worse and worse."""
    draw = random.Random(1)
    pairs = tuple(Pair(source, "".join(draw.choices("xyz", k=4))) for source in "abcdefghijkl")
    recipe = {"batch_size": 16, "validation_split": 0.3, "task": "pairs", "num_samples": None, "units": 48}
    with working(tmp_path, pairs, epochs=120, **recipe) as work:
        last = work.hear(lambda message: message.state == "finished")
        assert last.figures.batches_done == last.figures.batches_all == 120
        assert [moment.batch for moment in last.moments] == sorted({moment.batch for moment in last.moments})
        best, final = work.hear().models
    assert best.epoch < final.epoch == 120
    assert (best.title, final.title) == (
        f"epoch {best.epoch}, the best on held-out examples",
        "epoch 120, the last",
    )
    assert (last.look.now.batch, last.look.now.epoch) == (best.batch, best.epoch)
    assert best.exact_in_training < 0.5 < final.exact_in_training
    for kept in (best, final):
        assert f"Weights: {kept.title}." in card_of(kept)
        model, _ = load_model_zip(io.BytesIO(kept.model_zip), "it")
        held_out = {pair.source for pair in pairs} & set(model.vocabularies.source.tokens)
        right = [pair for pair in pairs if model.translate(pair.source).text == pair.target]
        assert len(held_out) == 12
        assert len(right) == pytest.approx(8 * kept.exact_in_training + 4 * kept.exact)


def test_a_run_goes_on_elsewhere_as_if_nothing_had_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From what was said of it after an epoch: its curves, its moments, its turned rate and its batches to come."""
    from seq2seq_core.live import watched_run

    monkeypatch.setattr(watched_run, "SAVE_EVERY", 0)
    start = Start(replace(CONFIG, epochs=6), (), "12+3", saves=True)
    files: dict[str, bytes] = {}
    one = Work(tmp_path / "one" / "model", start)
    saved = one.hear(lambda message: isinstance(message, Checkpoint))
    one.tell(TurnRate(0.02))
    while saved.epoch < 3:
        files |= saved.files
        saved = one.hear(lambda message: isinstance(message, Checkpoint))
        assert set(saved.files) < set(files) | {f"moment-{batch}.npz" for batch in range(40)}
        assert not any(name in files for name in saved.files if name.startswith("moment"))  # said once
    files |= saved.files
    assert (saved.obeyed, saved.paused, saved.probe) == (1, False, "12+3")
    whole = one.hear(lambda message: isinstance(message, Report) and message.state == "finished")
    first = one.kept()

    two = Work(tmp_path / "two" / "model", replace(start, probe="50+5", saved=files))
    two.tell(TurnRate(saved.rate))
    report = two.hear(lambda message: isinstance(message, Report))
    assert report.figures.batches_done >= 3 * BATCHES
    assert report.moments[0].batch == 0
    rest = two.hear(lambda message: isinstance(message, Report) and message.state == "finished")
    assert rest.probe == "50+5"
    assert [moment.batch for moment in rest.moments] == [moment.batch for moment in whole.moments]
    second = two.kept()
    tables = [list(csv.reader(io.StringIO(kept.curves_csv))) for kept in (first, second)]
    assert tables[0][: 1 + 3 * BATCHES] == tables[1][: 1 + 3 * BATCHES]
    assert len(tables[0]) == len(tables[1])
    numbers = [[[float(cell or 0) for cell in row] for row in table[1:]] for table in tables]
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-4)
    assert [(model.weights, model.batch) for model in first.models] == [
        (model.weights, model.batch) for model in second.models
    ]


def test_a_run_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with working(tmp_path, num_samples=1_000_000) as work:
        assert "were asked for" in work.hear().message


def test_a_run_that_diverges_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq_core.live import watched_run

    train = watched_run.train

    def diverging(*arguments: Any, **options: Any) -> Iterator[TrainingEvent]:
        for event in train(*arguments, **options):
            yield replace(event, loss=float("nan")) if isinstance(event, BatchTrained) else event

    monkeypatch.setattr(watched_run, "train", diverging)
    with working(tmp_path) as work:
        assert "The training diverged" in work.hear(lambda said: isinstance(said, Refused)).message


def test_a_run_speaks_the_language_of_who_watches_and_its_files_english(tmp_path: Path) -> None:
    with working(tmp_path, language="fr") as work:
        report = work.hear(lambda message: isinstance(message, Report) and message.figures.batches_done > 0)
        work.tell(TurnRate(7.5))
        remark = work.hear(lambda message: isinstance(message, Remark)).message
        work.tell(Speak(ENGLISH))
        work.tell(SetProbe("12+3"))
        work.hear(lambda message: isinstance(message, History))
        assert work.hear(lambda message: isinstance(message, Report)).charts["loss"]["title"] == "Loss"
        work.tell(Stop())
        kept = work.kept()
    with speaking("fr"):
        assert report.charts["loss"]["title"] == tr("Loss") != "Loss"
        assert [line["name"] for line in report.charts["loss"]["data"]] == [tr("training"), tr("held out")]
        assert kept.models[0].title == tr("as they were when it was stopped")
    assert "7,5" in remark
    assert kept.models[0].title == "as they were when it was stopped"
    assert "Weights: as they were when it was stopped." in card_of(kept.models[0])
    assert kept.curves_csv.startswith("batch,")


def test_a_run_stopped_at_once_has_nothing_to_keep(tmp_path: Path) -> None:
    with working(tmp_path) as work:
        work.tell(Stop())
        assert "nothing to keep" in work.hear(lambda said: isinstance(said, Refused)).message


def test_pairs_that_nobody_gave_are_the_downloaded_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq_core.live import worker

    pairs = write_tsv(tmp_path / "fra.txt", many_pairs())
    monkeypatch.setattr(worker, "cached_pairs", lambda **_: pairs)
    with working(tmp_path, task="pairs", num_samples=100, validation_split=0.1) as work:
        report = work.hear(lambda message: isinstance(message, Report))
        assert report.figures.training_pairs + report.figures.validation_pairs == 100


def test_without_internet_a_run_names_the_preset_that_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seq2seq_core.live import worker

    def offline(**options: Any) -> Path:
        return cached_pairs("http://127.0.0.1:9/fra-eng.zip", tmp_path / "cache", **options)  # nobody listens there

    monkeypatch.setattr(worker, "cached_pairs", offline)
    with working(tmp_path, task="pairs", num_samples=100) as work:
        message = work.hear(lambda said: isinstance(said, Refused)).message
    assert "there is no connection" in message
    assert "Errno" not in message
    assert "--pairs" not in message  # that is for the terminal
    assert PRESETS["by-heart"].config.title in message
    assert PRESETS["by-heart"].config.task in TASKS
