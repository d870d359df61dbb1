"""The work of a worker, wherever its engine has put it: trains one run as it is told, and reports. Imports Keras."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import orjson

from ..data.download import cached_pairs
from ..data.pairs import Pair, read_pairs
from ..errors import Seq2SeqError
from ..language import ENGLISH, later, speak, speaking, tr
from ..saving.model_folder import CARD_FILE, HISTORY_FILE, save_checkpoint, write_history
from ..saving.model_zip import EXAMPLES_FILE, pack_model
from ..training.events import BatchTrained, EpochTrained, TrainingFinished, TrainingStarted
from ..training.resume import RESUME_FILE
from . import report
from .presets import PRESETS
from .protocol import (
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
)
from .watched_run import WatchedRun

REPORT_EVERY = 0.45  # seconds
LOOK_SHARE = 0.08  # of the time may go into looking at the weights
LOOK_AT_LEAST_EVERY = 4.0  # seconds, however long a look takes
WITHOUT_DOWNLOAD = later("choose “{preset}”, which needs none, or bring the file by hand under “Your own pairs”")
OUT_OF_MEMORY = later(
    "The training needed more memory than it may have here: try fewer units, a smaller batch or shorter examples."
)
# whose weights a model has
BEST = later("epoch {epoch}, the best on held-out examples")
LAST = later("epoch {epoch}, the last")
STOPPED = later("as they were when it was stopped")


def work(start: Start, commands: queue.SimpleQueue[Command], say: Callable[[Message], None], folder: Path) -> None:
    """Trains the run to its end; its last message is Kept or Refused. All that it says is in the run's language.

    Args:
        commands: those that come meanwhile.
        folder: for the model's files on their way into the zip.
    """
    with speaking(start.language):
        _work(start, commands, say, folder)


def _work(start: Start, commands: queue.SimpleQueue[Command], say: Callable[[Message], None], folder: Path) -> None:
    try:
        pairs: Sequence[Pair] = start.pairs
        if start.config.task == "pairs" and not pairs:
            instead = tr(WITHOUT_DOWNLOAD, preset=tr(PRESETS["by-heart"].config.title))
            pairs = read_pairs(cached_pairs(instead=instead), start.config.num_samples)
        progress = _progress(folder, start.saved) if start.saves else None
        Worker(WatchedRun(start.config, pairs, start.probe, progress), commands, say, progress).train(folder)
    except Seq2SeqError as error:
        say(Refused(str(error)))
    except Exception as error:
        out_of_memory = isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__
        if not out_of_memory and "bad_alloc" not in str(error):
            raise
        say(Refused(tr(OUT_OF_MEMORY)))


def _progress(folder: Path, saved: Mapping[str, bytes]) -> Path:
    """Beside the model's folder, another one for what it takes to go on, with what there is of it."""
    progress = folder.with_name("progress")
    progress.mkdir()
    for name, data in saved.items():
        (progress / Path(name).name).write_bytes(data)
    return progress


