"""The Train tab as a visitor handles it: what the tests click and read."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from translate_page import TranslatePage

PATIENCE = 60_000  # ms: TensorFlow starts, and a busy machine must not turn a test red


class TrainPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page, self.lab = page, TranslatePage(page, url)
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def open(self) -> "TrainPage":
        self.lab.open()
        return self.show()

    def show(self) -> "TrainPage":
        self.page.get_by_role("tab", name="Train", exact=True).click()
        expect(self.page.locator("#train-start")).to_be_visible()
        # what is turned before the server has filled the tab, it fills anew
        self.lab.wait_for_answer("train")
        return self

    def dial(self, name: str, value: int) -> None:
        box, slider = (self.page.locator(f"#train-{name} input[type={kind}]") for kind in ("number", "range"))

        def turned() -> bool:
            box.fill(str(value))
            box.press("Tab")
            self.page.wait_for_timeout(300)
            return box.input_value() == slider.input_value() == str(value)

        wait_until(turned, 10)  # what is typed just as the accordion opens, Gradio overwrites a moment later

    def small(self, epochs: int) -> None:
        """The small preset made smaller: batches of a few milliseconds."""
        self.page.get_by_text("The dials: data, network, recipe").click()
        self.dial("units", 32)
        self.dial("epochs", epochs)

    def start(self) -> None:
        self.page.locator("#train-start").click()

    @property
    def state(self) -> Locator:
        return self.page.locator("#train-run .lab-run-state")

    def button(self, name: str) -> Locator:
        return self.page.locator("#train-run").get_by_role("button", name=name)

    def reports(self) -> int:
        return int(self.page.locator("#train-run .lab-run").locator("..").get_attribute("data-reports") or 0)

    def wait_for_reports(self, more: int) -> None:
        goal = self.reports() + more
        self.page.wait_for_function(
            "goal => Number(document.querySelector('#train-run .lab-run').parentElement.dataset.reports || 0) >= goal",
            arg=goal,
        )

    def number(self, name: str) -> str:
        return self.page.locator(f"#train-run dl div:has(dt:text-is('{name}')) dd").inner_text()

    def probe_writes(self) -> str:
        return self.page.locator("#train-stepper [data-side=writes]").inner_text().replace("\n", "")


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)
