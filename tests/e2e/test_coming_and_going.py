"""Pages that are loaded anew, left, opened twice, or lose their server."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server import Server, free_port, running_app
from train_page import TrainPage
from translate_page import TranslatePage, shown

from seq2seq_core import load_model
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_zip import pack_model

pytestmark = pytest.mark.e2e

LOST = "The connection to the server is lost"


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """One whose pages may log what Gradio says of events that a reload cut short, or of a server that is no more."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def look_into(train: TrainPage, folder: Path, name: str) -> None:
    """The zip of a shipped model, as if it were one's own."""
    path = folder / f"{name}.zip"
    path.write_bytes(pack_model(pretrained_folder() / name))
    train.page.get_by_text("Look inside a model of your own").click()
    train.page.locator("#own-model input[type=file]").set_input_files(path)
    expect(train.page.locator("#own-model")).to_contain_text(path.name)
    train.page.locator("#own-model-open").click()
    expect(train.page.locator("#model input")).to_have_value(f"yours: {path.name}")


def offered(page: Page, picker: str) -> list[str]:
    """The own models among a picker's choices."""
    page.locator(f"{picker} input").click()
    options = page.locator("ul[role=listbox] [role=option]")
    expect(options.first).to_be_visible()
    titles = options.all_inner_texts()
    page.keyboard.press("Escape")
    return [title.lstrip("✓ \n") for title in titles if "yours" in title]