class Worker:
    def __init__(
        self,
        run: WatchedRun,
        commands: queue.SimpleQueue[Command],
        say: Callable[[Message], None],
        progress: Path | None = None,
    ) -> None:
        """
        Args:
            progress: where the run keeps what it takes to go on, which is said after each epoch.
        """
        self.run, self.commands, self.say, self.progress = run, commands, say, progress
        self.obeyed = 0  # commands
        self.said: dict[str, int] = {}  # of the progress' files, by name: as they were then
        self.paused = self.stopped = False
        self.pause_after: type[BatchTrained] | type[EpochTrained] | None = None  # the next one of these
        self.looked = self.look_took = self.reported = 0.0
        self.moments_sent = 0

    def train(self, folder: Path) -> None:
        for event in self.run.events():
            if isinstance(event, TrainingFinished):
                break
            if isinstance(event, TrainingStarted):
                for remark in event.remarks:
                    self.say(Remark(remark))
            if self.pause_after and isinstance(event, self.pause_after):
                self.pause_after, self.paused = None, True
            if self.progress and isinstance(event, EpochTrained):
                self.say_what_is_saved(self.progress)
            if isinstance(event, BatchTrained) and not event.loss < 1e6:  # NaN, too
                raise Seq2SeqError(
                    tr("The training diverged: the loss is no number any more. Try a lower learning rate.")
                )
            self.obey()
            if self.stopped:
                break
            if self.pause_after is not BatchTrained and time.monotonic() - self.reported >= REPORT_EVERY:
                self.send_report()
        self.keep(folder)

    def obey(self) -> None:
        """Does what was asked meanwhile; while paused, waits for more."""
        told = False
        while True:
            waits = self.paused and not self.stopped
            if waits and not told:
                self.send_report(look=True)
                told = True
            try:
                command = self.commands.get(block=waits)
            except queue.Empty:
                return
            self.obeyed += 1
            match command:
                case Pause():
                    self.paused, self.pause_after = True, None
                case Resume():
                    self.paused = False
                case Step(until):
                    self.paused, self.pause_after = False, {"batch": BatchTrained, "epoch": EpochTrained}[until]
                    return
                case Stop():
                    self.stopped = True
                case Speak(language):
                    speak(language)
                case TurnRate(rate):
                    with self.remarking():
                        self.run.turn_rate(rate)
                        self.send_report()
                case SetProbe(text):
                    with self.remarking():
                        self.run.set_probe(text)
                        self.say(History(self.run.probe, report.history(self.run)))
                        self.moments_sent = len(self.run.moments)
                        self.send_report(look=True)

    def say_what_is_saved(self, progress: Path) -> None:
        """Unless that was said before."""
        stamps = {path.name: path.stat().st_mtime_ns for path in progress.iterdir()}
        changed = [name for name, stamp in stamps.items() if self.said.get(name) != stamp]
        if RESUME_FILE in changed:
            self.said = stamps
            files = {name: (progress / name).read_bytes() for name in changed}
            self.say(Checkpoint(self.run.epoch, self.obeyed, self.paused, self.run.probe, self.run.next_rate, files))

    @contextlib.contextmanager
    def remarking(self) -> Iterator[None]:
        """What cannot be done is said, and the training goes on."""
        try:
            yield
        except Seq2SeqError as error:
            self.say(Remark(str(error)))

    def send_report(self, look: bool = False) -> None:
        run, now = self.run, time.monotonic()
        seen = None
        if look or now - self.looked >= min(self.look_took / LOOK_SHARE, LOOK_AT_LEAST_EVERY):
            seen = report.look(run)
            self.looked = time.monotonic()
            self.look_took = self.looked - now
        new = report.history(run, self.moments_sent) or None
        self.moments_sent = len(run.moments)
        state: Literal["paused", "running"] = "paused" if self.paused else "running"
        self.say(Report(state, report.figures(run), report.charts(run), seen, run.probe if seen else None, new))
        self.reported = time.monotonic()

    def keep(self, folder: Path) -> None:
        """The model as it stands after a stop, else with the best epoch's weights, and with the last one's, too."""
        run = self.run
        if not len(run.curves):
            raise Seq2SeqError(tr("Stopped before the first batch was through: there is nothing to keep."))
        best = None if self.stopped else max(epoch.epoch for _, epoch in run.curves.epochs if epoch.best)
        models = [self.packed(folder, BEST if best else STOPPED, best)]
        self.say(
            Report(
                "stopped" if self.stopped else "finished",
                report.figures(run),
                report.charts(run),
                report.look(run, best),
                run.probe,
                report.history(run),
            )
        )
        if best and run.last_weights is not None:
            run.started.network.set_weights(run.last_weights)
            models.append(self.packed(folder, LAST))
        self.say(Kept(models, run.curves.to_csv()))

    def packed(self, folder: Path, weights: str, epoch: int | None = None) -> KeptModel:
        """The model as it is now, examined; its weights are those after this epoch, or after the last batch."""
        run, last = self.run, epoch or self.run.epoch
        batch = epoch * run.started.batches_per_epoch if epoch else len(run.curves)
        exact, in_training = run.examine_at_the_end()
        save_checkpoint(folder, run.started.network, run.config, run.started.vocabularies)
        write_history(folder / HISTORY_FILE, [epoch for _, epoch in run.curves.epochs])
        with speaking(ENGLISH):  # as its other files are
            card = report.model_card(run, tr(weights, epoch=last), exact, in_training)
        (folder / CARD_FILE).write_text(card, encoding="utf-8")
        (folder / EXAMPLES_FILE).write_bytes(orjson.dumps(run.samples))
        return KeptModel(weights, batch, last, exact, in_training, pack_model(folder))
