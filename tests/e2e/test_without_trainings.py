"""A server that only shows models: trainings switched off, or no TensorFlow on it."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from server import running_app
from translate_page import TranslatePage, shown

from seq2seq_core import DEFAULT_MODEL, load_model

pytestmark = pytest.mark.e2e


def see_all_but_training(page: Page, url: str, reason: str) -> None:
    lab = TranslatePage(page, url)
    page.goto(f"{url}#tab=train&preset=dates&units=64")  # a link to what there is elsewhere
    expect(page.locator("#train-off")).to_contain_text(reason)
    expect(page.locator("#train-start")).to_have_count(0)
    expect(page.locator("#own-model-open")).to_be_visible()
    page.get_by_role("tab", name="Translate", exact=True).click()
    lab.translate("Get out!")
    lab.expect_written(shown(load_model(DEFAULT_MODEL).translate("Get out!")))
    page.get_by_role("tab", name="Compare", exact=True).click()
    expect(page.locator("#compare-stepper-1 [data-side=writes]")).to_contain_text("Soyez")
    expect(page.locator("#compare-state-norms-1 .lab-plot[data-drawn]")).to_be_visible()


@pytest.mark.parametrize("hidden", [False, True])
def test_everything_else_works_and_the_train_tab_says_why_it_does_not(
    browser: Browser, tmp_path: Path, without_tensorflow: dict[str, str], hidden: bool
) -> None:
    environment = without_tensorflow if hidden else {"SEQ2SEQ_TRAININGS_AT_ONCE": "0"}
    reason = "TensorFlow is not installed" if hidden else "Trainings are switched off"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    with running_app(tmp_path / "log", **environment) as server:
        see_all_but_training(page, server.url, reason)
        context.close()
        assert psutil.Process(server.pid).children() == []  # no worker warms up
        assert "turned" not in server.log_text()  # no dial that is not there is asked for
        assert "Traceback" not in server.log_text()
    assert errors == []
