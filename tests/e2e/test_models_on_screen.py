"""Switching between models of different kinds, and the panels about a model."""

import pytest
from playwright.sync_api import Page, expect
from server import Server
from translate_page import TranslatePage, shown

from seq2seq_core import DEFAULT_MODEL, list_pretrained, load_model
from seq2seq_core.data.vocabulary import show_token
from seq2seq_core.insights.exposure_bias import exposure_bias
from seq2seq_ui.library import model_choices
from seq2seq_ui.links import Comparison

pytestmark = pytest.mark.e2e


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    return TranslatePage(page, server.url)


def choose(lab: TranslatePage, name: str) -> None:
    before = lab.loads()
    lab.page.locator("#model input").click()
    lab.page.get_by_role("option", name={of: title for title, of in model_choices()}[name], exact=True).click()
    lab.wait_for_load(before)


def test_a_method_that_a_model_cannot_do_is_not_offered(lab: TranslatePage) -> None:
    model = load_model("en-fr-char-lstm-free-running")
    lab.open(f"model={model.name}&text=Be+nice.&method=softmax")
    lab.expect_written(shown(model.translate("Be nice.", "softmax")))
    methods = lab.page.locator("#method label")
    expect(methods).to_have_count(4)
    expect(lab.page.locator("#method input:checked")).to_have_attribute("value", "softmax")
    choose(lab, DEFAULT_MODEL)
    expect(methods).to_have_count(3)
    expect(lab.page.locator("#method input:checked")).to_have_attribute("value", "greedy")
    lab.expect_written(shown(load_model(DEFAULT_MODEL).translate("Be nice.")))
    lab.translate("Drop it!")
    lab.expect_written(shown(load_model(DEFAULT_MODEL).translate("Drop it!")))


def legend(lab: TranslatePage, chart: str) -> list[str]:
    lab.choose_chart(chart)
    return lab.page.locator("#chart .legendtext").all_text_contents()


@pytest.mark.parametrize("name", [name for name in list_pretrained() if name != DEFAULT_MODEL])
def test_every_model_translates_on_screen_with_its_own_gates(lab: TranslatePage, name: str) -> None:
    model = load_model(name)
    lab.open()
    choose(lab, name)
    text = lab.textbox.input_value()
    lab.expect_written("".join(map(show_token, model.translate(text).tokens)))
    shape = model.network.decoder_layers[-1]
    if model.kind.claims.recurrent:
        lstm = ["input i", "forget f", "candidate |g|", "output o"]
        assert legend(lab, "gates") == (lstm if shape.has_c else ["update z", "reset r", "candidate |n|"])
    else:
        assert "gates" not in lab.offered()
    assert len(legend(lab, "state_norms")) == 1 + shape.has_c
    expect(lab.page.locator("#candidates figcaption")).to_have_text(f"Next {model.config.level}")
    expect(lab.page.locator("#layer")).to_be_visible(visible=model.config.layers > 1)
    lab.page.get_by_text("About this model").click()
    expect(lab.page.locator("#card-text h1")).to_contain_text(name)
    lab.page.get_by_text("The Keras code of this model").click()
    expect(lab.page.locator("#code .cm-content")).to_contain_text("import keras")


def test_a_task_brings_its_examples(lab: TranslatePage) -> None:
    lab.open()
    choose(lab, "addition-lstm")
    expect(lab.textbox).to_have_value("535+61")
    lab.expect_written("596⏎")
    expect(lab.page.get_by_text("A sum of two numbers of up to three digits, up to")).to_be_visible()
    lab.translate("12+30")
    lab.expect_written("42⏎")
    lab.translate("two+two")
    expect(lab.notice).to_contain_text("has never seen “t”, “w”, “o”")
    lab.translate("1234+5678")
    expect(lab.notice).to_contain_text("a sum of two numbers of up to three digits. This is something else")
    expect(lab.page.locator("#translation .lab-translation-notes")).to_have_text("a guess")
    choose(lab, DEFAULT_MODEL)
    expect(lab.textbox).to_have_value("Be nice.")
    expect(lab.page.locator("#translation .lab-translation-notes")).to_have_text("")


