"""There and back again: what is shown where a model of the other direction is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from server import Server
from translate_page import TranslatePage

from seq2seq_core import DEFAULT_MODEL, load_model

pytestmark = pytest.mark.e2e

BACK = "fr-en-char-attention"


def test_there_and_back_again(page: Page, server: Server) -> None:
    lab = TranslatePage(page, server.url).open("text=I+love+you.&back=1")
    words = page.locator("#round-trip .lab-round-trip-words > div")
    expect(words.first).to_contain_text("came back")
    back = load_model(BACK).translate(load_model(DEFAULT_MODEL).translate("I love you.").text).text
    shown = words.locator(":scope > :nth-child(2)").all_text_contents()[1:]
    assert " ".join(shown).split() == back.split()
    page.locator("#back").get_by_role("checkbox").uncheck()
    expect(page.locator("#round-trip .lab-round-trip")).to_be_hidden()
    lab.translate("Get out!")
    expect(page.locator("#round-trip .lab-round-trip")).to_be_hidden()
