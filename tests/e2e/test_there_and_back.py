"""There and back again: what is shown where a model of the other direction is there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server import Server, running_app
from translate_page import TranslatePage

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.saving.load_model import pretrained_folder

pytestmark = pytest.mark.e2e

BACK = "fr-en-char-attention"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The default model, and its own weights as if they read French: what they write is no English, but it is shown."""
    folder = tmp_path_factory.mktemp("models")
    for name in (DEFAULT_MODEL, BACK):
        shutil.copytree(pretrained_folder() / DEFAULT_MODEL, folder / name)
    config = json.loads((folder / BACK / "config.json").read_text(encoding="utf-8"))
    (folder / BACK / "config.json").write_text(json.dumps(config | {"name": BACK, "swap": True}), encoding="utf-8")
    with running_app(tmp_path_factory.mktemp("app") / "log.txt", SEQ2SEQ_PRETRAINED=str(folder)) as running:
        yield running


def test_there_and_back_again(page: Page, server: Server) -> None:
    lab = TranslatePage(page, server.url).open("text=I+love+you.&back=1")
    words = page.locator("#round-trip .lab-round-trip-words > div")
    expect(words.first).to_contain_text("came back")
    model = load_model(DEFAULT_MODEL)
    back = model.translate(model.translate("I love you.").text).text
    shown = words.locator(":scope > :nth-child(2)").all_text_contents()[1:]
    assert " ".join(shown).split() == back.split()
    page.locator("#back").get_by_role("checkbox").uncheck()
    expect(page.locator("#round-trip .lab-round-trip")).to_be_hidden()
    lab.translate("Get out!")
    expect(page.locator("#round-trip .lab-round-trip")).to_be_hidden()
