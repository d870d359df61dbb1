"""Figures for whoever looks after a server, in Prometheus' text format: visitors, trainings, how long events take.

# HELP name what it is         https://prometheus.io/docs/instrumenting/exposition_formats
# TYPE name gauge | histogram
name{label="value"} 1
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from seq2seq_core.live.pool import POOL

from .decoders import DECODERS

BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
HEARTBEAT = "/gradio_api/heartbeat/"  # a request that each open page, or program, keeps open


class Figures:
    """What has been counted since the start."""

    def __init__(self) -> None:
        self.visitors = 0
        self._counts: dict[str, list[int]] = {}  # by event: of each bucket, and of what took longer
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    def took(self, event: str, seconds: float) -> None:
        """An event of the page's or the API's was answered."""
        with self._lock:
            counts = self._counts.setdefault(event, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[event] = self._seconds.get(event, 0.0) + seconds

    def lines(self) -> Iterator[str]:
        training, waiting = POOL.places()
        yield from _gauge("seq2seq_visitors", "Open pages, and programs that are connected.", self.visitors)
        yield from _gauge("seq2seq_trainings_running", "Trainings under way.", training)
        yield from _gauge("seq2seq_trainings_waiting", "Trainings that wait for their turn.", waiting)
        yield from _gauge("seq2seq_trainings_at_once", "How many may run at once.", POOL.size)
        yield from _gauge("seq2seq_decoders", "Processes that answer sentences.", DECODERS.processes)
        yield from _gauge("seq2seq_sentences_waiting", "Questions that nobody answers yet.", DECODERS.waiting)
        yield "# HELP seq2seq_event_seconds How long events took, once it was their turn."
        yield "# TYPE seq2seq_event_seconds histogram"
        with self._lock:
            counted = {event: (list(counts), self._seconds[event]) for event, counts in self._counts.items()}
        for event, (counts, seconds) in sorted(counted.items()):
            for number, most in enumerate((*map(str, BUCKETS), "+Inf"), start=1):
                yield f'seq2seq_event_seconds_bucket{{event="{event}",le="{most}"}} {sum(counts[:number])}'
            yield f'seq2seq_event_seconds_sum{{event="{event}"}} {seconds:.6f}'
            yield f'seq2seq_event_seconds_count{{event="{event}"}} {sum(counts)}'


def _gauge(name: str, help_: str, value: float) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value}"


FIGURES = Figures()


class VisitorCount:
    """ASGI middleware: who is here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if HEARTBEAT not in scope.get("path", ""):
            await self._app(scope, receive, send)
            return
        FIGURES.visitors += 1
        try:
            await self._app(scope, receive, send)
        finally:
            FIGURES.visitors -= 1


def metrics(request: Request) -> Response:
    """The figures as they are now."""
    return PlainTextResponse("\n".join((*FIGURES.lines(), "")), media_type="text/plain; version=0.0.4")


ROUTES = [Route("/metrics", metrics)]
