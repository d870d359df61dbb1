"""The pool: how many train at once, who waits, and that every worker ends when it should."""

from __future__ import annotations

import atexit
import threading
import time

from ..errors import Seq2SeqError
from ..language import later, speaking, tr
from ..settings import read_settings
from .engines import ENGINES, Engine, WorkerHandle, engine_named
from .run import ABANDONED_AFTER, RETURNS_WITHIN, STOP_WITHIN, Run

WARM_FOR = 600.0  # seconds that an unused warm worker is kept
WATCH_EVERY = 0.25  # seconds
ABANDONED = later("Ended: its page was away for too long, and nothing of it is kept.")


class Pool:
    """Trains some runs at once, in the order they came.

    Args:
        size: how many; None: as many as the engine has room for; 0: none at all.
        minutes: a run may take, pauses included, so that the next one's turn comes.
        engine: where they train. If it lacks a package: none at all, as with size 0.
    """

    def __init__(self, size: int | None = None, minutes: float = 15, engine: Engine = ENGINES["process"]) -> None:
        self._engine, self._size = engine, size
        self._lacks = engine.lacks if size != 0 else None
        if self._lacks:
            self._size = 0
        self.minutes = minutes
        self.speed: float | None = None  # of this machine, as measured by the first worker
        self._running: list[Run] = []
        self._waiting: list[Run] = []
        self._warm: WorkerHandle | None = None
        self._wanted = 0.0  # when a warm worker was last asked for
        self._lock = threading.RLock()
        self._watcher: threading.Thread | None = None
        self._closed = False
        atexit.register(self.close)

    @property
    def off(self) -> str:
        """Why nothing is trained, as a sentence; "": there is nothing in the way."""
        if self._lacks:
            return tr("Nothing can be trained on this server: {package} is not installed.", package=self._lacks)
        return tr("Trainings are switched off on this server.") if self._size == 0 else ""

    @property
    def size(self) -> int:
        """How many train at once. A cluster's machines come and go."""
        return self._engine.room if self._size is None else self._size

    def warm_up(self) -> None:
        """Starts a worker that will be needed soon, if there is none and a place is free for it."""
        with self._lock:
            self._wanted = time.monotonic()
            self._watch()
            if self._closed or len(self._running) >= self.size:
                return
            if self._warm is None or not self._warm.alive:
                self._warm = self._engine.start()

    def submit(self, run: Run) -> None:
        """Starts the run, or lets it wait for its turn. Raises Seq2SeqError where nothing is trained."""
        if self.off:
            raise Seq2SeqError(self.off)
        with self._lock:
            run.on_end = self._ended
            self._waiting.append(run)
            self._watch()
            self._next()

    def leave(self, run: Run, message: str | None = None) -> None:
        """Takes a run out of the queue, or off its worker at once, without keeping anything."""
        with self._lock:
            if run in self._waiting:
                self._waiting.remove(run)
        run.end("left", message)
        self._tell_places()

    def places(self) -> tuple[int, int]:
        """(training, waiting)"""
        with self._lock:
            return len(self._running), len(self._waiting)

    def _next(self) -> None:
        while self._waiting and len(self._running) < self.size and not self._closed:
            run = self._waiting.pop(0)
            worker = self._warm if self._warm and self._warm.alive else self._engine.start()
            self._warm = None
            self._running.append(run)
            run.begin(worker)
        self._tell_places()

    def _tell_places(self) -> None:
        with self._lock:
            # each place is free when the run on it ends, unless there are fewer by then: the earliest is taken first
            free = sorted(self._remaining(run) for run in self._running)[max(0, len(self._running) - self.size) :]
            for place, run in enumerate(self._waiting, start=1):
                wait = free.pop(0) if free else 0.0
                free = sorted([*free, wait + run.expected])
                run.say(place=place, waiting=len(self._waiting), wait=round(wait))

    def _remaining(self, run: Run) -> float:
        limit = run.minutes * 60 - (time.monotonic() - run.started)
        left = run.seconds_left if run.seconds_left is not None else run.expected
        return max(0.0, min(left, limit))

    def _ended(self, run: Run) -> None:
        with self._lock:
            if run in self._running:
                self._running.remove(run)
            if run in self._waiting:
                self._waiting.remove(run)
            worker, run.worker = run.worker, None
        if worker:
            worker.listen = None
            worker.end()
        with self._lock:
            self._next()
            if time.monotonic() - self._wanted < WARM_FOR:
                self.warm_up_if_free()

    def warm_up_if_free(self) -> None:
        """The next Start should not wait for TensorFlow either."""
        if not self._waiting and self._warm is None and not self._closed and len(self._running) < self.size:
            self._warm = self._engine.start()

    def _watch(self) -> None:
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._keep_watch, daemon=True)
            self._watcher.start()

    def _keep_watch(self) -> None:
        told = 0.0
        while not self._closed:
            time.sleep(WATCH_EVERY)
            now = time.monotonic()
            with self._lock:
                running, waiting, warm = list(self._running), list(self._waiting), self._warm
            for run in (*running, *waiting):
                others = any(other is not run and other.owner != run.owner for other in waiting)
                if now - run.heard > (ABANDONED_AFTER if others else RETURNS_WITHIN):
                    with speaking(run.language):
                        self.leave(run, tr(ABANDONED))
            for run in running:
                if run.stop_asked and now - run.stop_asked > STOP_WITHIN:
                    run.give_up()
                elif now - run.started > run.minutes * 60:
                    run.ask_to_stop()
            for worker in (warm, *(run.worker for run in running)):
                if worker and worker.speed:
                    self.speed = worker.speed
            if warm and now - self._wanted > WARM_FOR:
                with self._lock:
                    self._warm = None
                warm.end()
            if waiting and now - told > 1:
                told = now
                with self._lock:
                    self._next()

    def close(self) -> None:
        """Ends every worker."""
        with self._lock:
            self._closed = True
            runs, self._waiting = [*self._running, *self._waiting], []
            warm, self._warm = self._warm, None
        for run in runs:
            run.end("left")
        if warm:
            warm.end()


_SETTINGS = read_settings()
POOL = Pool(_SETTINGS.trainings_at_once, _SETTINGS.training_minutes, engine_named(_SETTINGS.engine))