def test_a_reference_is_held_against_the_network(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&model=en-fr-char-lstm")
    lab.page.get_by_text("Compare with a reference").click()
    lab.compare_with("Sois gentil\u202f!")
    bars = lab.page.locator("#exposure-bias .trace.bars")
    expect(bars).to_have_count(2)
    bias = exposure_bias(load_model("en-fr-char-lstm"), "Be nice.", "Sois gentil\u202f!")
    expect(bars.first.locator(".point")).to_have_count(len(bias.tokens))
    after = lab.page.locator("#cost-of-a-slip .trace.bars .point")
    expect(after).to_have_count(len(bias.slip.extra_nats))
    expect(lab.page.locator("#exposure-bias .lab-help")).to_contain_text("right translation in other words")
    lab.textbox.press("Enter")  # the same sentence: it stays
    lab.compare_with("世")
    expect(lab.page.locator("#reference-notice .lab-notice")).to_contain_text("“世”")
    expect(bars.first).to_be_hidden()


def test_a_reference_belongs_to_one_sentence_and_one_model(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&model=en-fr-char-lstm")
    lab.page.get_by_text("Compare with a reference").click()
    chart = lab.page.locator("#exposure-bias .main-svg").first
    for change in (lambda: lab.translate("Get out!"), lambda: choose(lab, "en-fr-char-gru")):
        lab.compare_with("Sortez !")
        expect(chart).to_be_visible()
        change()
        expect(chart).to_be_hidden()
        expect(lab.reference).to_have_value("")


def test_compare_moves_several_models_with_one_cursor(lab: TranslatePage) -> None:
    lab.page.goto(f"{lab.url}#tab=compare&text=Drop+it%21&models=en-fr-char-lstm-as-written,en-fr-char-lstm")
    expected = ["en-fr-char-lstm-as-written", "en-fr-char-lstm"]
    for number, name in enumerate(expected, start=1):
        written = "".join(map(show_token, load_model(name).translate("Drop it!").tokens))
        expect(lab.page.locator(f"#compare-stepper-{number} [data-side=writes]")).to_have_text(written)
    lab.page.locator("#compare-stepper-1").get_by_role("button", name="Step forward").click()
    for number in (1, 2):
        expect(lab.page.locator(f"#compare-stepper-{number} .lab-where")).to_contain_text("step 2 of")
        expect(lab.page.locator(f"#compare-state-norms-{number} .lab-plot")).to_have_attribute("data-cursor", "9")
    tops = [
        lab.page.evaluate(
            f"document.querySelector('#compare-state-norms-{number} .lab-plot')._fullLayout.yaxis.range[1]"
        )
        for number in (1, 2)
    ]
    assert tops[0] == tops[1]
    box = lab.page.locator("#compare-text").get_by_role("textbox")
    box.fill("Get out!")
    box.press("Enter")
    lab.page.wait_for_url("**text=Get+out*")
    expect(lab.page.locator("#compare-stepper-2 [data-side=reads]")).to_have_text("Get␣out!")
    assert "models=en-fr-char-lstm-as-written%2Cen-fr-char-lstm" in lab.page.url


def test_compare_is_drawn_when_it_is_opened(lab: TranslatePage) -> None:
    lab.open().page.get_by_role("tab", name="Compare", exact=True).click()
    for number, name in enumerate(Comparison.models, start=1):
        written = "".join(map(show_token, load_model(name).translate(Comparison.text).tokens))
        expect(lab.page.locator(f"#compare-stepper-{number} [data-side=writes]")).to_have_text(written)
        expect(lab.page.locator(f"#compare-softmax-heatmap-{number} .lab-plot")).to_have_attribute("data-drawn", "1")
    # the cursor stays where it was while another tab was in front
    lab.page.locator("#compare-stepper-1").get_by_role("button", name="Step forward").click()
    lab.page.get_by_role("tab", name="Translate", exact=True).click()
    lab.page.get_by_role("tab", name="Compare", exact=True).click()
    lab.page.wait_for_url("**tab=compare**")
    expect(lab.page.locator("#compare-stepper-2 .lab-where")).to_contain_text("step 2 of")


def test_what_if_in_compare_decodes_its_own_column_again(lab: TranslatePage) -> None:
    names = ["en-fr-char-lstm", "en-fr-char-gru"]
    lab.page.goto(f"{lab.url}#tab=compare&text=Drop+it%21&models={','.join(names)}")
    own = [load_model(name).translate("Drop it!") for name in names]
    strips = [lab.page.locator(f"#compare-stepper-{number} [data-side=writes]") for number in (1, 2)]
    for strip, trace in zip(strips, own, strict=True):
        expect(strip).to_have_text(shown(trace))
    lab.page.locator("#compare-stepper-1").get_by_role("button", name="Step forward").click()
    lab.page.locator("#compare-stepper-1 .lab-others button").first.click()
    second = own[0].vocabulary[own[0].ranking(1)[1]]
    forced = shown(load_model(names[0]).translate("Drop it!", prefix=own[0].tokens[0] + second))
    expect(strips[0]).to_have_text(forced)
    expect(strips[1]).to_have_text(shown(own[1]))
    for number in (1, 2):
        expect(lab.page.locator(f"#compare-stepper-{number} .lab-where")).to_contain_text("step 2 of")
    # the address holds it
    lab.page.wait_for_url("**&prefixes=**")
    lab.page.reload()
    expect(strips[0]).to_have_text(forced)
    expect(strips[1]).to_have_text(shown(own[1]))
    lab.page.locator("#compare-stepper-1 .lab-unforce").click()
    expect(strips[0]).to_have_text(shown(own[0]))
    lab.page.wait_for_function("!location.hash.includes('prefixes')")


def test_reading_and_writing_in_step(lab: TranslatePage) -> None:
    lab.open("model=digit-sums-lstm&text=864200&step=1")
    expect(lab.where).to_contain_text("step 2 of 6 · read “6”, wrote “4”")
    for chart in ("softmax_heatmap", "gates", "state_norms"):
        lab.choose_chart(chart)
        lab.expect_cursor(1)
    expect(lab.page.locator("#stepper .lab-whatif")).to_be_hidden()
    expect(lab.page.locator("#chart .lab-help")).to_contain_text("no encoder apart")
    expect(lab.candidates.nth(1)).to_be_disabled()
    expect(lab.page.locator("#stepper .lab-unforce")).to_be_hidden()
