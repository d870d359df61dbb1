"""Each worker a process on this machine: started early, spoken to in lines of JSON, ended for certain."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ...training.missing import missing_package
from ..protocol import Command, Gone, Message, Ready, decode_message, encode
from .base import Listener
from .child_process import ChildProcess

log = logging.getLogger(__name__)
ERRORS_FILE = "errors.txt"


@dataclass(frozen=True)
class ProcessEngine:
    command: Sequence[str] = (sys.executable, "-m", "seq2seq_core.live.engines.process_main")  # and a folder

    @property
    def room(self) -> int:
        """One for every two cores: the others are for those who use the page."""
        return max(1, (os.cpu_count() or 1) // 2)

    @property
    def lacks(self) -> str | None:
        return missing_package()

    def start(self) -> WorkerProcess:
        return WorkerProcess(self.command)


class WorkerProcess(ChildProcess):
    """A WorkerHandle."""

    def __init__(self, command: Sequence[str]) -> None:
        self.listen: Listener | None = None
        self.speed: float | None = None
        # one thread trains such small networks as fast as two do, and leaves a core to whoever types in another tab
        threads = {"TF_NUM_INTRAOP_THREADS": os.environ.get("TF_NUM_INTRAOP_THREADS", "1")}
        super().__init__(command, ERRORS_FILE, TF_CPP_MIN_LOG_LEVEL="3", **threads)

    def _heard(self, line: bytes) -> None:
        message = decode_message(line)
        if isinstance(message, Ready):
            self.speed = message.speed
        self._hand_on(message)

    def _over(self, status: int, nonsense: str) -> None:
        if nonsense:
            log.warning("A training worker is ended: %s", nonsense)
        elif status and not self._ended:
            log.warning("A training worker ended with status %s: %s", status, self._last_words())
        self._hand_on(Gone())

    def _hand_on(self, message: Message | Gone) -> None:
        if self.listen:
            self.listen(message)

    def _last_words(self) -> str:
        try:
            return (self.folder / ERRORS_FILE).read_text(errors="replace")[-2_000:]
        except OSError:
            return ""

    def tell(self, command: Command) -> None:
        self._say(encode(command))
