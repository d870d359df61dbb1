"""Megabytes that the server takes before and after many short sessions, of pages and of programs.

    python benchmarks/sessions.py [--sessions 2000 | --many] [--at-once 8] [--json FILE]

A page's session is what Gradio's own page asks for: the document, a heartbeat that is open as long as the page is, and
one translation. A program's is one call of /translate under a session of its own. Memory is the resident set of the
server and its children; a few sessions of both kinds go before, so that what is loaded once counts as before.
Afterwards the server is asked for nothing until its memory has stood still for some seconds. --many: 20,000 sessions.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from common import SENTENCES, Server, family, machine, save, serve, show
from rich.table import Table
from visitors import Button, Page

FIRST = 60  # sessions of each kind that go before
STILL = 5.0  # seconds
MOST = 60.0  # … that are waited at most
Session = Callable[[httpx.AsyncClient], Awaitable[None]]


def page_session(url: str, config: dict[str, Any]) -> Session:
    """The document, the heartbeat, and a translation."""
    button = Button.of(config)

    async def session(client: httpx.AsyncClient) -> None:
        page = Page(url, button)
        await page.open()
        await page.translate(secrets.choice(SENTENCES))
        await page.close()

    return session


def program_session(info: dict[str, Any]) -> Session:
    """One call of the API."""
    data = [
        "Be nice.",
        *(each["parameter_default"] for each in info["named_endpoints"]["/translate"]["parameters"][1:]),
    ]

    async def session(client: httpx.AsyncClient) -> None:
        body = {"data": data, "session_hash": secrets.token_hex(6)}
        asked = await client.post("gradio_api/call/translate", json=body)
        async with client.stream("GET", f"gradio_api/call/translate/{asked.json()['event_id']}") as answer:
            said = [line async for line in answer.aiter_lines() if line.startswith("event:")]
        assert said[-1] == "event: complete", said

    return session


async def run(url: str, kinds: list[Session], count: int, at_once: int) -> None:
    """So many sessions in all, of each kind in turn."""
    turns = iter(range(count))
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=httpx.Limits(max_connections=4 * at_once)) as client:

        async def one_after_another() -> None:
            for turn in turns:
                await kinds[turn % len(kinds)](client)

        await asyncio.gather(*(one_after_another() for _ in range(at_once)))


def resident(server: Server) -> float:
    """Megabytes, once they have stood still."""
    begun = since = time.monotonic()
    lowest = _resident(server)
    while time.monotonic() - since < STILL and time.monotonic() - begun < MOST:
        time.sleep(0.5)
        now = _resident(server)
        if now < lowest - 1:
            since, lowest = time.monotonic(), now
    return _resident(server)


def _resident(server: Server) -> float:
    return sum(process.memory_info().rss for process in family(server.process)) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=2_000)
    parser.add_argument("--many", action="store_true", help="20,000 sessions")
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    count = 20_000 if options.many else options.sessions

    with serve(sys.executable, "app.py") as server:
        config, info = (httpx.get(server.url + path, timeout=60).json() for path in ("config", "gradio_api/info"))
        kinds = [page_session(server.url, config), program_session(info)]
        asyncio.run(run(server.url, kinds, 2 * FIRST, options.at_once))
        before, begun = resident(server), time.monotonic()
        asyncio.run(run(server.url, kinds, count, options.at_once))
        seconds, after = time.monotonic() - begun, resident(server)

    table = Table("sessions", title="memory of the server, MB")
    for heading in ("before", "after", "more", "kB a session"):
        table.add_column(heading, justify="right")
    table.add_row(
        f"{count:,}", f"{before:.0f}", f"{after:.0f}", f"{after - before:+.0f}", f"{(after - before) * 1e3 / count:.1f}"
    )
    line = machine("gradio")
    show(table, f"{seconds:.0f} s, {options.at_once} at once", line)
    save(options.json, line, {"sessions": count, "before": before, "after": after, "seconds": seconds})


if __name__ == "__main__":
    main()
