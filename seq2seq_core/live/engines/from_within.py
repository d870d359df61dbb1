"""What our processes have in common, from within: lines in on standard input, lines out on standard output.

They end at once when their input is closed: when whoever started one ends, by whatever cause, so does the process.
"""

from __future__ import annotations

import os
import queue
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

T = TypeVar("T")


def open_pipes(folder: Path, read: Callable[[bytes], T]) -> tuple[queue.SimpleQueue[T], Callable[[bytes], None]]:
    """(what comes in, how a line is said).

    Args:
        folder: the process' own: it goes with it.
        read: what a line means.
    """
    # Ctrl-C reaches the whole terminal: this one ends with its server. Told to end by itself, it leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: leave(folder))
    # lines must stay alone on the pipe: whatever a library prints goes to standard error
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    saying = threading.Lock()

    def say(line: bytes) -> None:
        with saying:
            out.write(line)
            out.flush()

    told: queue.SimpleQueue[T] = queue.SimpleQueue()

    def listen(stream: IO[bytes]) -> None:
        for line in stream:
            told.put(read(line))
        leave(folder)  # nobody is left who could want anything

    # in a thread of its own, so that the end of the input is noticed at once
    threading.Thread(target=listen, args=(os.fdopen(os.dup(0), "rb"),), daemon=True).start()
    return told, say


def leave(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
