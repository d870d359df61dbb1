"""The Translate tab as a visitor handles it: what the tests click and read."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from seq2seq_core import DecodeTrace
from seq2seq_core.data.vocabulary import show_token

# of the flagship, as the pictures offer them
CHARTS = ("network", "attention", "softmax_heatmap", "state_norms", "gates", "deletion")


@dataclass
class TranslatePage:
    page: Page
    url: str

    def open(self, fragment: str = "") -> TranslatePage:
        self.page.goto(f"{self.url}#{fragment}" if fragment else self.url)
        self.page.wait_for_selector("#pictures [data-chart]")
        self.page.wait_for_selector("#candidates [data-loaded]")
        if fragment:  # what is done before the server has answered a link, its answer undoes
            self.wait_for_answer()
        return self

    def wait_for_answer(self, tab: str = "") -> None:
        """Until the server has filled this tab, or any."""
        shown = f"[data-shown~={tab}]" if tab else "[data-shown]"
        self.page.wait_for_selector(f"#address{shown}, #address {shown}", state="attached")

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

    def compare_with(self, reference: str) -> None:
        """Types a right translation where it is asked for; the panel is open."""
        box = self.reference
        while box.input_value() != reference:  # what Gradio draws at last when a panel is opened empties it once more
            box.fill(reference)
            self.page.wait_for_timeout(200)
        box.press("Enter")

    @property
    def reference(self) -> Locator:
        return self.page.locator("#reference").get_by_role("textbox")

    def strip(self, side: str) -> str:
        return "".join(self.page.locator(f"#stepper [data-side={side}] .lab-cell").all_text_contents())

    def expect_written(self, text: str) -> None:
        expect(self.page.locator("#stepper [data-side=writes]")).to_have_text(text)

    def cursor(self) -> int:
        return int(self.stepper.get_attribute("data-cursor") or -1)

    def picture(self, name: str) -> Locator:
        return self.page.locator(f"#pictures button[data-chart={name}]")

    def offered(self) -> list[str]:
        pictures = self.page.locator("#pictures button:visible").all()
        return [picture.get_attribute("data-chart") or "" for picture in pictures]

    def choose_chart(self, name: str) -> None:
        self.picture(name).click()
        expect(self.picture(name)).to_have_attribute("aria-pressed", "true")
        expect(self.network if name == "network" else self.plot).to_be_visible()

    @property
    def network(self) -> Locator:
        return self.page.locator("#network .lab-network-drawing")

    @property
    def plot(self) -> Locator:
        """The large chart's."""
        return self.page.locator("#chart .lab-plot")

    def expect_cursor(self, at: int) -> None:
        """In the strips, among the candidates and in the large chart."""
        expect(self.stepper).to_have_attribute("data-cursor", str(at))
        places = int(self.stepper.get_by_label("Step", exact=True).get_attribute("max") or 0) + 1
        written = self.page.locator("#stepper [data-side=writes] .lab-cell").count()
        expect(self.page.locator("#candidates [data-step]")).to_have_attribute("data-step", str(at - places + written))
        if self.plot.is_visible():
            expect(self.plot).to_have_attribute("data-cursor", str(at))
        else:
            expect(self.network).to_have_attribute("data-step", str(at - places + written))

    @property
    def candidates(self) -> Locator:
        return self.page.locator("#candidates .lab-candidates-row")

    def candidate_tokens(self) -> list[str]:
        return self.page.locator("#candidates .lab-candidates-token").all_text_contents()


def shown(trace: DecodeTrace) -> str:
    """The strip that is written."""
    return "".join(map(show_token, trace.tokens))
