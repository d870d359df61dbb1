"""The Inside tab as a visitor uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from server import Server

from seq2seq_core.insights import INSTRUMENTS

pytestmark = pytest.mark.e2e
DRAWN = "#inside .lab-plot[data-drawn]"


@pytest.fixture
def inside(page: Page, server: Server) -> Page:
    page.goto(f"{server.url}#tab=inside&model=en-fr-char-lstm&text=Be+nice.")
    page.wait_for_selector(DRAWN)
    return page


def test_each_question_is_answered_at_a_click_and_the_link_holds_it(inside: Page) -> None:
    for name, instrument in INSTRUMENTS.items():
        inside.get_by_label(instrument.question, exact=True).check()
        expect(inside.locator("#inside figcaption")).to_have_text(instrument.title)
        expect(inside).to_have_url(re.compile(rf"tab=inside.*instrument={name}|tab=inside(?!.*instrument)"))


def test_the_cursor_moves_through_the_chart(inside: Page) -> None:
    inside.locator("#inside-stepper [data-go=on]").click()
    expect(inside.locator("#inside-stepper .lab-where")).to_contain_text("step 2 of")
    expect(inside.locator("#inside .lab-plot")).to_have_attribute("data-cursor", re.compile(r"\d+"))


def test_a_wrong_instrument_is_a_sentence(page: Page, server: Server) -> None:
    page.goto(f"{server.url}#tab=inside&instrument=x-ray")
    expect(page.locator("#inside-notice .lab-notice")).to_contain_text("There is no instrument 'x-ray'")
