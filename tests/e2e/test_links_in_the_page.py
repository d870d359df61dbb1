"""The address: it holds what is on screen, and what it holds can be opened."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server
from translate_page import TranslatePage, shown

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.live.presets import PRESETS
from seq2seq_ui.components.plotly_chart.plotly_chart import PLOTLY_URL

pytestmark = pytest.mark.e2e

MODEL = load_model(DEFAULT_MODEL)
STANDS = 1_500  # ms: a view that stood for so long on a slow machine is a place to come back to


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    expect.set_options(timeout=30_000)  # a busy machine must not turn a test red
    return TranslatePage(page, server.url)


def tab(lab: TranslatePage, name: str) -> Any:
    return lab.page.get_by_role("tab", name=name, exact=True)


def test_a_link_opens_the_same_view(lab: TranslatePage) -> None:
    lab.open("text=Get+out%21&method=sample&temperature=1.5&seed=4&prefix=V&step=1")
    lab.expect_written(shown(MODEL.translate("Get out!", "sample", temperature=1.5, seed=4, prefix="V")))
    lab.expect_cursor(9)
    expect(lab.textbox).to_have_value("Get out!")
    expect(lab.page.get_by_label("Sample")).to_be_checked()
    expect(lab.page.get_by_label("Seed")).to_have_value("4")


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        ("model=nope&text=Hi", "There is no model 'nope'"),
        ("text=Hi&seed=x", "seed='x'"),
        ("text=Hi&method=guess", "'guess' is not known"),
    ],
)
def test_a_broken_link_is_a_sentence(lab: TranslatePage, fragment: str, message: str) -> None:
    lab.open(fragment)
    expect(lab.notice).to_contain_text(message)
    lab.translate("Get out!")
    expect(lab.notice).to_be_hidden()


def test_the_address_is_the_tabs_at_once_and_back_leads_back(lab: TranslatePage) -> None:
    lab.open()
    lab.translate("Drop it!")
    lab.stepper.get_by_role("button", name="Step forward").click()
    fragments = {"Translate": "#text=Drop+it%21&step=1", "Compare": "#tab=compare&text=Be+nice.", "Train": "#tab=train"}
    for name, fragment in list(fragments.items())[1:]:
        lab.page.wait_for_timeout(STANDS)
        tab(lab, name).click()
        expect(tab(lab, name)).to_have_attribute("aria-selected", "true")
        assert lab.page.url.endswith(fragment)  # no answer of the server is waited for
    lab.wait_for_answer("train")
    lab.page.go_back()
    expect(tab(lab, "Compare")).to_have_attribute("aria-selected", "true")
    lab.page.go_back()
    expect(tab(lab, "Translate")).to_have_attribute("aria-selected", "true")
    lab.page.wait_for_url("**" + fragments["Translate"])
    lab.expect_cursor(len("Drop it!") + 1)
    lab.page.go_forward()
    expect(tab(lab, "Compare")).to_have_attribute("aria-selected", "true")


def test_a_tab_that_was_just_opened_is_there_after_a_reload(lab: TranslatePage) -> None:
    lab.open()
    tab(lab, "Learn").click()
    expect(lab.page.locator("#lesson h2")).to_contain_text("1 ·")
    lab.page.reload()
    expect(lab.page.locator("#lesson h2")).to_contain_text("1 ·")
    expect(tab(lab, "Learn")).to_have_attribute("aria-selected", "true")


def test_a_link_to_compare_holds_the_cursor(lab: TranslatePage) -> None:
    models = ("addition-lstm", "dates-gru")
    lab.page.goto(f"{lab.url}#tab=compare&text=12&models={','.join(models)}&step=-2")
    for number in (1, 2):
        expect(lab.page.locator(f"#compare-stepper-{number} .lab-where")).to_contain_text("reading 1 of 2")
        expect(lab.page.locator(f"#compare-state-norms-{number} .lab-plot")).to_have_attribute("data-cursor", "0")
    lab.page.locator("#compare-stepper-1").get_by_role("button", name="Step forward").click()
    assert lab.page.url.endswith("#tab=compare&text=12&models=addition-lstm%2Cdates-gru%2C&step=-1")


def test_a_link_holds_the_reference_that_a_translation_is_held_against(lab: TranslatePage) -> None:
    lab.open("text=be+nice&step=2")
    lab.page.get_by_text("Compare with a reference").click()
    lab.compare_with("Sois gentil.")
    held = re.compile(r"#text=be\+nice&step=2&reference=Sois\+gentil\.$")
    expect(lab.page).to_have_url(held)
    lab.page.reload()
    chart = lab.page.locator("#exposure-bias .main-svg").first
    expect(chart).to_be_visible()  # of a panel that was closed
    expect(lab.reference).to_have_value("Sois gentil.")
    lab.textbox.press("Enter")  # the same sentence: it stays
    expect(lab.page).to_have_url(re.compile("#text=be\\+nice&reference=Sois\\+gentil\\.$"))
    lab.page.get_by_label("as I meant it").uncheck()  # another sentence is read: the reference was none of it
    expect(chart).to_be_hidden()
    expect(lab.page).to_have_url(re.compile(r"#text=be\+nice&mend=0$"))
    lab.compare_with("Sois gentil.")
    expect(chart).to_be_visible()
    lab.translate("Get out!")
    expect(lab.page).to_have_url(re.compile(r"#text=Get\+out%21&mend=0$"))


def test_a_link_to_train_holds_the_dials(lab: TranslatePage) -> None:
    name = list(PRESETS)[1]
    lab.page.goto(f"{lab.url}#tab=train&preset={name}&units=48&epochs=9999&teacher_forcing=False&cell=gru")
    expect(tab(lab, "Train")).to_have_attribute("aria-selected", "true")
    # what a dial does not have is the nearest that it has, in the address as well
    lab.page.wait_for_url(f"**#tab=train&preset={name}&**units=48**epochs=200**")
    # a link that turns dials shows them
    expect(lab.page.locator("#train-units input[type=number]")).to_have_value("48")
    expect(lab.page.locator("#train-epochs input[type=number]")).to_have_value("200")
    expect(lab.page.get_by_label("teacher forcing")).not_to_be_checked()
    expect(lab.page.locator(f"#train-preset input[value='{name}']")).to_be_checked()
    lab.page.get_by_label("teacher forcing").check()
    lab.page.wait_for_function("!location.hash.includes('teacher_forcing')")
    lab.page.locator(f"#train-preset input[value='{next(iter(PRESETS))}']").check()
    lab.page.wait_for_function("location.hash === '#tab=train'")


@pytest.mark.parametrize(
    ("fragment", "where"),
    [
        ("tab=train&preset=nope", "#train-notice"),
        ("tab=train&cell=transformer", "#train-notice"),
        ("tab=compare&text=Hi&models=nope,addition-lstm", "#compare-notice-1"),
    ],
)
def test_a_tab_says_why_it_cannot_open_a_link(lab: TranslatePage, fragment: str, where: str) -> None:
    lab.page.goto(f"{lab.url}#{fragment}")
    expect(lab.page.locator(f"{where} .lab-notice")).to_be_visible()
    expect(lab.page.locator(f"{where} .lab-notice")).to_contain_text("nope" if "nope" in fragment else "cell")


def test_a_mad_link_opens_and_the_page_goes_on(lab: TranslatePage) -> None:
    mad = "9" * 23
    lab.open(f"text=Get+out%21&layer=99&seed={mad}&top_k={mad}&beam_width={mad}&step={mad}")
    trace = MODEL.translate("Get out!")
    lab.expect_written(shown(trace))
    lab.expect_cursor(len("Get out!") + len(trace) - 1)
    lab.page.wait_for_url(f"**#text=Get+out%21&top_k=50&beam_width=20&seed={2**32 - 1}&step={len(trace) - 1}")
    lab.translate("Be nice.")
    lab.expect_written(shown(MODEL.translate("Be nice.")))


def test_text_and_theme_of_a_query_are_taken(lab: TranslatePage) -> None:
    lab.page.goto(f"{lab.url}?text=Get+out%21&__theme=light")
    lab.expect_written(shown(MODEL.translate("Get out!")))
    assert lab.page.url == f"{lab.url}?__theme=light#text=Get+out%21"
    lab.page.get_by_role("button", name="Switch between dark and light").click()
    lab.page.wait_for_url("**#text=Get+out%21&theme=dark")
    lab.page.reload()
    lab.page.wait_for_selector("#candidates [data-loaded]")
    expect(lab.page.locator("body.dark")).to_have_count(1)
    expect(lab.textbox).to_have_value("Get out!")


def test_in_a_frame_the_link_is_the_pages_own(browser: Browser, server: Server) -> None:
    """As in a Space: the address above is another's."""
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{server.url}{PLOTLY_URL}")
    page.set_content(f"<iframe src='{server.url}?__sign=pass#text=Get+out%21' width=1200 height=800></iframe>")
    expect.set_options(timeout=30_000)
    frame = page.frame_locator("iframe")
    expect(frame.locator("#stepper [data-side=writes]")).to_have_text(shown(MODEL.translate("Get out!")))
    frame.get_by_role("button", name="copy link").click()
    expect(frame.get_by_role("button", name="link copied")).to_be_visible()
    page.goto(server.url)
    box = page.locator("#text").get_by_role("textbox")
    box.fill("")
    box.press("Control+V")
    expect(box).to_have_value(f"{server.url}#text=Get+out%21")
    page.close()
