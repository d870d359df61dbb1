"""Time and bytes from Enter until the stage is painted, in a headless browser, against the charts it offers, each in a
gr.Plot.

    python benchmarks/page.py [--rounds 3] [--json FILE]

Both pages run in processes of their own, and the same sentences are typed into both, a round each in turn. Measured
inside the page: from the keydown event of Enter until the browser has painted the frame in which the last of its parts
was new (the second animation frame after). Ours paints strips, candidates and the chart that is chosen (the network);
the rival (gr_plot_page.py) draws all charts and nothing else. Bytes are what came over the wire for a sentence, headers
not counted, and for a first visit with an empty cache. Our page must have asked no host but this machine, and must show
the sentence that was typed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from common import ROOT, SENTENCES, machine, ratio, save, serve, show, spread
from playwright.sync_api import Browser, CDPSession, Page
from rich.progress import track
from rich.table import Table

sys.path.append(str(ROOT / "tests" / "e2e"))
from browser import open_browser

CHARTS = 5
LOCAL = {"127.0.0.1", "localhost"}
WARM_UP = "Go on."
PAUSE = 150  # ms between the last keystroke and Enter, as people take
STILL = 500  # ms without a byte, after which a sentence's last ones have come
# of 30 characters each, as the stage is made for
LONG = [
    "Where did you buy that jacket?", "She was waiting for her train.", "The children sang in the rain.",
    "You can leave your coat there.", "We have to get up early today.",
]  # fmt: skip
# the page of charts below each other that the stage took the place of, on this benchmark's machine, 2026-11-25
BEFORE = "before the stage: 273 ms, 196–226 kB a sentence, 2.5 MB a first visit (2 cores of an AMD EPYC, 2026-11-25)"

# Parts that are drawn, each with a mark that changes when it is drawn anew
OURS = """() => [...document.querySelectorAll(":is(#stepper, #candidates) [data-loaded], #network [data-drawn]")]
  .map((part) => part.dataset.loaded || part.dataset.drawn)"""
# gr.Plot keeps no count: a chart is new when its data are another object and it has an SVG
GR_PLOT = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .filter((part) => part.data && part.querySelector(".main-svg")).map((part) => part.data)"""

# Arms the stopwatch: the promise window.painted is kept in milliseconds since Enter, once `count` parts are new
ARM = """([marks, count]) => {
  marks = eval(marks);
  const before = marks();
  window.painted = new Promise((done, fail) => document.addEventListener("keydown", () => {
    const start = performance.now();
    setTimeout(() => fail(new Error("not everything was drawn within 30 s")), 30000);
    const look = () => {
      if (marks().filter((mark, part) => mark !== before[part]).length < count) return requestAnimationFrame(look);
      requestAnimationFrame(() => done(performance.now() - start));
    };
    requestAnimationFrame(look);
  }, { capture: true, once: true }));
}"""


@dataclass(frozen=True)
class Sample:
    """What one sentence took."""

    milliseconds: float  # from Enter until everything is painted
    bytes: int  # received


@dataclass
class Rival:
    """A page, how it tells that its parts were drawn, and what was measured."""

    name: str
    command: tuple[str, ...]
    marks: str
    parts: int
    rounds: list[dict[str, Sample]] = field(default_factory=list)  # by sentence
    first: list[int] = field(default_factory=list)  # bytes of a first visit, a round each
    hosts: set[str] = field(default_factory=set)  # that the page asked

    def of(self, sentences: Sequence[str]) -> list[Sample]:
        return [samples[text] for samples in self.rounds for text in sentences]

    def times(self, sentences: Sequence[str]) -> list[float]:
        return [sample.milliseconds for sample in self.of(sentences)]


