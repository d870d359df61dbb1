"""The Train tab in a real browser: train, pause, step, look back, take along, bring again; two visitors."""

import csv
import io
import re
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server
from train_page import TrainPage, wait_until
from translate_page import TranslatePage, shown

from seq2seq_core.saving.model_zip import load_model_zip

pytestmark = pytest.mark.e2e


def workers(server: Server) -> list[psutil.Process]:
    """Of those that train or wait to; a warm one does, too."""
    return [child for child in psutil.Process(server.pid).children() if child.is_running()]


def test_train_pause_step_look_back_take_along_and_bring_again(page: Page, server: Server, tmp_path: Path) -> None:
    train = TrainPage(page, server.url).open()
    # how long each takes here is measured by the worker that has been started meanwhile
    expect(page.locator("#train-preset")).to_contain_text("Addition of numbers up to 99 · about")
    train.small(epochs=200)
    train.start()
    train.wait_for_reports(3)
    expect(train.state).to_contain_text("Training: epoch")
    for chart in ("loss", "accuracy"):
        page.locator(f"#train-{chart} figure").scroll_into_view_if_needed()  # out of sight, nothing is drawn
        expect(page.locator(f"#train-{chart} .legendtext").first).to_contain_text("training")
        drawn = f"document.querySelector('#train-{chart} .lab-plot')"
        page.wait_for_function(
            f"{drawn}.dataset.drawn > 3 && {drawn}.data[0].x.length > 3"
        )  # in place, again and again
    expect(page.locator("#train-run .lab-samples tbody tr")).to_have_count(6)

    train.button("Pause").click()
    expect(train.state).to_contain_text("Paused: epoch")
    page.wait_for_timeout(700)  # two reports' time: nothing comes any more
    before, at = train.reports(), train.state.inner_text()
    train.button("One batch").click()
    expect(train.state).not_to_have_text(at)
    expect(train.state).to_contain_text("Paused")
    assert train.reports() == before + 1
    train.button("One epoch").click()
    expect(train.state).to_contain_text("batch 67 of 67")

    rate = page.locator("#train-run input[type=number]")
    rate.fill("0.001")
    rate.press("Enter")
    train.button("One batch").click()
    expect(page.locator("#train-run dl div", has_text="learning rate now").locator("dd")).to_have_text("0.00100")
    rate.fill("7")
    rate.press("Enter")
    expect(page.locator("#train-run .lab-run-remark")).to_contain_text("above 0 and up to 1")

    probe = page.locator("#train-probe")
    probe.get_by_role("textbox").fill("12+34")
    probe.get_by_role("textbox").press("Enter")
    expect(page.locator("#train-stepper [data-side=reads]")).to_have_text("12+34")
    expect(probe.locator("output")).to_contain_text("now, after batch")
    now = train.probe_writes()
    page.locator("#train-softmax-heatmap").scroll_into_view_if_needed()
    expect(page.locator("#train-softmax-heatmap .heatmaplayer image").first).to_be_attached()
    back = probe.get_by_role("slider")
    moments = int(back.get_attribute("max") or 0)
    assert moments >= 2
    back.fill("0")
    expect(probe.locator("output")).to_contain_text("before the first batch")
    assert train.probe_writes() != now
    expect(page.locator("#train-stepper [data-side=reads]")).to_have_text("12+34")
    back.fill(str(moments))
    expect(probe.locator("output")).to_contain_text("now")
    assert train.probe_writes() == now

    train.button("Resume").click()
    train.wait_for_reports(2)
    train.button("Stop").click()
    expect(train.state).to_contain_text("Stopped: the model is kept as it is now.")
    expect(page.locator("#train-to-translate")).to_be_visible()
    expect(page.locator("#train-weights")).to_be_hidden()
    probe.get_by_role("textbox").fill("50+5")  # the kept model answers, now that the worker is gone
    probe.get_by_role("textbox").press("Enter")
    expect(page.locator("#train-stepper [data-side=reads]")).to_have_text("50+5")
    expect(probe.locator("output")).to_contain_text("as kept, after batch")
    probe.get_by_role("textbox").fill("é")
    probe.get_by_role("textbox").press("Enter")
    expect(page.locator("#train-run .lab-run-remark")).to_contain_text("never seen")
    probe.get_by_role("textbox").fill("1" * 300)
    probe.get_by_role("textbox").press("Enter")
    expect(page.locator("#train-run .lab-run-remark")).to_contain_text("300 characters; at most 250")
    page.get_by_text("The Keras code of this run").click()
    expect(page.locator("#train-code .cm-content")).to_contain_text("LSTM")

    with page.expect_download() as download:
        page.get_by_role("link", name="download the model (zip)").click()
    saved = tmp_path / "addition.zip"
    download.value.save_as(saved)
    model, examples = load_model_zip(io.BytesIO(saved.read_bytes()), "it")
    assert model.network.encoder[0].units == 32
    with page.expect_download() as download:
        page.get_by_role("link", name="curves as CSV").click()
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8")))
    assert {row["learning_rate"][:6] for row in rows[-1:]} == {"0.0010"} or float(rows[-1]["learning_rate"]) < 0.001

    page.locator("#train-to-translate").click()
    expect(page.locator("#model input")).to_have_value("yours, run 1: Addition of numbers up to 99, dials changed")
    train.lab.expect_written(shown(model.translate(examples[0])))
    train.lab.translate("12+34")
    train.lab.expect_written(shown(model.translate("12+34")))

    train.show()
    page.locator("#train-to-compare").click()
    expect(page.locator("#compare-stepper-1 [data-side=writes]")).to_have_text(shown(model.translate(examples[0])))
    expect(page.locator("#compare-model-1 input")).to_have_value(
        "yours, run 1: Addition of numbers up to 99, dials changed"
    )

    train.show()
    page.get_by_text("Look inside a model of your own").click()
    page.locator("#own-model input[type=file]").set_input_files(saved)
    expect(page.locator("#own-model")).to_contain_text("addition.zip")
    page.locator("#own-model-open").click()
    expect(page.locator("#model input")).to_have_value("yours: addition.zip")
    train.lab.expect_written(shown(model.translate(examples[0])))


