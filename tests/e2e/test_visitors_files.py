"""What visitors bring or fetch: the tutorial's own model file, and the data set of manythings.org."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sample_pairs import many_pairs
from server import Server
from train_page import TrainPage
from translate_page import shown
from tutorial_script import Tutorial

from seq2seq_core import load_model
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.training.events import EpochTrained
from seq2seq_core.training.sweep.result import Ended, Sweep, Trial

pytestmark = pytest.mark.e2e


def test_the_tutorials_own_file_is_looked_into(
    page: Page, server: Server, tutorial_run: Callable[[str], Tutorial]
) -> None:
    """A student's s2s_model.keras with the pairs it was trained on, both as the script left them."""
    theirs = tutorial_run("space")
    model = load_model(theirs.keras_file, pairs=theirs.pairs_file, num_samples=250, padding="space")
    train = TrainPage(page, server.url).open()
    page.get_by_text("Look inside a model of your own").click()
    page.locator("#own-model input[type=file]").set_input_files(theirs.keras_file)
    expect(page.locator("#own-model")).to_contain_text("s2s_model")
    page.locator("#own-model-open").click()
    expect(page.locator("#own-model-notice .lab-notice")).to_contain_text("pairs")  # it needs them, and says so
    page.locator("#own-model input[type=file]").set_input_files(theirs.keras_file)
    page.locator("#own-model-pairs input[type=file]").set_input_files(theirs.pairs_file)
    expect(page.locator("#own-model-pairs")).to_contain_text(theirs.pairs_file.stem)
    count = page.locator("#own-model-count input")
    count.fill("250")
    count.press("Tab")
    page.locator("#own-model-open").click()
    expect(page.locator("#model input")).to_have_value("yours: s2s_model.keras")
    other = many_pairs()[-1].source  # the first one is shown already
    train.lab.translate(other)
    train.lab.expect_written(shown(model.translate(other)))


def test_english_french_says_what_to_do_without_a_network_and_trains_with_the_file(
    page: Page, server: Server, cache: Path
) -> None:
    train = TrainPage(page, server.url).open()
    page.get_by_text("English → French, the first 3,000 pairs").click()
    expect(page.locator("#train-about")).to_contain_text("memorise")
    train.start()
    expect(train.state).to_contain_text("could not be downloaded")
    expect(train.state).to_contain_text("choose “Learning by heart")
    expect(train.state).to_contain_text("Your own pairs")

    (cache / "seq2seq-lab").mkdir(exist_ok=True)
    with zipfile.ZipFile(cache / "seq2seq-lab" / "fra-eng.zip", "w") as archive:
        archive.writestr("fra.txt", "".join(f"{pair.source}\t{pair.target}\tCC-BY\n" for pair in many_pairs()))
    train.small(epochs=20)
    train.start()
    expect(train.state).to_contain_text("Done: the best epoch’s weights are kept.")
    page.locator("#train-to-translate").click()
    title = "yours, run 1: English → French, the first 3,000 pairs of manythings.org, dials changed"
    expect(page.locator("#model input")).to_have_value(re.compile(f"^{title}"))


def test_a_sweeps_file_is_drawn(page: Page, server: Server, tmp_path: Path) -> None:
    epochs = [EpochTrained(epoch, 0.9, 0.5, 2.0 / epoch, 0.5, 3.0 * epoch, True) for epoch in (1, 2, 3)]
    trials = [Trial({"units": units}, tuple(epochs[: units // 16]), Ended(units * 9, 0.5, 50.0)) for units in (16, 48)]
    TrainPage(page, server.url).open()
    page.get_by_text("Compare the trials of a sweep").click()
    file = tmp_path / "sweep.json"
    file.write_text("{}")
    page.locator("#train-sweep-file input[type=file]").set_input_files(file)
    expect(page.locator("#train-sweep-notice .lab-notice")).to_contain_text("sweep.json is no sweep")
    file.write_bytes(Sweep(CONFIGS["dates-gru"], tuple(trials)).to_json())
    page.locator("#train-sweep-file input[type=file]").set_input_files(file)
    expect(page.locator("#train-sweep-table tbody tr").first).to_contain_text("480.66673 of 350.0 %50.04329")
    expect(page.locator("#train-sweep-chart .legendtext").first).to_have_text("units 48")
    expect(page.locator("#train-sweep-notice .lab-notice")).to_be_hidden()
