"""Time from Enter until the stage is painted, in a headless browser, against the charts it offers, each in a gr.Plot.

    python benchmarks/page.py [--rounds 3] [--json FILE]

Both pages run in processes of their own, and the same sentences are typed into both, a round each in turn. Measured
inside the page: from the keydown event of Enter until the browser has painted the frame in which the last of its parts
was new (the second animation frame after). Ours paints strips, candidates and the chart that is chosen (the network);
the rival (gr_plot_page.py) draws all charts and nothing else. Our page must have asked no host but this machine, and
must show the sentence that was typed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from common import ROOT, SENTENCES, machine, ratio, save, serve, show, spread
from playwright.sync_api import Browser, Page
from rich.progress import track
from rich.table import Table

sys.path.append(str(ROOT / "tests" / "e2e"))
from browser import open_browser

CHARTS = 5
LOCAL = {"127.0.0.1", "localhost"}
WARM_UP = "Go on."
PAUSE = 150  # ms between the last keystroke and Enter, as people take

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


@dataclass
class Rival:
    """A page, how it tells that its parts were drawn, and what was measured."""

    name: str
    command: tuple[str, ...]
    marks: str
    parts: int
    rounds: list[list[float]] = field(default_factory=list)  # ms, one a sentence
    hosts: set[str] = field(default_factory=set)  # that the page asked

    @property
    def samples(self) -> list[float]:
        return [sample for samples in self.rounds for sample in samples]

    @property
    def p90(self) -> float:
        return statistics.quantiles(self.samples, n=10, method="inclusive")[-1]


def enter(page: Page, rival: Rival, text: str) -> float:
    """Milliseconds from Enter until everything is painted."""
    box = page.locator("#text textarea, #text input").first
    box.fill(text)
    page.wait_for_timeout(PAUSE)
    page.evaluate(ARM, [rival.marks, rival.parts])
    box.press("Enter")
    milliseconds: float = page.evaluate("() => window.painted")
    return milliseconds


def measure(browser: Browser, rival: Rival, url: str, sentences: Sequence[str]) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(30_000)
    page.on("request", lambda request: rival.hosts.add(urlsplit(request.url).hostname or "data:"))
    page.on("websocket", lambda socket: rival.hosts.add(urlsplit(socket.url).hostname or ""))
    try:
        page.goto(url)
        page.locator("#text textarea, #text input").first.wait_for()
        if rival.marks == OURS:  # the first paint shows an example
            page.wait_for_function(f"({OURS})().length === {rival.parts}")
        enter(page, rival, WARM_UP)
        samples = []
        for text in sentences:
            samples.append(enter(page, rival, text))
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
                measure(browser, rival, server.url, SENTENCES)
        browser_line = f"Chromium {browser.version}"
    foreign = ours.hosts - LOCAL - {"data:"}
    assert not foreign, f"the page asked other hosts: {', '.join(sorted(foreign))}"

    table = Table("rival", title=f"ms from Enter to painted: {len(SENTENCES)} sentences, {options.rounds} rounds")
    for heading in ("median (min–max)", "to ours", "p90", "hosts asked"):
        table.add_column(heading, justify="right", no_wrap=True)
    for rival in rivals:
        hosts = ", ".join(sorted(rival.hosts - {"data:"}))
        table.add_row(
            rival.name, spread(rival.samples, 0), ratio(rival.samples, ours.samples), f"{rival.p90:.0f}", hosts
        )
    line = f"{machine('gradio', 'plotly', 'numpy')} · {browser_line}"
    show(table, line)
    save(options.json, line, {rival.name: rival.rounds for rival in rivals})


if __name__ == "__main__":
    main()
