"""The page in another language: whose browser asks for it, who chooses it, and what a link keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server
from translate_page import TranslatePage

from seq2seq_core.language import catalogue, speaking
from seq2seq_core.language import tr as translated
from seq2seq_ui.tabs import TABS

pytestmark = pytest.mark.e2e
# what a person can read or hear of the page; cards of models and code stay English
READ = """() => [...document.querySelectorAll("main *, header *, dialog *")].flatMap((each) => {
  if (each.closest("script, style, .cm-editor, #card-text")) return [];
  const own = [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data);
  return [...own, each.title, each.ariaLabel, each.placeholder].filter((text) => typeof text === "string");
}).map((text) => text.replaceAll("\\u00a0", " ").trim())"""


@pytest.fixture
def french(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def tr(text: str, **values: object) -> str:
    with speaking("fr"):
        return translated(text, **values)


def left_in_english(page: Page) -> set[str]:
    """Texts on screen that the catalogue has in French."""
    texts = {english for english, text in catalogue("fr").texts.items() if english != text}
    shown = {text.replace("\u00a0", " ") for text in catalogue("fr").texts.values()}
    return (set(page.evaluate(READ)) & texts) - shown


def test_a_french_browser_has_a_french_page(french: Page, server: Server) -> None:
    lab = TranslatePage(french, server.url).open()
    expect(french.locator("html")).to_have_attribute("lang", "fr")
    assert french.get_by_role("tab").all_text_contents() == [tr(tab.title) for tab in TABS]
    lab.translate("I love you.")
    expect(lab.where).to_contain_text("pas 1 sur")
    lab.textbox.fill("")
    lab.textbox.press("Enter")
    expect(lab.notice).to_contain_text("rien à traduire")
    assert left_in_english(french) == set()
    for tab in TABS[1:]:
        french.goto(f"{server.url}#tab={tab.link.tab}")
        lab.wait_for_answer(tab.link.tab)
        french.wait_for_timeout(1000)  # until its charts are drawn
        assert left_in_english(french) == set(), tab.link.tab


def test_a_language_is_chosen_and_a_link_keeps_it(lab: TranslatePage) -> None:
    lab.open("text=Drop+it%21&step=2")
    lab.page.locator("[data-do=language]").select_option("fr")
    lab.page.wait_for_url("**/?lang=fr#**")
    lab.wait_for_answer()
    expect(lab.textbox).to_have_value("Drop it!")
    expect(lab.where).to_contain_text("pas 3 sur")
    lab.translate("Be nice.")
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.locator("header [data-do=copy]").click()
    expect(lab.page.locator("header [data-do=copy]")).to_have_text(tr("link copied"))
    link = lab.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{lab.url}?lang=fr#text=Be+nice."
    # a lesson's link loads no page anew
    lab.page.evaluate("window.same = true; location.hash = 'tab=learn'")
    lab.page.locator(".lab-course a").nth(1).click()
    expect(lab.page.locator("#lesson h2")).to_contain_text("2 · ")
    assert "?lang=fr#" in lab.page.url
    assert lab.page.evaluate("window.same")
    lab.page.go_back()
    lab.page.locator("[data-do=language]").select_option("en")
    lab.page.wait_for_url("**/?lang=en#**")
    expect(lab.page.locator("#lesson h2")).to_contain_text("From text to text")


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    return TranslatePage(page, server.url)


def test_a_link_of_the_page_leads_on_within_it(lab: TranslatePage) -> None:
    """The language that was chosen stays, and so does the lesson to come back to."""
    lab.page.goto(f"{lab.url}?lang=fr#tab=learn&lesson=teacher-forcing")
    lab.wait_for_answer("learn")
    lab.page.evaluate("window.same = true")
    lab.page.locator("#lesson").get_by_role("link", name=tr("Both, on one sentence")).click()
    lab.page.wait_for_url("**/?lang=fr#tab=compare**")
    lab.wait_for_answer("compare")
    lab.page.get_by_role("tab", name=tr("Learn")).last.click()
    lab.page.wait_for_url("**/?lang=fr#tab=learn&lesson=teacher-forcing**")
    assert lab.page.evaluate("window.same")
