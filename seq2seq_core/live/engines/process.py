"""Each worker a process on this machine: started early, spoken to in lines of JSON, ended for certain."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import seq2seq_core

from ..protocol import Command, Gone, Message, Ready, decode_message, encode
from .base import Listener

log = logging.getLogger(__name__)
ERRORS_FILE = "errors.txt"


@dataclass(frozen=True)
class ProcessEngine:
    command: Sequence[str] = (sys.executable, "-m", "seq2seq_core.live.engines.process_main")  # and a folder

    def start(self) -> WorkerProcess:
        return WorkerProcess(self.command)


class WorkerProcess:
    """A WorkerHandle. The process has a folder of its own that goes when it does."""

    def __init__(self, command: Sequence[str]) -> None:
        self.listen: Listener | None = None
        self.speed: float | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="seq2seq-training-"))
        root = str(Path(seq2seq_core.__file__).parent.parent)
        # one thread trains such small networks as fast as two do, and leaves a core to whoever types in another tab
        environment = {
            "TF_NUM_INTRAOP_THREADS": "1",
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")])),
            "TMPDIR": str(self.folder),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        with (self.folder / ERRORS_FILE).open("wb") as errors:
            self.process = subprocess.Popen(
                [*command, str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
            )
        self._lock = threading.Lock()
        self._ended = False  # by us
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            try:
                message = decode_message(line)
            except ValueError as error:
                log.warning("A training worker is ended: %s", error)
                self.process.kill()
                break
            if isinstance(message, Ready):
                self.speed = message.speed
            self._hand_on(message)
        status = self.process.wait()
        if status and not self._ended:
            log.warning("A training worker ended with status %s: %s", status, self._last_words())
        self._hand_on(Gone())
        self.end()

    def _hand_on(self, message: Message | Gone) -> None:
        if self.listen:
            self.listen(message)

    def _last_words(self) -> str:
        try:
            return (self.folder / ERRORS_FILE).read_text(errors="replace")[-2_000:]
        except OSError:
            return ""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def tell(self, command: Command) -> None:
        assert self.process.stdin
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(encode(command))
            self.process.stdin.flush()

    def end(self) -> None:
        """Kills it if it still runs, and removes its folder."""
        self._ended = True
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self.process.stdin:
                self.process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)
