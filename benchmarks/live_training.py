"""What watching costs: examples a second with the Train tab open, against the same train() in a plain loop.

    python benchmarks/live_training.py [--rounds 3] [--batches 300] [--json FILE]

Each round trains the smallest preset three times: in a plain loop in a process of its own, with the Train tab open in
a headless browser, and again in a plain loop, so that a machine that slows down is not held against either. Rates are
of batches after the first 50 (tracing over), by the wall clock. The browser's frames are timed in the page: what a
chart's update takes until Plotly.react returns, which is when it has drawn. Enter to painted is measured as in
page.py, in a second tab: with nothing training, and while the first tab trains.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from common import ROOT, SENTENCES, machine, ratio, save, serve, show, spread
from page import ARM, OURS, PAUSE
from playwright.sync_api import Browser, Page
from rich.progress import track
from rich.table import Table

sys.path.append(str(ROOT / "tests" / "e2e"))
from browser import open_browser

from seq2seq_core.shares import percent

SKIPPED = 50  # batches at the beginning
PARTS = (
    """() => document.querySelectorAll("#stepper [data-loaded], #stepper[data-loaded], .lab-plot[data-drawn]").length"""
)
PLAIN = """
import json, sys, time
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.training.events import BatchTrained
from seq2seq_core.training.train import train
skipped, batches = int(sys.argv[1]), int(sys.argv[2])
config = next(iter(PRESETS.values())).config
done = 0
for event in train(config, jit_compile=False):
    if isinstance(event, BatchTrained):
        done += 1
        if done == skipped:
            started = time.perf_counter()
        if done == skipped + batches:
            break
print(json.dumps(batches * config.batch_size / (time.perf_counter() - started)))
"""
FIGURES = """() => ({
  batches: window.seen.map(({ batch }) => batch), at: window.seen.map(({ at }) => at), took: window.took })"""
# notes when reports arrive, and how long each chart's update takes
WATCH = """() => {
  window.seen = []; window.took = [];
  new MutationObserver(() => {
    const text = document.querySelector("#train-run .lab-run-state").textContent;
    const found = text.match(/epoch (\\d+) of \\d+, batch (\\d+) of (\\d+)/);
    if (found) window.seen.push({ batch: (found[1] - 1) * found[3] + Number(found[2]), at: performance.now() });
  }).observe(document.querySelector("#train-run .lab-run").parentElement, { attributeFilter: ["data-reports"] });
  for (const plot of document.querySelectorAll('[id^="train-"] .lab-plot'))
    new MutationObserver(() => plot.dataset.drawn > 2 && window.took.push(Number(plot.dataset.took)))
      .observe(plot, { attributeFilter: ["data-drawn"] });
}"""


def plain_rate(batches: int) -> float:
    """Examples a second of train() in a loop that only counts."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    answer = subprocess.run(
        [sys.executable, "-c", PLAIN, str(SKIPPED), str(batches)],
        env=environment, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return float(json.loads(answer.stdout.splitlines()[-1]))


def open_train_tab(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(180_000)
    page.goto(url)
    page.wait_for_selector("#candidates [data-loaded]")
    page.get_by_role("tab", name="Train", exact=True).click()
    page.locator("#train-start").wait_for()
    return page


def start(page: Page, batches: int) -> None:
    page.locator("#train-start").click()
    page.wait_for_function("Number(document.querySelector('#train-run .lab-run').parentElement.dataset.reports) >= 1")
    page.evaluate(WATCH)
    page.locator("#train-loss figure").scroll_into_view_if_needed()
    page.wait_for_function(f"window.seen.length && window.seen.at(-1).batch >= {batches}")


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop").click()
    page.locator("#train-to-translate").wait_for()


def watched(browser: Browser, url: str, batches: int, batch_size: int) -> tuple[float, list[float], float]:
    """(examples a second, ms of each chart update, reports a second)."""
    page = open_train_tab(browser, url)
    try:
        start(page, SKIPPED + batches)
        figures = page.evaluate(FIGURES)
        stop(page)
    finally:
        page.close()
    seen = [(batch, at) for batch, at in zip(figures["batches"], figures["at"], strict=True) if batch >= SKIPPED]
    (first, begin), (last, end) = seen[0], seen[-1]
    seconds = (end - begin) / 1000
    return (last - first) * batch_size / seconds, figures["took"], (len(seen) - 1) / seconds


def enter_times(browser: Browser, url: str, count: int) -> list[float]:
    """Milliseconds from Enter to painted, in a tab of its own."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(60_000)
    try:
        page.goto(url)
        page.wait_for_selector("#candidates [data-loaded]")
        parts = page.evaluate(PARTS)
        times = []
        for text in ["Go on.", *SENTENCES[:count]]:
            box = page.locator("#text textarea, #text input").first
            box.fill(text)
            page.wait_for_timeout(PAUSE)
            page.evaluate(ARM, [OURS, parts])
            box.press("Enter")
            times.append(page.evaluate("() => window.painted"))
        return times[1:]
    finally:
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=300, help="timed in each run")
    parser.add_argument("--sentences", type=int, default=10, help="typed idle and while training, each")
    parser.add_argument("--json", type=Path, help="write every figure here")
    options = parser.parse_args()

    from seq2seq_core.live.presets import PRESETS

    batch_size = next(iter(PRESETS.values())).config.batch_size
    plain: list[float] = []
    with_tab: list[float] = []
    frames: list[float] = []
    reports: list[float] = []
    with serve(sys.executable, "app.py") as server, open_browser() as browser:
        for _ in track(range(options.rounds), "rounds"):
            plain.append(plain_rate(options.batches))
            rate, took, a_second = watched(browser, server.url, options.batches, batch_size)
            with_tab.append(rate)
            frames += took
            reports.append(a_second)
            plain.append(plain_rate(options.batches))
        idle = enter_times(browser, server.url, options.sentences)
        page = open_train_tab(browser, server.url)
        start(page, SKIPPED)
        busy = enter_times(browser, server.url, options.sentences)
        stop(page)
        browser_line = f"Chromium {browser.version}"

    lost = 1 - statistics.median(with_tab) / statistics.median(plain)
    table = Table(
        "", "measured", "", title=f"what watching costs: {options.rounds} rounds of {options.batches} batches"
    )
    table.add_row("examples a second, train() in a plain loop", spread(plain, 0), "")
    table.add_row("examples a second, Train tab open", spread(with_tab, 0), f"{percent(max(0.0, lost), 1)} lost")
    table.add_row("reports a second", spread(reports, 1), "")
    table.add_row("ms a chart update", spread(frames, 0), f"{len(frames)} updates")
    table.add_row("ms from Enter to painted, nothing training", spread(idle, 0), "")
    table.add_row("ms from Enter to painted, while a training runs", spread(busy, 0), ratio(busy, idle))
    line = f"{machine('gradio', 'plotly', 'tensorflow')} · {browser_line}"
    show(table, "median (min–max)", line)
    figures = {"plain": plain, "with_tab": with_tab, "reports": reports, "frames": frames, "idle": idle, "busy": busy}
    save(options.json, line, figures)


if __name__ == "__main__":
    main()
