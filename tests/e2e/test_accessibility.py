"""WCAG on every tab, light and dark, as axe-core judges it; less motion where that is asked for."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from server import Server
from translate_page import TranslatePage

from seq2seq_core.language import ENGLISH, languages, speaking, tr
from seq2seq_ui.lessons import LESSONS
from seq2seq_ui.tabs import TABS

pytestmark = pytest.mark.e2e

DONE = {  # what shows that a tab has come to its end
    "translate": "#candidates [data-loaded]",
    "train": "#train-start",
    "compare": "#compare-state-norms-3 .lab-plot[data-drawn]",
    "learn": "#learn-network .lab-network-drawing svg",
}


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fr")])
@pytest.mark.parametrize("tab", [tab.link.tab for tab in TABS])
def test_axe_finds_nothing(page: Page, server: Server, theme: str, language: str, tab: str) -> None:
    page.goto(f"{server.url}?__theme={theme}&lang={language}#tab={tab}")
    page.wait_for_selector(DONE.get(tab, "#candidates"), state="attached", timeout=60_000)
    page.get_by_role("tab").nth([each.link.tab for each in TABS].index(tab)).click()
    page.wait_for_timeout(500)
    if tab == "translate":
        page.locator("#method input[value=sample]").check()
        page.locator("#draw-again").wait_for()
    assert _contrast(page, "button[role=tab][aria-selected=true]") >= 4.5  # axe overlooks it
    # the footer is Gradio's own
    found = Axe().run(page, context={"exclude": [["footer"]]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", languages())
def test_axe_finds_nothing_in_any_lesson_nor_while_it_is_presented(page: Page, server: Server, language: str) -> None:
    page.emulate_media(reduced_motion="reduce")  # no colour is on its way to another
    page.goto(f"{server.url}?__theme=light&lang={language}#tab=learn")
    for number, lesson in enumerate(LESSONS.values(), start=1):
        page.evaluate("hash => { location.hash = hash }", f"lesson={number}")
        with speaking(language):
            expect(page.locator("#lesson h2")).to_have_text(f"{number} · {tr(lesson.title)}", timeout=60_000)
        themes = ("light", "dark") if number % 2 == (language == ENGLISH) else ("dark", "light")
        _nothing_in_the_course(page, lesson.name, themes[0])
        page.keyboard.press("f")
        for _ in range(3):
            page.keyboard.press("PageDown")
        page.keyboard.press("p")  # the notes
        _nothing_in_the_course(page, f"{lesson.name}, presented", themes[1])
        page.keyboard.press("p")
        page.keyboard.press("Escape")


def _nothing_in_the_course(page: Page, where: str, theme: str) -> None:
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", theme == "dark")
    found = Axe().run(page, context={"include": [["#course"]]})
    assert found.violations_count == 0, f"{where}, {theme}: {found.generate_report()}"


def _contrast(page: Page, selector: str) -> float:
    """Of a text with what it stands on, as WCAG counts it."""
    colors = page.evaluate(
        """(selector) => {
          const element = document.querySelector(selector);
          let ground = element;
          const fill = () => getComputedStyle(ground).backgroundColor;
          while (ground.parentElement && fill() === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
          return [getComputedStyle(element).color, fill()];
        }""",
        selector,
    )
    low, high = sorted(map(_luminance, colors))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_model_is_chosen_from_a_list_and_not_typed(page: Page, server: Server) -> None:
    lab = TranslatePage(page, server.url).open()
    picker = page.locator("#model input")
    title = picker.input_value()
    picker.focus()
    page.keyboard.type("gru")
    expect(picker).to_have_value(title)
    expect(lab.page.locator("#stepper .lab-keys")).to_contain_text("␣ space")


def test_nothing_moves_where_less_motion_is_asked_for(page: Page, server: Server) -> None:
    page.emulate_media(reduced_motion="reduce")
    TranslatePage(page, server.url).open()
    lasts = "(element) => parseFloat(getComputedStyle(element).transitionDuration) > 0"
    assert page.evaluate(f"[...document.querySelectorAll('*')].filter({lasts}).length") == 0
