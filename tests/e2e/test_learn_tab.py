"""The Learn tab: a sentence that grows, and the quality of both networks by length."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from server import Server
from translate_page import TranslatePage

from seq2seq_core import load_model
from seq2seq_ui.links import Lesson
from seq2seq_ui.tabs.learn import LOOKS_BACK, ONE_VECTOR

pytestmark = pytest.mark.e2e


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    return TranslatePage(page, server.url)


def learn(lab: TranslatePage) -> TranslatePage:
    lab.open().page.get_by_role("tab", name="Learn", exact=True).click()
    expect(lab.page.locator("#learn-text")).to_be_visible()
    return lab


def test_a_sentence_grows_and_each_length_opens_in_compare(lab: TranslatePage) -> None:
    rows = learn(lab).page.locator("#lengthened tbody tr")
    expect(rows).to_have_count(len(Lesson.text.split()))  # filled when the tab is opened
    expect(lab.page.locator("#quality-by-length .legendtext")).to_have_count(2)
    box = lab.page.locator("#learn-text").get_by_role("textbox")
    box.fill("Where is <b>he?")
    box.press("Enter")
    expect(rows).to_have_count(3)
    expect(rows.last.locator("td").first).to_have_text("Where is <b>he?")
    for cell, name in enumerate((ONE_VECTOR, LOOKS_BACK), start=1):
        expect(rows.first.locator("td").nth(cell)).to_have_text(load_model(name).translate("Where").text)
    box.fill("  ")
    box.press("Enter")
    expect(lab.page.locator("#learn-notice .lab-notice")).to_contain_text("nothing to translate")
    expect(rows).to_have_count(3)
    expect(lab.page.locator("#lengthened table")).to_have_css("opacity", "0.35")
    expect(lab.page.locator("#quality-by-length figure")).to_have_css("opacity", "1")
    rows.nth(1).get_by_role("link").click()
    expect(lab.page.locator("#compare-text").get_by_role("textbox")).to_have_value("Where is")


def test_a_link_opens_the_lesson(lab: TranslatePage) -> None:
    lab.page.goto(f"{lab.url}#{urlencode({'tab': 'learn', 'text': 'She left.'})}")
    expect(lab.page.locator("#lengthened tbody tr")).to_have_count(2)
    expect(lab.page.locator("#learn-text").get_by_role("textbox")).to_have_value("She left.")
