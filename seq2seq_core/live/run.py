"""One run: from the moment someone presses Start until what was learnt is kept, as the page is told of it."""

from __future__ import annotations

import io
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..charts.base import Figure
from ..config import ModelConfig
from ..data.pairs import Pair
from ..errors import Seq2SeqError
from ..inference.translator import Translator
from ..language import later, speaking, spoken, tr
from ..saving.model_zip import load_model_zip
from .engines import WorkerHandle
from .protocol import (
    Control,
    Gone,
    History,
    Kept,
    KeptModel,
    Message,
    Refused,
    Remark,
    Report,
    RunState,
    SetProbe,
    Speak,
    Start,
    State,
    Stop,
    encode,
)
from .report import decode_probe

ABANDONED_AFTER = 3.0  # seconds without anyone listening, where others wait for its place: the tab is closed
RETURNS_WITHIN = 60.0  # … where nobody waits: the tab may be loaded anew
STOP_WITHIN = 4.5  # seconds; then the worker is ended, and what it had learnt is lost
MESSAGES = 64  # kept for a listener that is slow
UNEXPECTEDLY = later(
    "The training process ended unexpectedly, most likely for want of memory. Nothing else is affected: try fewer "
    "units, a smaller batch or shorter examples."
)
OVER = ("kept", "failed", "left")

_numbers = itertools.count(1)


@dataclass
class Run:
    config: ModelConfig
    pairs: tuple[Pair, ...]
    probe: str
    expected: float  # seconds
    minutes: float  # of wall-clock time it may take, pauses included
    number: int = field(default_factory=lambda: next(_numbers))
    state: RunState = "queued"
    kept: Kept | None = None
    shown: tuple[KeptModel, Translator] | None = None  # of those that it kept, the one that decodes the probe
    worker: WorkerHandle | None = None
    heard: float = field(default_factory=time.monotonic)  # when someone last listened
    started: float = 0.0
    stop_asked: float = 0.0
    seconds_left: float | None = None
    curves: dict[str, Figure] = field(default_factory=dict)  # by the name of their chart, as last reported
    owner: object = field(default_factory=object)  # whose it is: nobody hurries their own runs
    language: str = field(default_factory=spoken)  # of whoever started it: all that is said of it is in it

    def __post_init__(self) -> None:
        self._messages: deque[tuple[int, bytes]] = deque(maxlen=MESSAGES)
        self._latest: dict[str, tuple[int, bytes]] = {}  # of each sort
        self._count = 0
        self._lock = threading.Lock()
        self.on_end: Callable[[Run], None] = lambda run: None

    def publish(self, message: Report | History | Remark | State) -> None:
        """For every listener."""
        line = encode(message).strip()
        sort = "look" if isinstance(message, Report) and message.look else message.kind
        with self._lock:
            self._count += 1
            self._messages.append((self._count, line))
            self._latest[sort] = self._count, line

    def say(self, **values: Any) -> None:
        """Its state, and what a State has besides."""
        self.publish(State(self.state, self.number, **values))

    def after(self, number: int) -> list[tuple[int, bytes]]:
        """Messages with a higher number, each a JSON object in one line; after 0, the latest of each sort."""
        self.attend()
        with self._lock:
            return (
                [message for message in self._messages if message[0] > number]
                if number
                else sorted(self._latest.values())
            )

    def attend(self) -> None:
        """Someone wants it, whether they hear what is said of it or not."""
        self.heard = time.monotonic()

    def recall(self) -> None:
        """For a page that comes in the midst of it: the worker tells the probe's moments so far once more, in the
        language of the page."""
        if self.worker and self.probe and not self.over:
            if self.language != spoken():
                self.language = spoken()
                self.worker.tell(Speak(self.language))
            self.worker.tell(SetProbe(self.probe))

    @property
    def over(self) -> bool:
        return self.state in OVER

    def begin(self, worker: WorkerHandle) -> None:
        """Hands the run to a worker, warm or still starting."""
        self.worker, self.state, self.started = worker, "starting", time.monotonic()
        self.say(warm=worker.speed is not None)
        worker.listen = self._hear
        # twenty thousand pairs are more than a pipe holds: nobody waits until they are read
        start = Start(self.config, self.pairs, self.probe, language=self.language)
        threading.Thread(target=worker.tell, args=(start,), daemon=True).start()
        if not worker.alive:
            self._hear(Gone())

    def show(self, number: int) -> None:
        """It is over: of the models that it kept, this one decodes the probe from now on."""
        assert self.kept
        kept = self.kept.models[number]
        model, _ = load_model_zip(io.BytesIO(kept.model_zip), self.config.name)
        self.shown = (kept, model)

    def tell(self, command: Control) -> None:
        """Passes a command of the page on to the worker. A probe can be given when it is over, too.

        Raises:
            Seq2SeqError: the run is not under way, or the model cannot read the probe.
        """
        if self.shown and isinstance(command, SetProbe):
            kept, model = self.shown
            model.source_ids(command.text)
            self.probe = command.text
            self.publish(History(self.probe, [decode_probe(model, self.probe, kept.batch, kept.epoch)]))
            return
        if self.worker is None or self.over:
            raise Seq2SeqError(tr("There is no training under way."))
        if isinstance(command, Stop):
            self.ask_to_stop()
        else:
            self.worker.tell(command)

    def ask_to_stop(self) -> None:
        if self.worker and not self.stop_asked and not self.over:
            self.stop_asked, self.state = time.monotonic(), "stopping"
            self.worker.tell(Stop())
            self.say()

    def _hear(self, message: Message | Gone) -> None:
        """In the engine's thread."""
        if self.over:
            return
        match message:
            case Report():
                self.probe = message.probe or self.probe
                self.seconds_left = message.figures.seconds_left
                self.curves = message.charts
                with self._lock:  # it may be ended meanwhile, in another thread
                    if not self.stop_asked and not self.over:
                        self.state = message.state if message.state in ("running", "paused") else "stopping"
                self.publish(message)
            case History():
                self.probe = message.probe
                self.publish(message)
            case Remark():
                self.publish(message)
            case Refused():
                self.end("failed", message.message)
            case Kept():
                self.kept = message
                self.end("kept")
            case Gone() if self.stop_asked:
                self.give_up()
            case Gone(why, names):
                with speaking(self.language):
                    self.end("failed", tr(why or UNEXPECTEDLY, **names))

    def give_up(self) -> None:
        """It was asked to stop, and has not done so."""
        with speaking(self.language):
            self.end("failed", tr("Stopped. It did not answer in time, so what it had learnt is lost."))

    def end(self, state: RunState, message: str | None = None) -> None:
        """The last thing that happens to a run."""
        with self._lock:
            if self.over:
                return
            self.state = state
        self.say(message=message)
        self.on_end(self)
