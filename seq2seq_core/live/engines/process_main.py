"""What a worker's process runs: commands in on standard input, messages out on standard output, a line of JSON each.

What comes out of a process that a stranger's data went into is data, too. It is started before it is needed, so that
TensorFlow's start-up is over when someone presses Start. It ends when the run does.

    python -m seq2seq_core.live.engines.process_main FOLDER      the folder is its own, and goes with it
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from ...settings import read_settings
from ..protocol import Message, Ready, Start, decode_command, encode
from .from_within import open_pipes


def main() -> None:
    folder = Path(sys.argv[1])
    commands, say_line = open_pipes(folder, decode_command)

    def say(message: Message) -> None:
        say_line(encode(message))

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