def test_a_link_opens_a_race_whose_runs_are_in_one_chart_and_in_compare(page: Page, server: Server) -> None:
    train = TrainPage(page, server.url)
    page.goto(f"{server.url}#tab=train&num_samples=600&units=32&epochs=2&dropout=0.1&race=units:48")
    expect(page.locator("#train-race input")).to_have_value("Units")
    expect(page.locator("#train-against input")).to_have_value("48 units")
    expect(page.locator("#train-dropout input[type=number]")).to_have_value("0.1")
    train.start()
    runs = page.locator("#train-run .lab-runs li")
    expect(runs.nth(1)).to_contain_text("run 2: 48 units · next")
    expect(runs.nth(0)).to_contain_text(
        re.compile(r"run 1: 32 units · \d.* of the held-out examples right"), timeout=120_000
    )
    expect(runs.nth(1)).to_contain_text(re.compile(r"run 2: 48 units .*% of"), timeout=120_000)
    for chart, lines in (("loss", 4), ("accuracy", 5)):
        page.locator(f"#train-{chart} figure").scroll_into_view_if_needed()
        page.wait_for_function(f"document.querySelector('#train-{chart} .lab-plot').data?.length === {lines}")
    page.get_by_role("button", name="Compare the two ticked").click()
    for number in (1, 2):
        expect(page.locator(f"#compare-model-{number} input")).to_have_value(
            re.compile(f"^yours, run {number}: Addition")
        )
        expect(page.locator(f"#compare-stepper-{number} [data-side=writes]")).not_to_be_empty()
    train.show()
    page.wait_for_url("**race=units%3A48**")


def test_two_visitors_share_the_machine_and_nothing_else(page: Page, browser: Browser, server: Server) -> None:
    first = TrainPage(page, server.url).open()
    first.small(epochs=200)
    first.start()
    first.wait_for_reports(2)
    context = browser.new_context()
    second = TrainPage(context.new_page(), server.url).open()
    try:
        expect(second.state).to_contain_text("Press Start")
        expect(second.page.locator("#train-run .lab-samples")).to_be_hidden()
        expect(second.page.locator("#train-loss .lab-plot")).to_be_hidden()
        second.start()
        expect(second.state).to_contain_text("In the queue: place 1 of 1, your turn in about")
        # Translate works meanwhile
        second.page.get_by_role("tab", name="Translate", exact=True).click()
        second.lab.translate("Drop it!")
        second.show()
        second.button("Leave the queue").click()
        expect(second.state).to_contain_text("You have left")
        second.start()
        expect(second.state).to_contain_text("In the queue")

        started = time.monotonic()
        page.close()  # the first one leaves: its process ends, and it is the second one's turn
        expect(second.state).not_to_contain_text("In the queue", timeout=5_000)
        assert time.monotonic() - started < 5
        second.wait_for_reports(2)
        second.button("Stop").click()
        expect(second.page.locator("#train-to-translate")).to_be_visible()
        second.page.locator("#train-to-translate").click()
        expect(second.page.locator("#model input")).to_have_value("yours, run 1: Addition of numbers up to 99")
        third = TranslatePage(context.new_page(), server.url).open()
        third.page.locator("#model input").click()
        assert "yours" not in " ".join(third.page.get_by_role("option").all_text_contents())
    finally:
        context.close()
    # its page was closed: the model is gone, and so is every process but a warm one
    wait_until(lambda: len(workers(server)) <= 1, 5)


