"""How many visitors the page bears: what they wait for, and what the server holds, beside what it was before.

    python benchmarks/load.py [--visitors 1 10 50 100 200] [--seconds 30] [--every 5] [--decoders auto] [--json FILE]

Each visitor has opened the page and sends a sentence every so many seconds, as its button does; what is counted is the
time until the answer has come. First each visitor has sentences of its own, none asked for twice, then all of them ask
for the same one at the same time, as a class does. All of it on this machine, whose processor the visitors share with
the server: their part of it stands in the last column. Memory and processes are those of the server and its children.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import numpy as np
from common import SENTENCES, Server, family, machine, save, serve, show
from rich.table import Table
from visitors import PATIENCE, Button, Page

# of 2026-11-25, on two cores, one process that decoded in its own threads: visitors to what was measured
BEFORE = {50: "82 / 285 ms", 100: "3.1–7.1 s / –, 17–20 a second"}


@dataclass
class Row:
    kind: str
    visitors: int
    answers: int
    errors: int
    p50: float | None  # milliseconds; None: nothing was answered
    p95: float | None
    p99: float | None
    a_second: float
    megabytes: float
    processes: int
    visitors_cores: float  # of the processor, that the visitors took


@dataclass
class Counted:
    waits: list[float] = field(default_factory=list)  # seconds
    errors: int = 0

    def quantile(self, share: float) -> float | None:
        return float(1_000 * np.quantile(self.waits, share)) if self.waits else None


def own_sentences(visitors: int) -> Iterator[str]:
    """One after the other, that nobody else asks for."""
    first = random.randrange(10**6)
    for number in itertools.count():
        yield f"{random.choice(SENTENCES)} {first + number}"


def class_sentences(visitors: int) -> Iterator[str]:
    """In each round the same for all, and a new one."""
    for number in itertools.count(1):
        yield f"We are {visitors} in round {number}."


KINDS = {"a sentence each": own_sentences, "one sentence for all": class_sentences}


async def visit(
    page: Page, turn: float, until: float, every: float, sentences: Iterator[str], counted: Counted
) -> None:
    """From the first turn on, a time of `time.monotonic`."""
    for text in sentences:
        if turn > until:
            return
        await asyncio.sleep(turn - time.monotonic())
        start = time.monotonic()
        try:
            await page.translate(text)
            counted.waits.append(time.monotonic() - start)
        except (OSError, EOFError, TimeoutError) as error:
            counted.errors += 1
            print(f"{text!r}: {error!r}", file=sys.stderr)
        turn = max(turn + every, time.monotonic())


async def load(server: Server, kind: str, visitors: int, seconds: float, every: float) -> Row:
    button = Button.of(httpx.get(f"{server.url}config", timeout=PATIENCE, trust_env=False).json())
    pages = [Page(server.url, button) for _ in range(visitors)]
    for page in pages:
        await page.open()
    counted, used, begin = Counted(), time.process_time(), time.monotonic() + 0.5
    at_once = KINDS[kind] is class_sentences
    turns = [begin + (0 if at_once else random.random() * every) for _ in pages]
    sentences = [KINDS[kind](visitors) for _ in pages]
    until = begin + seconds
    visits = zip(pages, turns, sentences, strict=True)
    await asyncio.gather(*(visit(page, turn, until, every, said, counted) for page, turn, said in visits))
    took = time.monotonic() - begin
    members = family(server.process)
    row = Row(
        kind, visitors, len(counted.waits), counted.errors, *map(counted.quantile, (0.5, 0.95, 0.99)),
        len(counted.waits) / took, sum(member.memory_info().rss for member in members) / 2**20, len(members),
        (time.process_time() - used) / took,
    )  # fmt: skip
    for page in pages:
        await page.close()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 10, 50, 100, 200])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--every", type=float, default=5, help="seconds between a visitor's sentences")
    parser.add_argument("--decoders", default="auto", help="SEQ2SEQ_DECODERS of the server")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    os.environ["SEQ2SEQ_DECODERS"] = options.decoders
    described = machine("gradio", "numpy")
    rows = []
    for kind in KINDS:
        with serve(sys.executable, "app.py") as server:
            for visitors in options.visitors:
                rows.append(asyncio.run(load(server, kind, visitors, options.seconds, options.every)))
    table = Table(
        "visitors", "errors", "p50", "p95", "p99", "a second", "before: p50 / p95", "memory", "processes",
        "visitors' cores",
        title=f"a sentence every {options.every:g} s",
    )  # fmt: skip
    for row in rows:
        if row.visitors == options.visitors[0]:
            table.add_section()
            table.add_row(row.kind)
        waits = ["–" if wait is None else f"{wait:,.0f} ms" for wait in (row.p50, row.p95, row.p99)]
        before = BEFORE.get(row.visitors, "–") if KINDS[row.kind] is own_sentences else "–"
        held = [f"{row.megabytes:,.0f} MB", str(row.processes), f"{row.visitors_cores:.2f}"]
        table.add_row(str(row.visitors), str(row.errors), *waits, f"{row.a_second:.1f}", before, *held)
    show(table, f"SEQ2SEQ_DECODERS={options.decoders}; {options.seconds:g} s each", described)
    save(options.json, described, {"rows": [asdict(row) for row in rows]})


if __name__ == "__main__":
    main()
