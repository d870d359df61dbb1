"""A Python process of ours that is spoken to in lines, seen from the server: started, read, ended for certain."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import seq2seq_core


class ChildProcess(ABC):
    """The process has a folder of its own that goes when it does. It ends when its input is closed: see `from_within`.

    Args:
        command: to which the folder is added.
        errors_file: in the folder, for its standard error; None: that is the server's.
        environment: beside the server's.
    """

    def __init__(self, command: Sequence[str], errors_file: str | None = None, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="seq2seq-training-"))
        root = str(Path(seq2seq_core.__file__).parent.parent)
        paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        with (self.folder / errors_file).open("wb") if errors_file else contextlib.nullcontext() as errors:
            self.process = subprocess.Popen(
                [*command, str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "TMPDIR": str(self.folder), **environment, "PYTHONPATH": paths},
            )
        self._lock = threading.Lock()
        self._ended = False  # by us
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        nonsense = ""
        for line in self.process.stdout:
            try:
                self._heard(line)
            except ValueError as error:
                nonsense = str(error)
                self.process.kill()
                break
        self._over(self.process.wait(), nonsense)
        self.end()

    @abstractmethod
    def _heard(self, line: bytes) -> None:
        """It has said this. Raises ValueError for what cannot be: then it is ended."""

    @abstractmethod
    def _over(self, status: int, nonsense: str) -> None:
        """It has ended; if it was for what it said, that is why."""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def _say(self, line: bytes) -> None:
        """May wait until it has gone; what is said to one that has ended is lost."""
        assert self.process.stdin
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(line)
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