def test_a_reload_finds_its_run_and_its_models(visitor: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = visitor.new_page()
    train = TrainPage(page, server.url).open()
    look_into(train, tmp_path, "addition-lstm")
    train.show()
    train.small(epochs=200)
    train.start()
    moments = "Number(document.querySelector('#train-probe section').parentElement.dataset.moments)"
    page.wait_for_function(f"{moments} > 2")
    before = page.evaluate(moments)
    page.reload()
    expect(page.get_by_role("tab", name="Train", exact=True)).to_have_attribute("aria-selected", "true")
    expect(train.state).to_contain_text("Training: epoch")
    train.wait_for_reports(2)
    page.wait_for_function(f"{moments} >= {before}")  # those before the reload, too
    for chart in ("loss", "gradient"):
        page.locator(f"#train-{chart} figure").scroll_into_view_if_needed()
        drawn = f"document.querySelector('#train-{chart} .lab-plot')"
        page.wait_for_function(f"{drawn}.dataset.drawn > 0 && {drawn}.data[0].x.length > 3")
    expect(page.locator("#train-run .lab-samples tbody tr")).to_have_count(6)
    expect(page.locator("#train-stepper [data-side=reads]")).not_to_be_empty()

    train.button("Stop").click()
    expect(train.state).to_contain_text("Stopped: the model is kept as it is now.")
    title = "yours, run 1: Addition of numbers up to 99, dials changed"
    expect(page.locator("#train-to-translate")).to_be_visible()
    page.reload()
    expect(page.locator("#train-to-translate")).to_be_visible()
    expect(page.get_by_role("link", name="download the model (zip)")).to_be_visible()
    page.get_by_role("tab", name="Compare", exact=True).click()
    assert offered(page, "#compare-model-3") == ["yours: addition-lstm.zip", title]
    page.get_by_role("tab", name="Train", exact=True).click()
    expect(page.get_by_role("link", name="download the model (zip)")).to_be_visible()
    page.locator("#train-to-translate").click()
    expect(page.locator("#model input")).to_have_value(title)
    assert offered(page, "#model") == ["yours: addition-lstm.zip", title]
    page.reload()
    expect(page.locator("#model input")).to_have_value(title)
    train.lab.translate("12+34")
    expect(train.lab.notice).to_be_hidden()


def test_pairs_are_there_after_a_reload(visitor: BrowserContext, server: Server) -> None:
    page = visitor.new_page()
    train = TrainPage(page, server.url).open()
    page.get_by_label("Your own pairs").check()
    page.locator("#train-pairs-text textarea").fill("".join(f"{n:03}\t{n + 1:03}\n" for n in range(40)))
    page.locator("#train-pairs-use").click()
    notice = page.locator("#train-pairs-notice .lab-notice")
    expect(notice).to_contain_text("40 pairs to train on")
    page.reload()
    expect(notice).to_contain_text("40 pairs to train on")
    expect(page.locator("#train-own table").first).to_contain_text("000")
    train.start()
    expect(train.state).to_contain_text(re.compile("Starting|Training|Done"))


def test_a_second_tab_and_a_duplicate_are_other_visitors(visitor: BrowserContext, server: Server) -> None:
    page = visitor.new_page()
    train = TrainPage(page, server.url).open()
    train.small(epochs=200)
    train.start()
    train.wait_for_reports(2)
    with page.expect_popup() as popup:
        page.evaluate("open(location.href)")  # with a copy of the storage, as a duplicated tab has it
    for other in (popup.value, page.context.new_page()):
        second = TrainPage(other, server.url).open()
        expect(second.state).to_contain_text("Press Start")
        other.close()
    train.wait_for_reports(1)
    train.button("Stop").click()
    expect(page.locator("#train-to-translate")).to_be_visible()


def test_leaving_asks_first_while_something_would_be_lost(visitor: BrowserContext, server: Server) -> None:
    page = visitor.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    train = TrainPage(page, server.url).open()
    page.reload()
    assert asked == []
    train.show()
    train.small(epochs=200)
    train.start()
    train.wait_for_reports(1)
    page.goto(f"{server.url}#text=Get+out%21")  # within the page: nothing is lost
    train.show()
    train.wait_for_reports(1)
    assert asked == []
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_an_own_models_link_works_in_a_second_tab_or_says_why_not(
    page: Page, visitor: BrowserContext, server: Server, tmp_path: Path
) -> None:
    train = TrainPage(page, server.url).open()
    look_into(train, tmp_path, "addition-lstm")
    page.wait_for_url("**#*model=yours-*")
    link = page.url.partition("#")[2]
    second = TranslatePage(visitor.new_page(), server.url).open(link)
    expect(second.page.locator("#model input")).to_have_value("yours: addition-lstm.zip")
    second.translate("12+30")
    second.expect_written(shown(load_model("addition-lstm").translate("12+30")))
    second.page.goto("about:blank")
    second.open(link.replace("&text", "-of-somebody-who-has-gone&text"))
    expect(second.notice).to_contain_text("That model is not here any more")
    assert "yours-" not in second.page.locator("body").inner_text()
    assert "yours-" not in server.log_text()


def test_the_page_says_that_the_connection_is_lost_and_takes_up_what_still_runs(
    visitor: BrowserContext, server: Server
) -> None:
    train = TrainPage(visitor.new_page(), server.url).open()
    train.small(epochs=200)
    train.start()
    train.wait_for_reports(2)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        stopped = time.monotonic()
        expect(train.page.locator("#train-run .lab-run-remark")).to_contain_text(LOST)
        assert time.monotonic() - stopped < 6
    finally:
        os.kill(server.pid, signal.SIGCONT)
    expect(train.page.locator("#train-run .lab-run-remark")).to_be_hidden()
    train.wait_for_reports(2)


def test_a_server_that_is_killed_has_ended_the_run(visitor: BrowserContext, tmp_path: Path) -> None:
    port = free_port()
    page = visitor.new_page()
    with running_app(tmp_path / "first.txt", port=port) as first:
        train = TrainPage(page, first.url).open()
        look_into(train, tmp_path, "addition-lstm")
        train.show()
        train.small(epochs=200)
        train.start()
        train.wait_for_reports(2)
        os.kill(first.pid, signal.SIGKILL)
        killed = time.monotonic()
        expect(page.locator("#train-run .lab-run-remark")).to_contain_text(LOST)
        assert time.monotonic() - killed < 6
        train.button("Pause").click()
        expect(page.locator("#train-run .lab-run-remark")).to_contain_text("The server does not answer")
    with running_app(tmp_path / "second.txt", port=port) as second:
        expect(train.state).to_contain_text("Ended: the server was started anew")
        expect(page.locator("#train-run .lab-run-remark")).to_be_hidden()
        expect(train.button("Pause")).to_be_hidden()
        page.get_by_role("tab", name="Translate", exact=True).click()
        page.locator("#text").get_by_role("textbox").fill("1+2")
        page.locator("#text").get_by_role("textbox").press("Enter")
        expect(train.lab.notice).to_contain_text("That model is not here any more")
        train.show()
        train.start()  # the page is somebody's again
        train.wait_for_reports(2)
        expect(train.state).to_contain_text("Training: epoch")
        assert "Traceback" not in second.log_text()
        assert "yours-" not in second.log_text()
