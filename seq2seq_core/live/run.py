"""One run: from the moment someone presses Start until what was learnt is kept, as the page is told of it."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from ..config import ModelConfig
from ..data.pairs import Pair
from ..errors import Seq2SeqError
from .engines.process import WorkerProcess
from .worker import CURVES_FILE, MODEL_ZIP

ABANDONED_AFTER = 3.0  # seconds without anyone listening: the tab is closed
STOP_WITHIN = 4.5  # seconds; then the process is killed, and what it had learnt is lost
MESSAGES = 64  # kept for a listener that is slow
WAITING = ("queued", "starting")
OVER = ("kept", "failed", "left")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Kept:
    """What a finished run leaves."""

    model_zip: bytes
    curves_csv: bytes


@dataclass
class Run:
    """Its state is `queued`, `starting`, `running`, `paused`, `stopping`, then `kept`, `failed` or `left`."""

    config: ModelConfig
    pairs: tuple[Pair, ...]
    probe: str
    expected: float  # seconds
    minutes: float  # of wall-clock time it may take, pauses included
    number: int = field(default_factory=lambda: next(_numbers))
    state: str = "queued"
    kept: Kept | None = None
    worker: WorkerProcess | None = None
    heard: float = field(default_factory=time.monotonic)  # when someone last listened
    started: float = 0.0
    stop_asked: float = 0.0
    seconds_left: float | None = None

    def __post_init__(self) -> None:
        self._messages: deque[tuple[int, bytes]] = deque(maxlen=MESSAGES)
        self._count = 0
        self._lock = threading.Lock()
        self.on_end: Any = lambda run: None

    def publish(self, line: bytes) -> None:
        """For every listener; a JSON object in one line."""
        with self._lock:
            self._count += 1
            self._messages.append((self._count, line.strip()))

    def say(self, **values: Any) -> None:
        self.publish(orjson.dumps({"kind": "state", "state": self.state, "run": self.number} | values))

    def after(self, number: int) -> list[tuple[int, bytes]]:
        """Messages with a higher number."""
        self.heard = time.monotonic()
        with self._lock:
            return [message for message in self._messages if message[0] > number]

    @property
    def over(self) -> bool:
        return self.state in OVER

    def begin(self, worker: WorkerProcess) -> None:
        """Hands the run to a process, warm or still starting."""
        self.worker, self.state, self.started = worker, "starting", time.monotonic()
        worker.listen = self._hear
        pairs = [list(pair) for pair in self.pairs]
        start = {"do": "start", "config": self.config.to_dict(), "pairs": pairs, "probe": self.probe}
        # twenty thousand pairs are more than a pipe holds: nobody waits until they are read
        threading.Thread(target=worker.tell, kwargs=start, daemon=True).start()
        self.say(warm=worker.speed is not None)
        if not worker.alive:
            self._hear(None, b"")

    def tell(self, command: dict[str, Any]) -> None:
        """Passes a command of the page on to the process.

        Raises:
            Seq2SeqError: it is none, or the run is not under way.
        """
        checked = checked_command(command)
        if self.worker is None or self.over:
            raise Seq2SeqError("There is no training under way.")
        if checked["do"] == "stop":
            self.ask_to_stop()
        else:
            self.worker.tell(**checked)

    def ask_to_stop(self) -> None:
        if self.worker and not self.stop_asked and not self.over:
            self.stop_asked, self.state = time.monotonic(), "stopping"
            self.worker.tell(do="stop")
            self.say()

    def _hear(self, message: dict[str, Any] | None, line: bytes) -> None:
        """In the worker's reading thread."""
        if self.over:
            return
        if message is None:
            if self.stop_asked:
                self.end("failed", message="Stopped. It did not answer in time, so what it had learnt is lost.")
            else:
                self.end(
                    "failed",
                    message="The training process ended unexpectedly, most likely for want of memory. Nothing else is "
                    "affected: try fewer units, a smaller batch or shorter examples.",
                )
            return
        match message["kind"]:
            case "report":
                self.seconds_left = message["figures"]["seconds_left"]
                if not self.stop_asked:
                    self.state = message["state"] if message["state"] in ("running", "paused") else "stopping"
                self.publish(line)
            case "history" | "remark":
                self.publish(line)
            case "refused":
                self.end("failed", message=message["message"])
            case "kept":
                assert self.worker
                folder: Path = self.worker.folder
                self.kept = Kept((folder / MODEL_ZIP).read_bytes(), (folder / CURVES_FILE).read_bytes())
                self.end("kept")

    def end(self, state: str, message: str = "") -> None:
        """The last thing that happens to a run."""
        with self._lock:
            if self.over:
                return
            self.state = state
        self.say(message=message)
        self.on_end(self)


def checked_command(command: dict[str, Any]) -> dict[str, Any]:
    """The command with nothing but what belongs to it, each of its type.

    Raises:
        Seq2SeqError: it is none.
    """
    do = command.get("do") if isinstance(command, dict) else None
    value, text, until = (command.get(key) for key in ("value", "text", "until")) if do else (None, None, None)
    match do:
        case "pause" | "resume" | "stop":
            return {"do": do}
        case "step" if until in ("batch", "epoch"):
            return {"do": do, "until": until}
        case "rate" if isinstance(value, int | float):
            return {"do": do, "value": float(value)}
        case "probe" if isinstance(text, str) and len(text) <= 1_000:
            return {"do": do, "text": text}
    raise Seq2SeqError("This command is not known.")
