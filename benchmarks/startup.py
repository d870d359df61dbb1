"""Seconds until the page answers and the memory it takes then, against the same page with TensorFlow imported first.

    python benchmarks/startup.py [--rounds 5] [--json FILE]

Each start is a fresh process on a free port, the rivals in turn. Memory is the resident set of the process and its
children: when GET / is first answered, and after one sentence has gone through the /translate endpoint. Whether
TensorFlow is loaded is read from the process's memory map; the rival's row shows that the check sees it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from common import Server, family, machine, ratio, save, serve, show, spread
from gradio_client import Client
from rich.progress import track
from rich.table import Table

WITH_TENSORFLOW = "import tensorflow, runpy; runpy.run_path('app.py', run_name='__main__')"


@dataclass
class Rival:
    """One way to start the page, and what each round measured."""

    name: str
    command: tuple[str, ...]
    seconds: list[float] = field(default_factory=list)  # to the first answer
    first: list[float] = field(default_factory=list)  # MB resident then
    after: list[float] = field(default_factory=list)  # MB resident after one translation
    tensorflow: set[bool] = field(default_factory=set)  # loaded, at the end of a round


def resident(server: Server) -> float:
    """Megabytes, of the process and its children."""
    return sum(process.memory_info().rss for process in family(server.process)) / 1e6


def has_tensorflow(server: Server) -> bool:
    """Whether a shared library of TensorFlow is mapped into the process or one of its children."""
    return any("tensorflow" in path.lower() for process in family(server.process) for path in mapped_files(process))


def mapped_files(process: psutil.Process) -> list[str]:
    maps = Path(f"/proc/{process.pid}/maps")
    if maps.exists():
        return maps.read_text(errors="replace").splitlines()
    return [entry.path for entry in process.memory_maps()]


def measure(rival: Rival) -> None:
    with serve(*rival.command) as server:
        rival.seconds.append(server.seconds)
        rival.first.append(resident(server))
        trace: dict[str, Any] = Client(server.url, verbose=False).predict("Be nice.", api_name="/translate")
        assert trace["text"], "the endpoint translated nothing"
        rival.after.append(resident(server))
        rival.tensorflow.add(has_tensorflow(server))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    ours = Rival("ours", (sys.executable, "app.py"))
    rivals = [ours, Rival("TensorFlow imported first", (sys.executable, "-c", WITH_TENSORFLOW))]
    for _ in track(range(options.rounds), "rounds"):
        for rival in rivals:
            measure(rival)

    table = Table("rival", title="from the start of the process to the first page")
    for heading in ("seconds", "to ours", "MB then", "to ours", "MB after a sentence", "to ours", "TensorFlow"):
        table.add_column(heading, justify="right")
    for rival in rivals:
        row = [rival.name]
        for values, base, digits in (
            (rival.seconds, ours.seconds, 2),
            (rival.first, ours.first, 0),
            (rival.after, ours.after, 0),
        ):
            row += [spread(values, digits), ratio(values, base)]
        table.add_row(*row, " or ".join("loaded" if loaded else "not loaded" for loaded in sorted(rival.tensorflow)))
    line = machine("gradio", "numpy", "tensorflow", "psutil")
    show(table, f"median (min–max) of {options.rounds} rounds, the rivals in turn", line)
    keys = ("seconds", "first", "after")
    save(options.json, line, {rival.name: {key: getattr(rival, key) for key in keys} for rival in rivals})


if __name__ == "__main__":
    main()
