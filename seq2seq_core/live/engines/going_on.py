"""An engine whose workers may be lost: where one has kept something of its run, another goes on with that."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from ...language import later, speaking, tr
from ..protocol import (
    Checkpoint,
    Command,
    Control,
    Gone,
    Kept,
    Message,
    Pause,
    Refused,
    Remark,
    Speak,
    Start,
    Stop,
    TurnRate,
)
from .base import Engine, Listener, WorkerHandle

GOES_ON = later(
    "The computer that trained this, or the process on it, was lost. Another one goes on from the end of epoch "
    "{epoch}, as soon as it has started."
)


@dataclass(frozen=True)
class GoingOn:
    """Of another engine."""

    engine: Engine

    @property
    def room(self) -> int:
        return self.engine.room

    @property
    def lacks(self) -> str | None:
        return self.engine.lacks

    def start(self) -> GoingOnWorker:
        return GoingOnWorker(self.engine)


class GoingOnWorker:
    """A WorkerHandle: one worker of the engine's after the other. What each has kept stays here, on disk, in files that
    have no name there: they go with this process, also where it is killed.

    One that is lost before it has kept more than the one before it is not followed by another: it would be for ever.

    Attributes:
        saved: the last that the present worker has kept, without its files.
    """

    def __init__(self, engine: Engine) -> None:
        self.listen: Listener | None = None
        self._engine = engine
        self._start: Start | None = None
        self._told: list[Control] = []  # since Start, to the present worker
        self.saved: Checkpoint | None = None
        self._files: dict[str, IO[bytes]] = {}
        self._lock = threading.RLock()
        self._over = False
        self._worker: WorkerHandle = self._next()

    def _next(self) -> WorkerHandle:
        worker = self._engine.start()
        worker.listen = self._hear
        return worker

    @property
    def speed(self) -> float | None:
        return self._worker.speed

    @property
    def alive(self) -> bool:
        return not self._over and self._worker.alive

    def tell(self, command: Command) -> None:
        with self._lock:
            if isinstance(command, Start):
                command = self._start = replace(command, saves=True)
            else:
                self._told.append(command)
                if isinstance(command, Speak) and self._start:
                    self._start = replace(self._start, language=command.language)
            self._worker.tell(command)

    def _hear(self, message: Message | Gone) -> None:
        """In the engine's thread."""
        match message:
            case Checkpoint():
                self._keep(message)
                return
            case Gone() if self._goes_on():
                return
            case Gone() | Kept() | Refused():
                self._over = True
        if self.listen:
            self.listen(message)

    def _keep(self, saved: Checkpoint) -> None:
        with self._lock:
            if self._over:
                return
            for name, data in saved.files.items():
                file = self._file(Path(name).name)
                file.seek(0)
                file.truncate()
                file.write(data)
            self.saved = replace(saved, files={})

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._files:
            self._files[name] = tempfile.TemporaryFile()  # noqa: SIM115 (`end` closes it)
        return self._files[name]

    def _goes_on(self) -> bool:
        """With another worker, from what the lost one has kept; False: there is nothing to go on from."""
        with self._lock:
            saved, start = self.saved, self._start
            if self._over or saved is None or start is None or any(isinstance(each, Stop) for each in self._told):
                return False
            files = {name: _whole(file) for name, file in self._files.items()}
            again: list[Control] = [TurnRate(saved.rate), Pause()] if saved.paused else [TurnRate(saved.rate)]
            self._told = [*again, *self._told[saved.obeyed :]]
            self.saved = None
            self._worker.listen = None
            self._worker.end()
            if self.listen:
                with speaking(start.language):
                    self.listen(Remark(tr(GOES_ON, epoch=saved.epoch)))
            self._worker = self._next()
            for command in (replace(start, probe=saved.probe, saved=files), *self._told):
                self._worker.tell(command)
        return True

    def end(self) -> None:
        with self._lock:
            self._over = True
            for file in self._files.values():
                file.close()
            self._files.clear()
        self._worker.end()


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