def test_own_pairs_are_previewed_trained_on_and_refused_if_bad(page: Page, server: Server, tmp_path: Path) -> None:
    train = TrainPage(page, server.url).open()
    page.get_by_label("Your own pairs").check()
    train.start()
    expect(page.locator("#train-notice .lab-notice")).to_contain_text("no pairs of your own yet")
    upload = page.locator("#train-pairs-file input[type=file]")
    notice = page.locator("#train-pairs-notice .lab-notice")
    bad = tmp_path / "bad.tsv"
    bad.write_bytes(b"\xff\xfe\x00")
    upload.set_input_files(bad)
    expect(notice).to_contain_text("bad.tsv")
    good = tmp_path / "good.csv"
    good.write_text("".join(f"{n:03},{n:03},<i>{n:03}</i>\n" for n in range(300)), encoding="utf-8")
    upload.set_input_files(good)
    expect(notice).to_contain_text("good.csv: 300 pairs to train on")
    expect(page.locator("#train-own table").first).to_contain_text("<i>000</i>")
    page.locator("#train-target-column input").click()
    page.get_by_role("option", name="column 3").click()
    train.small(epochs=12)
    page.set_viewport_size({"width": 1280, "height": 500})
    train.start()
    expect(train.state).to_be_in_viewport()
    expect(train.state).to_contain_text("Done: the best epoch’s weights are kept.", timeout=240_000)
    expect(page.locator("#train-run .lab-samples tbody tr").first.locator("td").last).to_contain_text("<i>")
    page.locator("#train-to-translate").click()
    expect(page.locator("#model input")).to_have_value(re.compile("^yours, run 1: Your own pairs"))


@pytest.mark.timeout(600)
def test_twelve_pasted_pairs_are_learnt_by_heart_and_both_models_offered(page: Page, server: Server) -> None:
    train = TrainPage(page, server.url).open()
    page.get_by_label("Your own pairs").check()
    numbers = "one un|two deux|three trois|four quatre|five cinq|six six|seven sept|eight huit|nine neuf|ten dix"
    pairs = [pair.split() for pair in f"{numbers}|red rouge|blue bleu".split("|")]
    page.locator("#train-pairs-text textarea").fill("\n".join("\t".join(pair) for pair in pairs))
    page.locator("#train-pairs-use").click()
    expect(page.locator("#train-pairs-notice .lab-notice")).to_contain_text("The pasted text: 12 pairs to train on.")
    expect(page.locator("#train-preset input:checked")).to_have_value("own")
    page.get_by_text("The dials: data, network, recipe").click()
    for name, value in (("num-samples", "12"), ("epochs", "200")):
        expect(page.locator(f"#train-{name} input[type=number]")).to_have_value(value)
    train.start()
    expect(train.state).to_contain_text("Done", timeout=240_000)
    weights = page.locator("#train-weights")
    expect(weights).to_contain_text("Epoch 200, the last: 100 % of its training examples right")
    expect(weights).to_contain_text(re.compile(r"the best on held-out examples: \d+ % of its training examples right"))
    by_heart = next(pair for pair in pairs if pair[0] not in page.locator("#train-run .lab-samples").inner_text())
    weights.get_by_label("Epoch 200, the last").check()
    probe = page.locator("#train-probe")
    expect(probe.locator("output")).to_contain_text("as kept, after batch 200, epoch 200")
    probe.get_by_role("textbox").fill(by_heart[0])
    probe.get_by_role("textbox").press("Enter")
    expect(page.locator("#train-stepper [data-side=writes]")).to_have_text(f"{by_heart[1]}⏎")
    page.locator("#train-to-translate").click()
    expect(page.locator("#model input")).to_have_value("yours, run 1: Your own pairs (epoch 200)")