class Wire:
    """Counts what a page receives."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes, self.last = 0, time.monotonic()
        session.send("Network.enable")
        session.on("Network.dataReceived", self._received)

    def _received(self, event: dict[str, Any]) -> None:
        self.bytes += max(event["encodedDataLength"], 0)
        self.last = time.monotonic()

    def settle(self, page: Page) -> int:
        """Bytes so far, once no more come."""
        self.last = time.monotonic()  # what has come is only heard of while one waits
        while time.monotonic() - self.last < STILL / 1000:
            page.wait_for_timeout(50)
        return self.bytes


def enter(page: Page, rival: Rival, wire: Wire, text: str) -> Sample:
    box = page.locator("#text textarea, #text input").first
    box.fill(text)
    page.wait_for_timeout(PAUSE)
    page.evaluate(ARM, [rival.marks, rival.parts])
    before = wire.bytes
    box.press("Enter")
    milliseconds: float = page.evaluate("() => window.painted")
    return Sample(milliseconds, wire.settle(page) - before)


def measure(browser: Browser, rival: Rival, url: str, sentences: Sequence[str]) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(30_000)
    wire = Wire(page.context.new_cdp_session(page))
    page.on("request", lambda request: rival.hosts.add(urlsplit(request.url).hostname or "data:"))
    page.on("websocket", lambda socket: rival.hosts.add(urlsplit(socket.url).hostname or ""))
    try:
        page.goto(url)
        page.locator("#text textarea, #text input").first.wait_for()
        if rival.marks == OURS:  # the first paint shows an example
            page.wait_for_function(f"({OURS})().length === {rival.parts}")
        rival.first.append(wire.settle(page))
        enter(page, rival, wire, WARM_UP)
        samples = {}
        for text in sentences:
            samples[text] = enter(page, rival, wire, text)
            if rival.marks == OURS:
                shown = page.locator('#stepper [data-side="reads"]').inner_text()
                assert "".join(shown.split()) == text.replace(" ", "␣"), f"{shown!r} is shown for {text!r}"
        rival.rounds.append(samples)
    finally:
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write every figure here")
    options = parser.parse_args()

    ours = Rival("ours: the stage", (sys.executable, "app.py"), OURS, 3)
    gr_plot = Rival("gr.Plot: charts alone", (sys.executable, "benchmarks/gr_plot_page.py"), GR_PLOT, CHARTS)
    rivals = [ours, gr_plot]
    with serve(*ours.command) as our_server, serve(*gr_plot.command) as gr_plot_server, open_browser() as browser:
        for _ in track(range(options.rounds), "rounds"):
            for rival, server in ((ours, our_server), (gr_plot, gr_plot_server)):
                measure(browser, rival, server.url, [*SENTENCES, *LONG])
        browser_line = f"Chromium {browser.version}"
    foreign = ours.hosts - LOCAL - {"data:"}
    assert not foreign, f"the page asked other hosts: {', '.join(sorted(foreign))}"

    table = Table("rival", title=f"from Enter to painted, {options.rounds} rounds")
    for heading in (
        "sentences",
        "ms, median (min–max)",
        "to ours",
        "p90",
        "kB, median (max)",
        "first visit, MB",
        "hosts",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for rival in rivals:
        hosts = ", ".join(sorted(rival.hosts - {"data:"}))
        for name, sentences in ((f"{len(SENTENCES)} short", SENTENCES), (f"{len(LONG)} of 30 characters", LONG)):
            times = rival.times(sentences)
            kilobytes = [sample.bytes / 1000 for sample in rival.of(sentences)]
            table.add_row(
                rival.name,
                name,
                spread(times, 0),
                ratio(times, ours.times(sentences)),
                f"{statistics.quantiles(times, n=10, method='inclusive')[-1]:.0f}",
                f"{statistics.median(kilobytes):.1f} ({max(kilobytes):.1f})",
                f"{statistics.median(rival.first) / 1e6:.2f}",
                hosts,
            )
    line = f"{machine('gradio', 'plotly', 'numpy')} · {browser_line}"
    show(table, line, BEFORE)
    results = {rival.name: {"rounds": rival.rounds, "first": rival.first} for rival in rivals}
    save(options.json, line, {name: _plain(found) for name, found in results.items()})


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    rounds = [{text: asdict(sample) for text, sample in samples.items()} for samples in found["rounds"]]
    return {**found, "rounds": rounds}


if __name__ == "__main__":
    main()
