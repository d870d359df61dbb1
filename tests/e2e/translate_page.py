"""The Translate tab as a visitor handles it: what the tests click and read."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from seq2seq_core import DecodeTrace
from seq2seq_core.data.vocabulary import show_token

CHARTS = ("attention", "next-token", "softmax-heatmap", "state-norms", "gates")


@dataclass
class TranslatePage:
    page: Page
    url: str

    def open(self, fragment: str = "") -> TranslatePage:
        self.page.goto(f"{self.url}#{fragment}" if fragment else self.url)
        self.page.wait_for_selector("#gates .lab-plot[data-drawn]")
        return self

    @property
    def textbox(self) -> Locator:
        return self.page.locator("#text").get_by_role("textbox")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#notice .lab-notice")

    @property
    def stepper(self) -> Locator:
        return self.page.locator("#stepper .lab-stepper").locator("..")

    @property
    def where(self) -> Locator:
        return self.page.locator("#stepper .lab-where")

    def loads(self) -> int:
        return int(self.stepper.get_attribute("data-loaded") or 0)

    def wait_for_load(self, after: int) -> None:
        self.page.wait_for_function(
            "n => Number(document.querySelector('#stepper .lab-stepper').parentElement.dataset.loaded) > n", arg=after
        )

    def translate(self, text: str) -> None:
        before = self.loads()
        self.textbox.fill(text)
        self.textbox.press("Enter")
        self.wait_for_load(before)

    def strip(self, side: str) -> str:
        return "".join(self.page.locator(f"#stepper [data-side={side}] .lab-cell").all_text_contents())

    def expect_written(self, text: str) -> None:
        expect(self.page.locator("#stepper [data-side=writes]")).to_have_text(text)

    def cursor(self) -> int:
        return int(self.stepper.get_attribute("data-cursor") or -1)

    def expect_cursor(self, at: int) -> None:
        """In the strips and in every chart."""
        expect(self.stepper).to_have_attribute("data-cursor", str(at))
        for chart in CHARTS:
            expect(self.page.locator(f"#{chart} .lab-plot")).to_have_attribute("data-cursor", str(at))

    def bars(self) -> list[str]:
        return self.page.locator("#next-token .ytick text").all_text_contents()

    def click_bar(self, place: int) -> None:
        """Anywhere in its row."""
        bar = self.page.locator("#next-token .bars .point path").nth(place)
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        assert box
        x, y = box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y, steps=3)
        expect(self.page.locator("#next-token .hovertext")).to_be_visible()
        self.page.mouse.click(x, y)


def shown(trace: DecodeTrace) -> str:
    """The strip that is written."""
    return "".join(map(show_token, trace.tokens))
