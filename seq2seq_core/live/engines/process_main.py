"""What a worker's process runs: commands in on standard input, messages out on standard output, a line of JSON each.

What comes out of a process that a stranger's data went into is data, too. It is started before it is needed, so that
TensorFlow's start-up is over when someone presses Start. It ends when the run does, and at once when its input is
closed: when whoever started it ends, by whatever cause, so does this.

    python -m seq2seq_core.live.engines.process_main FOLDER      the folder is its own, and goes with it
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import IO

from ...settings import read_settings
from ..protocol import Command, Message, Ready, Start, decode_command, encode


def main() -> None:
    folder = Path(sys.argv[1])
    # Ctrl-C reaches the whole terminal: this one ends with its server. Told to end by itself, it leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave(folder))
    # messages must stay alone on the pipe: whatever a library prints goes to standard error
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(message: Message) -> None:
        out.write(encode(message))
        out.flush()

    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    # in a thread of its own, so that the end of the input is noticed at once
    threading.Thread(target=_read, args=(os.fdopen(os.dup(0), "rb"), commands, folder), daemon=True).start()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # whoever types in another tab comes first
    from ..duration import measure_speed
    from ..worker import work  # brings TensorFlow: seconds

    speed = measure_speed()
    _limit_memory()
    say(Ready(speed))
    while not isinstance(start := commands.get(), Start):
        pass
    work(start, commands, say, folder / "model")


def _read(stream: IO[bytes], commands: queue.SimpleQueue[Command], folder: Path) -> None:
    for line in stream:
        commands.put(decode_command(line))
    _leave(folder)  # nobody is left who could want anything


def _leave(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _limit_memory() -> None:
    """Private memory may grow by the setting from here on; beyond it an allocation fails, in this process alone."""
    try:
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii")
    except (ImportError, OSError):  # not Linux
        return
    (now,) = (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))
    limit = now + read_settings().training_memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    main()
