"""Each worker on whatever machine of a Ray cluster has room for it.

The server does not speak to Ray itself: a process of its own does (`ray_main`), one for all workers. Whatever is
connected to Ray is ended by Ray when the cluster is; the page should not be. And Ray's import is not the page's to pay.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import threading
from collections.abc import Sequence

from ...language import later
from ...training.missing import is_there
from ..protocol import Command, Gone, Message, Ready, decode_message, encode
from .base import Listener
from .child_process import ChildProcess

CLUSTER_LOST = later(
    "The connection to the cluster is lost, and with it what was trained there. Start it again in a moment."
)


class RayEngine:
    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "seq2seq_core.live.engines.ray_main")) -> None:
        """
        Args:
            command: of the process that is connected to Ray; a folder is added.
        """
        self._command = command
        self._link: RayLink | None = None
        self._lock = threading.Lock()

    @property
    def room(self) -> int:
        """How many workers the machines of the cluster can hold; 1 before it was asked."""
        return self._link.room if self._link else 1

    @property
    def lacks(self) -> str | None:
        return None if is_there("ray") else "Ray"

    def start(self) -> RayWorker:
        with self._lock:
            if self._link is None or not self._link.alive:
                self._link = RayLink(self._command)
            return self._link.new_worker()

    def close(self) -> None:
        """Ends all workers."""
        with self._lock:
            if self._link:
                self._link.end()


class RayLink(ChildProcess):
    """The process that is connected to Ray. What is said to it, and what it says, begins with the worker's number."""

    def __init__(self, command: Sequence[str]) -> None:
        self.room = 1
        self._workers: dict[int, RayWorker] = {}
        self._numbers = itertools.count(1)
        self._failed: Gone | None = None
        # where Ray looks for a cluster that was started by hand
        super().__init__(command, TMPDIR=tempfile.gettempdir(), RAY_USAGE_STATS_ENABLED="0")

    def new_worker(self) -> RayWorker:
        number = next(self._numbers)
        worker = self._workers[number] = RayWorker(self, number)
        self.say(number, b"begin\n")
        if not self.alive:
            worker.hear(self._failed or Gone(CLUSTER_LOST))
        return worker

    def say(self, number: int, line: bytes) -> None:
        self._say(b"%d %b" % (number, line))

    def _heard(self, line: bytes) -> None:
        about, _, said = line.partition(b" ")
        if about == b"room":
            self.room = int(said)
        elif about == b"failed":
            sentence, _, address = said.decode().strip().partition("\t")
            self._failed = Gone(sentence, {"address": address} if address else {})
        elif worker := self._workers.get(int(about)):
            worker.hear(decode_message(said))

    def _over(self, status: int, nonsense: str) -> None:
        while self._workers:
            _, worker = self._workers.popitem()
            worker.hear(self._failed or Gone(CLUSTER_LOST))

    def forget(self, number: int) -> None:
        if self._workers.pop(number, None):
            self.say(number, b"end\n")


class RayWorker:
    """A WorkerHandle."""

    def __init__(self, link: RayLink, number: int) -> None:
        self.listen: Listener | None = None
        self.speed: float | None = None
        self._link, self._number = link, number
        self._gone = False

    def hear(self, message: Message | Gone) -> None:
        match message:
            case Ready(speed):
                self.speed = speed
            case Gone():
                self._gone = True
        if self.listen:
            self.listen(message)

    @property
    def alive(self) -> bool:
        return not self._gone and self._link.alive

    def tell(self, command: Command) -> None:
        if not self._gone:
            self._link.say(self._number, encode(command))

    def end(self) -> None:
        self._gone = True
        self._link.forget(self._number)
