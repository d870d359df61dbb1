"""A server under steady load: what visitors wait for, and what the server holds, minute after minute.

    python benchmarks/soak.py [--visitors 20] [--minutes 4] [--every 5] [--rows 4] [--json FILE]

Each visitor opens the page, keeps its heartbeat open, and sends a sentence of its own every so many seconds, as the
page's button does; what is counted is the time until its answer has come. All of it on this machine,
whose processor the visitors share with the server. Memory, processes and open files are those of the server and its
children at the end of each row.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import numpy as np
from common import SENTENCES, Server, family, machine, save, serve, show
from rich.table import Table
from visitors import PATIENCE, Button, Page


@dataclass
class Row:
    until: float  # seconds after the start
    answers: int
    errors: int
    p50: float | None  # milliseconds; None: nothing was answered
    p95: float | None
    p99: float | None
    megabytes: float
    processes: int
    files: int


@dataclass
class Counted:
    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def row(self, server: Server, until: float) -> Row:
        """What came since the last row; counting begins anew."""
        seconds, self.seconds = self.seconds, []
        errors, self.errors = self.errors, 0
        waits = [float(1_000 * np.quantile(seconds, share)) if seconds else None for share in (0.5, 0.95, 0.99)]
        members = family(server.process)
        megabytes = sum(member.memory_info().rss for member in members) / 2**20
        files = sum(member.num_fds() for member in members)
        return Row(until, len(seconds), errors, *waits, megabytes, len(members), files)


async def visit(url: str, button: Button, every: float, until: float, counted: Counted) -> None:
    sentences = itertools.cycle(random.sample(SENTENCES, len(SENTENCES)))
    page = Page(url, button)
    await page.open()
    await asyncio.sleep(random.random() * every)
    while time.monotonic() < until:
        start = time.monotonic()
        try:
            await page.translate(f"{next(sentences)} {random.randrange(1000)}")
            counted.seconds.append(time.monotonic() - start)
        except (OSError, EOFError, TimeoutError):
            counted.errors += 1
        await asyncio.sleep(max(0.0, start + every - time.monotonic()))
    await page.close()


async def soak(server: Server, visitors: int, seconds: float, every: float, rows: int) -> list[Row]:
    config = httpx.get(f"{server.url}config", timeout=PATIENCE, trust_env=False).json()
    button, counted, begun = Button.of(config), Counted(), time.monotonic()
    tasks = [asyncio.create_task(visit(server.url, button, every, begun + seconds, counted)) for _ in range(visitors)]
    counts = []
    for number in range(1, rows + 1):
        await asyncio.sleep(begun + number * seconds / rows - time.monotonic())
        counts.append(counted.row(server, round(number * seconds / rows)))
    await asyncio.gather(*tasks)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--every", type=float, default=5, help="seconds between a visitor's sentences")
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    described = machine("gradio", "numpy")
    with serve(sys.executable, "app.py") as server:
        counted = asyncio.run(soak(server, options.visitors, options.minutes * 60, options.every, options.rows))
    table = Table(
        "until", "answers", "errors", "p50", "p95", "p99", "memory", "processes", "open files",
        title=f"{options.visitors} visitors, a sentence every {options.every:g} s",
    )  # fmt: skip
    for row in counted:
        waits = ["–" if wait is None else f"{wait:,.0f} ms" for wait in (row.p50, row.p95, row.p99)]
        held = [f"{row.megabytes:,.0f} MB", str(row.processes), str(row.files)]
        table.add_row(f"{row.until:.0f} s", f"{row.answers:,}", str(row.errors), *waits, *held)
    show(table, described)
    save(options.json, described, {"visitors": options.visitors, "rows": [asdict(row) for row in counted]})


if __name__ == "__main__":
    main()
