"""What the process that is connected to Ray runs: it puts workers into the cluster, and hands on what is said.

    python -m seq2seq_core.live.engines.ray_main FOLDER      the folder is its own, and goes with it

A line on standard input is a worker's number and a command as JSON, or `begin`, or `end`; one on standard output a
worker's number and a message, or `room` and how many workers the cluster can hold, or `failed` and a sentence, and
after a tab the {address} in it. When this process ends, by whatever cause, Ray ends all that it has put there.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from ...language import later
from ...settings import Settings, read_settings
from ..protocol import Command, Gone, Message, Ready, decode_command, encode
from .from_within import leave, open_pipes
from .ray_host import Host

CORES = 1  # a worker's: one thread trains such small networks as fast as two do
TENSORFLOW_MB = 900  # what a worker's processes take before a run begins
LOOK_EVERY = 2.0  # seconds
END_WITHIN = 5.0  # seconds
LOST = later(
    "The computer that trained this was lost before the first epoch was through, so nothing of it is left. Start it "
    "again: another one will train it."
)
NOT_THERE = later(
    "No training could begin on a computer of the cluster: Seq2Seq Lab must be installed on each of them, in the same "
    "version as here. What Ray says about it stands in this server’s log."
)
NONE_AT = later(
    "No Ray cluster answers at {address}, which SEQ2SEQ_RAY_ADDRESS names: start it, then press Start again."
)
NONE_HERE = later(
    "No Ray is running on this computer: `ray start --head` starts one, and SEQ2SEQ_RAY_ADDRESS names one that runs "
    "elsewhere. Then press Start again."
)

log = logging.getLogger("seq2seq.ray")
Say = Callable[[bytes], None]


def main() -> None:
    folder = Path(sys.argv[1])
    lines, say = open_pipes(folder, _read)
    settings = read_settings()
    try:
        ray.init(settings.ray_address or "auto", log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, RuntimeError, ValueError, RayError) as error:
        log.error("%s", error)
        say(f"failed {_unreachable(settings.ray_address)}\n".encode())
        leave(folder)
    threading.Thread(target=_tell_room, args=(settings, say), daemon=True).start()
    workers: dict[int, Held] = {}
    while True:
        number, what = lines.get()
        if what == b"begin\n":
            workers[number] = Held(number, settings, say)
        elif what == b"end\n":
            workers.pop(number).end()
        else:
            workers[number].tell(decode_command(what))


def _read(line: bytes) -> tuple[int, bytes]:
    number, _, what = line.partition(b" ")
    return int(number), what


def _unreachable(address: str | None) -> str:
    return f"{NONE_AT}\t{address}" if address else NONE_HERE


def memory(settings: Settings) -> int:
    """Bytes that a worker may take, and that Ray sets aside for it."""
    return (TENSORFLOW_MB + settings.training_memory_mb) * 2**20


def room(settings: Settings) -> int:
    """How many workers the machines that are there can hold, by their cores and their memory."""
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return sum(min(int(has.get("CPU", 0) // CORES), int(has.get("memory", 0) // memory(settings))) for has in machines)


def _tell_room(settings: Settings, say: Say) -> None:
    told = None
    while True:
        if (found := room(settings)) != told:
            say(b"room %d\n" % found)
            told = found
        time.sleep(LOOK_EVERY)


class Held:
    """A worker's actor, and what it says."""

    def __init__(self, number: int, settings: Settings, say: Say) -> None:
        # a group of its own: commands are not to wait for the end of what is said
        options = {"num_cpus": CORES, "memory": memory(settings), "concurrency_groups": {"said": 1}}
        remote: Any = ray.remote  # whose types know no groups
        self._actor = remote(**options)(Host).remote(settings.training_memory_mb)
        self._number, self._say = number, say
        self._ended = False  # by us
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        ready, gone = False, Gone()
        try:
            for found in self._actor.said.options(num_returns="streaming", concurrency_group="said").remote():
                message: Message = ray.get(found)
                ready = ready or isinstance(message, Ready)
                self._hand_on(message)
        except RayError as error:
            if not self._ended:
                log.warning("A training worker was lost: %s", error)
            gone = Gone(LOST if ready else NOT_THERE)
        self._hand_on(gone)

    def _hand_on(self, message: Message | Gone) -> None:
        self._say(b"%d %b" % (self._number, encode(message)))

    def tell(self, command: Command) -> None:
        self._actor.tell.remote(command)

    def end(self) -> None:
        self._ended = True
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        ray.wait([self._actor.end.remote()], timeout=END_WITHIN)
        ray.kill(self._actor)


if __name__ == "__main__":
    main()
