"""One worker process, seen from the server: started early, spoken to in lines of JSON, ended for certain."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

import seq2seq_core

log = logging.getLogger(__name__)
ERRORS_FILE = "errors.txt"


class WorkerProcess:
    """A `seq2seq_core.live.worker`, with a folder of its own that goes when it does.

    Attributes:
        listen: called with each message and its line, in a thread of this object; with None once the process is
            gone.
    """

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "seq2seq_core.live.worker")) -> None:
        """`command`: what is started, with the folder as its last argument."""
        self.folder = Path(tempfile.mkdtemp(prefix="seq2seq-training-"))
        self.speed: float | None = None  # of this machine, once it is known: then the worker is warm
        self.listen: Callable[[dict[str, Any] | None, bytes], None] | None = None
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
            message = orjson.loads(line)
            if message["kind"] == "ready":
                self.speed = message["speed"]
            self._hand_on(message, line)
        status = self.process.wait()
        if status and not self._ended:
            log.warning("A training worker ended with status %s: %s", status, self._last_words())
        self._hand_on(None, b"")
        self.end()

    def _hand_on(self, message: dict[str, Any] | None, line: bytes) -> None:
        if self.listen:
            self.listen(message, line)

    def _last_words(self) -> str:
        try:
            return (self.folder / ERRORS_FILE).read_text(errors="replace")[-2_000:]
        except OSError:
            return ""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def tell(self, **command: Any) -> None:
        """Sends a command; one to a process that has ended is lost."""
        assert self.process.stdin
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(orjson.dumps(command) + b"\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """Kills it if it still runs, and removes its folder. May be called more than once."""
        self._ended = True
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self.process.stdin:
                self.process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)
