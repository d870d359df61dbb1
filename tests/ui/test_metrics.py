"""What a server tells of itself: that it lives, and, where it is switched on, its figures."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest
from gradio_client import Client

from seq2seq_ui import launch
from seq2seq_ui.server.guard import HEADERS
from seq2seq_ui.server.metrics import Figures


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQ2SEQ_METRICS", "1")
        app, address, _ = launch(prevent_thread_lock=True, quiet=True)
    yield address
    app.blocks.close(verbose=False)


def read(url: str) -> dict[str, float]:
    answer = httpx.get(f"{url}metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = (line for line in answer.text.split("\n") if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_a_visit_and_an_event_are_counted(url: str) -> None:
    count = 'seq2seq_event_seconds_count{event="translate"}'
    earlier = read(url)
    before, visitors = earlier.get(count, 0), earlier["seq2seq_visitors"]  # other tests' may still be there
    client = Client(url, verbose=False)
    client.predict("Be nice.", api_name="/translate")
    after = read(url)
    assert after[count] == before + 1
    assert after['seq2seq_event_seconds_bucket{event="translate",le="+Inf"}'] == after[count]
    end = time.monotonic() + 20
    # its heartbeat starts in a thread; one of an earlier test's may find this server at its old port
    while read(url)["seq2seq_visitors"] <= visitors and time.monotonic() < end:
        time.sleep(0.1)
    assert read(url)["seq2seq_visitors"] > visitors
    assert after["seq2seq_trainings_running"] == after["seq2seq_trainings_waiting"] == 0


def test_a_histogram_counts_what_took_no_longer() -> None:
    figures = Figures()
    for seconds in (0.02, 0.1, 0.11, 60):
        figures.took("force", seconds)
    lines = dict(line.rpartition(" ")[::2] for line in figures.lines() if line.startswith("seq2seq_event_seconds_"))
    label = 'seq2seq_event_seconds_bucket{event="force",le="'
    counted = [int(lines[f'{label}{most}"}}']) for most in ("0.025", "0.1", "0.25", "10.0", "+Inf")]
    assert counted == [1, 2, 3, 3, 4]
    assert float(lines['seq2seq_event_seconds_sum{event="force"}']) == pytest.approx(60.23)


def test_it_lives_and_tells_no_figures_unless_it_was_asked_to() -> None:
    app, address, _ = launch(prevent_thread_lock=True, quiet=True)
    alive = httpx.get(f"{address}healthz")
    assert alive.text == "ok"
    assert {name: alive.headers[name] for name in HEADERS} == HEADERS  # as on every answer
    assert httpx.get(address).headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()
    assert httpx.post(f"{address}gradio_api/upload", headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.get(f"{address}metrics").status_code == 404
    app.blocks.close(verbose=False)
