"""The Translate tab in a real browser, on the real server, with no network but this machine's own."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from server import Server
from translate_page import CHARTS, TranslatePage, shown

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.data.vocabulary import show_token

pytestmark = pytest.mark.e2e

MODEL = load_model(DEFAULT_MODEL)


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    return TranslatePage(page, server.url)


def test_the_first_paint_shows_an_example_decoded(lab: TranslatePage) -> None:
    lab.open()
    trace = MODEL.translate("Be nice.")
    assert lab.strip("reads") == "Be␣nice."
    lab.expect_written(shown(trace))
    lab.expect_cursor(len("Be nice."))
    assert lab.candidate_tokens()[0] == show_token(trace.vocabulary[trace.ranking(0)[0]])
    for chart in CHARTS:
        lab.choose_chart(chart)
        expect(lab.page.locator("#large .lab-help:visible")).not_to_be_empty()


def test_enter_translates_and_the_link_holds_the_view(lab: TranslatePage) -> None:
    lab.open()
    lab.translate("Drop it!")
    trace = MODEL.translate("Drop it!")
    lab.expect_written(shown(trace))
    assert "text=Drop+it%21" in lab.page.url
    # every number is on hover
    title = lab.page.locator("#stepper [data-side=writes] .lab-cell").first.get_attribute("title")
    assert title == f"wrote “{trace.tokens[0]}”, probability {trace.chosen_probabilities[0]:.4f}"


def test_the_translation_is_a_line_of_text_in_its_language(lab: TranslatePage) -> None:
    lab.open("text=Where+is+the+station%3F")
    line = lab.page.locator("#translation .lab-translation-text")
    expect(line).to_have_text(MODEL.translate("Where is the station?").text)
    expect(line).to_have_attribute("lang", "fr")
    expect(lab.page.locator("#translation .lab-translation-notes span")).to_have_count(0)
    lab.open("text=Get+out%21&method=sample&seed=4")
    expect(lab.page.locator("#translation .lab-translation-notes")).to_have_text("drawn at random (seed 4)")


def test_after_enter_the_arrow_keys_step_and_a_phone_shows_the_result(lab: TranslatePage) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 360})
    lab.open()
    line = lab.page.locator("#translation .lab-translation-text")
    expect(line).not_to_be_in_viewport()
    lab.translate("Get out!")
    expect(line).to_be_in_viewport(ratio=1)
    expect(lab.page.locator("#stepper .lab-stepper")).to_be_focused()
    lab.page.keyboard.press("ArrowRight")
    lab.expect_cursor(9)


def test_the_cursor_moves_through_all_charts_without_the_server(lab: TranslatePage) -> None:
    lab.open()
    trace = MODEL.translate("Be nice.")
    last = len(trace.encoder.tokens) + len(trace) - 1
    requests: list[str] = []
    lab.page.on("request", lambda request: requests.append(request.url))
    lab.stepper.get_by_role("button", name="Step forward").click()
    lab.expect_cursor(9)
    expect(lab.where).to_contain_text("step 2 of")
    lab.page.locator("body").press("ArrowRight")
    lab.expect_cursor(10)
    lab.page.locator("body").press("ArrowLeft")
    lab.stepper.get_by_role("button", name="Step back").click()
    lab.stepper.get_by_role("button", name="Step back").click()
    lab.expect_cursor(7)
    expect(lab.where).to_contain_text("reading 8 of 8: “.”")
    expect(lab.candidates).to_have_count(0)  # nothing is predicted while the encoder reads
    lab.stepper.get_by_label("Step", exact=True).fill(str(last))
    lab.expect_cursor(last)
    expect(lab.where).to_contain_text("wrote end of sentence")
    lab.page.locator("#stepper [data-side=reads] .lab-cell").nth(2).click()
    lab.expect_cursor(2)
    assert requests == []


def test_play_runs_to_the_end(lab: TranslatePage) -> None:
    lab.open()
    trace = MODEL.translate("Be nice.")
    last = len(trace.encoder.tokens) + len(trace) - 1
    lab.stepper.get_by_label("Step", exact=True).fill(str(last - 3))
    lab.stepper.get_by_role("button", name="Play").click()
    expect(lab.stepper.get_by_role("button", name="Pause")).to_be_visible()
    lab.expect_cursor(last)
    expect(lab.stepper.get_by_role("button", name="Play")).to_be_visible()


def test_play_reads_first_then_writes_at_the_speed_one_sets(lab: TranslatePage) -> None:
    lab.open("text=Go+on.")
    trace = MODEL.translate("Go on.")
    seen = lab.page.evaluate_handle(
        """() => {
          const seen = [];
          document.addEventListener("seq2seq:cursor", ({ detail }) => seen.push(detail.step));
          return seen;
        }"""
    )
    lab.stepper.get_by_label("Speed of playing").select_option("4×")
    lab.stepper.get_by_role("button", name="Play").click()
    lab.expect_cursor(len("Go on.") + len(trace) - 1)
    expect(lab.stepper.get_by_role("button", name="Play")).to_be_visible()
    steps = list(range(-len("Go on."), len(trace)))
    assert seen.json_value() == steps
    # from where one stopped, it goes on
    lab.stepper.get_by_label("Step", exact=True).fill("4")
    lab.stepper.get_by_role("button", name="Play").click()
    lab.expect_cursor(len("Go on.") + len(trace) - 1)
    assert seen.json_value()[len(steps) :] == [-2, *range(-2, len(trace))]


def test_what_if_another_character_and_back(lab: TranslatePage) -> None:
    lab.open()
    own = MODEL.translate("Be nice.")
    second = own.vocabulary[own.ranking(0)[1]]
    lab.candidates.nth(1).click()
    forced = MODEL.translate("Be nice.", prefix=second)
    lab.expect_written(shown(forced))
    lab.expect_cursor(8)
    expect(lab.where).to_contain_text(f"forced “{second}” after the start")
    lab.stepper.get_by_role("button", name="back to the network’s own choice").click()
    lab.expect_written(shown(own))
    expect(lab.page.locator("#stepper .lab-unforce")).to_be_hidden()


def test_a_later_candidate_is_forced_from_the_keyboard(lab: TranslatePage) -> None:
    lab.open()
    lab.stepper.get_by_role("button", name="Step forward").click()
    lab.expect_cursor(9)
    own = MODEL.translate("Be nice.")
    third = own.vocabulary[own.ranking(1)[2]]
    expect(lab.candidates.nth(2)).to_have_accessible_name(re.compile(f"^“{third}”, logit .*, probability "))
    lab.candidates.nth(2).focus()
    lab.page.keyboard.press("Enter")
    lab.expect_written(shown(MODEL.translate("Be nice.", prefix=own.tokens[0] + third)))
    lab.expect_cursor(9)


def test_decoding_methods_and_their_dials(lab: TranslatePage) -> None:
    lab.open()
    expect(lab.page.get_by_label("Temperature").first).to_be_hidden()
    lab.page.get_by_label("Beam search").check()
    beam = MODEL.translate("Be nice.", "beam")
    lab.expect_written(shown(beam))
    expect(lab.page.locator("#candidates .lab-hypotheses li")).to_have_count(1 + 5)
    expect(lab.page.locator("#candidates .lab-hypotheses li").nth(1)).to_contain_text(beam.text)
    lab.page.get_by_label("Sample").check()
    lab.expect_written(shown(MODEL.translate("Be nice.", "sample")))
    expect(lab.page.locator("#candidates .lab-hypotheses")).to_be_hidden()
    lab.page.get_by_label("Seed").fill("3")
    lab.page.get_by_label("Seed").press("Tab")
    lab.expect_written(shown(MODEL.translate("Be nice.", "sample", seed=3)))


def test_unknown_characters_are_named_and_html_stays_text(lab: TranslatePage) -> None:
    lab.open()
    lab.translate("Be Ω<img src=x onerror=alert(1)>nice.")
    expect(lab.notice).to_contain_text("This model has never seen “Ω”, “<”, “=”")
    assert lab.strip("reads") == "Be␣Ω<img␣src=x␣onerror=alert(1)>nice."
    expect(lab.page.locator("#stepper .lab-unknown").first).to_have_text("Ω")
    assert lab.page.locator("#stepper img").count() == 0
    lab.translate("Be nice.")
    expect(lab.notice).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "message"),
    [("   ", "There is nothing to translate: type a sentence."), ("日本", "has never seen any of these characters")],
)
def test_what_cannot_be_read_dims_what_was_there_before(lab: TranslatePage, text: str, message: str) -> None:
    lab.open()
    written = lab.strip("writes")
    lab.textbox.fill(text)
    lab.textbox.press("Enter")
    expect(lab.notice).to_contain_text(message)
    expect(lab.notice).to_contain_text("Below, dimmed, is what was there before.")
    assert lab.strip("writes") == written
    dimmed = [lab.page.locator(f"{where} figure") for where in ("#network", "#candidates")]
    dimmed.append(lab.page.locator("#stepper .lab-stepper"))
    for part in dimmed:
        expect(part).to_have_css("opacity", "0.35")
    lab.translate("Get out!")
    for part in dimmed:
        expect(part).to_have_css("opacity", "1")


def test_the_length_limit_is_on_screen_and_holds(lab: TranslatePage) -> None:
    lab.open()
    expect(lab.page.get_by_text("An English sentence, up to 250 characters")).to_be_visible()
    lab.textbox.fill("a" * 300)
    expect(lab.textbox).to_have_value("a" * 300)  # a long paste is not cut
    lab.textbox.press("Enter")
    expect(lab.notice).to_contain_text("The text has 300 characters; at most 250 can be translated at once.")


def test_what_was_meant_is_read_and_said_to_be_unless_one_wants_it_as_it_stands(lab: TranslatePage) -> None:
    lab.open()
    lab.translate("wher is teh station")
    assert lab.strip("reads") == "Where␣is␣the␣station?"
    expect(lab.notice).to_contain_text("It read “Where is the station?”")
    before = lab.loads()
    lab.page.get_by_label("as I meant it").uncheck()
    lab.wait_for_load(before)
    assert lab.strip("reads") == "wher␣is␣teh␣station"
    expect(lab.notice).to_be_hidden()
    assert "mend=0" in lab.page.url
    lab.page.reload()
    lab.expect_written(shown(MODEL.translate("wher is teh station", mend=False)))
    expect(lab.page.get_by_label("as I meant it")).not_to_be_checked()


def test_as_you_type(lab: TranslatePage) -> None:
    lab.open()
    lab.page.get_by_label("as you type").check()
    lab.textbox.fill("")
    lab.textbox.press_sequentially("Get out!", delay=30)
    lab.expect_written(shown(MODEL.translate("Get out!")))


def test_examples_translate_at_a_click(lab: TranslatePage) -> None:
    lab.open()
    lab.page.locator("#examples").get_by_role("button", name="Get out!").click()
    lab.expect_written(shown(MODEL.translate("Get out!")))
    expect(lab.textbox).to_have_value("Get out!")


def test_the_trace_can_be_taken_along(lab: TranslatePage, tmp_path: Path) -> None:
    lab.open()
    with lab.page.expect_download() as download:
        lab.stepper.get_by_role("link", name="trace as JSON").click()
    download.value.save_as(tmp_path / "trace.json")
    assert json.loads((tmp_path / "trace.json").read_text())["text"] == MODEL.translate("Be nice.").text


def test_the_card_says_what_the_model_cannot_do(lab: TranslatePage) -> None:
    lab.open()
    lab.page.get_by_text("About this model").click()
    expect(lab.page.get_by_role("heading", name="What it cannot do")).to_be_visible()


def test_a_phone_needs_no_sideways_scrolling(lab: TranslatePage) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 844})
    lab.open()
    lab.translate("Where is the station?")
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    for chart in CHARTS:
        lab.choose_chart(chart)
        width = lab.page.locator("#large figure:visible svg").first.bounding_box()
        assert width
        assert 250 < width["width"] <= 390
    for tab in ("Translate", "Train", "Compare", "Learn"):
        expect(lab.page.get_by_role("tab", name=tab, exact=True)).to_be_visible()
    label = lab.page.locator("#live .label-text").bounding_box()
    assert label
    assert label["x"] + label["width"] <= 390
    for below in ("card", "code"):  # their tables and lines of code are longer
        lab.page.locator(f"#{below} > button").click()
        expect(lab.page.locator(f"#{below} :is(pre, table, .cm-line)").first).to_be_visible()
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_redraws_the_charts(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&chart=softmax_heatmap")
    lab.page.wait_for_selector("#chart .ytick text")
    color = "getComputedStyle(document.querySelector('#chart .ytick text')).fill"
    before = lab.page.evaluate(color)
    lab.page.get_by_role("button", name="Switch between dark and light").click()
    lab.page.wait_for_function(f"old => {color} !== old", arg=before)


def test_attention_shades_the_source_and_follows_the_cursor(lab: TranslatePage) -> None:
    lab.open("text=Where+is+the+station%3F&step=3&chart=attention")
    trace = MODEL.translate("Where is the station?")
    assert trace.attention is not None
    cells = lab.page.locator("#stepper [data-side=reads] .lab-cell")
    lab.expect_cursor(len(trace.encoder.tokens) + 3)
    most = int(trace.attention[3].argmax())
    expect(cells.nth(most)).to_have_attribute(
        "title", re.compile(f"attention weight {trace.attention[3, most]:.3f} at this step")
    )
    heatmap = lab.page.evaluate("document.querySelector('#chart .lab-plot').data[0].z")
    np.testing.assert_allclose(heatmap, trace.attention.T, atol=1e-4)
    cells.first.click()  # back to the reading: nothing is looked at yet
    expect(cells.nth(most)).not_to_have_attribute("title", re.compile("attention weight"))


def test_a_model_without_attention_offers_none_and_an_old_link_shows_what_there_is(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&model=en-fr-char-lstm&chart=attention")
    expect(lab.picture("attention")).to_be_hidden()
    assert lab.offered() == [name for name in CHARTS if name != "attention"]
    lab.translate("Drop it!")
    lab.stepper.get_by_role("button", name="Step forward").click()
    expect(lab.where).to_contain_text("step 2 of")


def test_how_sure_it_may_be_stands_beside_the_text(lab: TranslatePage) -> None:
    lab.open("text=Wo+ist+der+Bahnhof%3F")
    sure = lab.page.locator("#translation .lab-translation-sure")
    expect(sure).to_have_attribute("data-level", "guessing")
    expect(sure).to_contain_text("nothing like this was in its data")
    lab.translate("where is my red umbrella")
    assert sure.get_attribute("data-level") in ("sure", "unsure", "guessing")
    expect(sure).to_contain_text("of unseen sentences")
