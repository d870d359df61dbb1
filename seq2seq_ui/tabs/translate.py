"""The Translate tab: type a sentence, watch the network read and write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, Seq2SeqError, Translator, list_pretrained
from seq2seq_core.charts import CHARTS
from seq2seq_core.charts.strips import strips
from seq2seq_core.data.vocabulary import show_token
from seq2seq_core.decoding import DECODING_METHODS, make_method
from seq2seq_core.decoding.beam_search import MAX_BEAM_WIDTH
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights.exposure_bias import exposure_bias, exposure_bias_chart
from seq2seq_core.keras_script.render import keras_script

from ..components import Notice, PlotlyChart, Stepper
from ..links import View, examples_of, pretrained, title_of, token_of

GROUP = "translate"  # whose cursor the charts follow
HEIGHTS = {"attention": 300, "next_token": 460, "softmax_heatmap": 460, "state_norms": 320, "gates": 320}
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class TranslateTab:
    """What other tabs need to show a model here."""

    show: Callable[[str], list[Any]]  # a model's name to values of the tabs and of the components below
    shown: list[Any]


def build(page: gr.Blocks) -> TranslateTab:
    """Adds the tab to the page that is being built, and opens the view a link holds."""
    default = View()
    with gr.Tab("Translate", id="translate"):
        with gr.Row(equal_height=True):
            text = gr.Textbox(
                default.text,
                label=_text_label(pretrained(default.model)),
                placeholder="Type and press Enter",
                max_length=MAX_SOURCE_TOKENS,
                max_lines=1,
                autofocus=True,
                scale=5,
                min_width=280,
                elem_id="text",
            )
            model = model_picker("Model", DEFAULT_MODEL, elem_id="model")
            button = gr.Button("Translate", variant="primary", scale=1, min_width=120, elem_id="go")
        with gr.Row(elem_classes="lab-try"):
            examples = gr.Dataset(
                components=[gr.Textbox(visible=False)],
                samples=_samples(default.model),
                label="Try",
                layout="gallery",
                elem_id="examples",
                scale=5,
                min_width=320,
            )
            live_go = gr.Button(visible="hidden", elem_id="live-go")
            live = gr.Checkbox(False, label="as you type", container=False, min_width=120, scale=1, elem_id="live")
        notice = Notice(elem_id="notice")
        stepper = Stepper(group=GROUP, elem_id="stepper")
        charts = [_chart("attention")]
        with gr.Row():
            for name, scale in (("next_token", 2), ("softmax_heatmap", 3)):
                with gr.Column(scale=scale, min_width=340):
                    charts.append(_chart(name))
        layer = gr.Radio(
            _layer_choices(pretrained(default.model)),
            value=0,
            label="Layer whose states and gates are drawn",
            visible=_has_layers(pretrained(default.model)),
            elem_id="layer",
        )
        with gr.Row():
            for name in ("state_norms", "gates"):
                with gr.Column(min_width=340):
                    charts.append(_chart(name))
        with gr.Accordion("How the output is chosen", open=False, elem_id="decoding"):
            method = gr.Radio(
                [(kind.title, name) for name, kind in DECODING_METHODS.items()],
                value=default.method,
                label="Decoding method",
                elem_id="method",
            )
            with gr.Row(visible=False) as sample_dials:
                temperature = gr.Slider(
                    0.1, 3, default.temperature, step=0.1, label="Temperature (below 1 sharper, above 1 flatter)"
                )
                top_k = gr.Slider(0, 50, default.top_k, step=1, label="Only the k likeliest (0: all)")
                seed = gr.Number(default.seed, precision=0, minimum=0, label="Seed (the same seed draws the same)")
            with gr.Row(visible=False) as beam_dials:
                beam_width = gr.Slider(
                    1, MAX_BEAM_WIDTH, default.beam_width, step=1, label="Beam width: translations kept at once"
                )
        with gr.Accordion("Hold it against a reference: exposure bias", open=False, elem_id="exposure"):
            reference = gr.Textbox(
                label="A right translation of the sentence above",
                placeholder="Type one and press Enter: how probable does the network find it?",
                max_length=MAX_SOURCE_TOKENS,
                max_lines=1,
                elem_id="reference",
            )
            reference_notice = Notice(elem_id="reference-notice")
            bias_chart = PlotlyChart(group="", height=300, elem_id="exposure-bias")
        with gr.Accordion("About this model", open=False, elem_id="card"):
            card = gr.Markdown(pretrained(default.model).card, elem_id="card-text")
        with gr.Accordion("The Keras code of this model", open=False, elem_id="code"):
            code = gr.Code(keras_script(pretrained(default.model).config), language="python", interactive=False)
        prefix = gr.State("")
        link = gr.Textbox(visible=False)  # carries the address's fragment to the server

    dials = [model, text, method, temperature, top_k, beam_width, seed, layer]  # as _view() takes them
    screen = [notice, stepper, *charts]
    about = [text, examples, layer, card, code]

    # the first paint already shows an example decoded
    for component, value in zip(screen, _screen(default), strict=True):
        component.value = component.postprocess(value)

    def translate(*values: Any) -> list[Any]:
        return ["", *_screen(_view(*values))]

    def force(event: gr.EventData, *values: Any) -> list[Any]:
        view = replace(_view(*values), prefix=str(event.prefix), step=int(event.step))
        return [view.prefix, *_screen(view)]

    def unforce(event: gr.EventData, *values: Any) -> list[Any]:
        return ["", *_screen(replace(_view(*values), step=int(event.step)))]

    def redraw(*values: Any) -> list[Any]:
        """A dial moved: the sentence and what is forced stay."""
        *dial_values, forced = values
        return _screen(replace(_view(*dial_values), prefix=forced))

    def choose_model(*values: Any) -> list[Any]:
        """Another model: a text that it was not made for gives way to one of its examples."""
        view = replace(_view(*values), layer=0)
        if not _suits(pretrained(view.model), view.text):
            view = replace(view, text=examples_of(pretrained(view.model))[0])
        return [*_about(view), "", *_screen(view)]

    def hold_against(reference_text: str, *values: Any) -> list[Any]:
        view = _view(*values)
        try:
            bias = exposure_bias(pretrained(view.model), view.text, reference_text)
        except Seq2SeqError as error:
            return [str(error), gr.skip()]
        return ["", exposure_bias_chart(bias)]

    gr.on([text.submit, button.click], translate, dials, [prefix, *screen], **QUIET)
    # whether a keystroke asks the server is decided in the browser: without “as you type”, it asks nothing
    for typed in (text.input, live.input):
        typed(None, live, js="(live) => { if (live) document.querySelector('#live-go').click(); }")
    live_go.click(translate, dials, [prefix, *screen], trigger_mode="always_last", **QUIET)
    # the example goes into the textbox first; the second event reads it there
    examples.click(lambda sample: sample[0], examples, text, **QUIET).then(translate, dials, [prefix, *screen], **QUIET)
    stepper.force(force, dials, [prefix, *screen], **QUIET)
    stepper.unforce(unforce, dials, [prefix, *screen], **QUIET)
    for dial in (method, temperature, top_k, beam_width, seed, layer):
        dial.input(redraw, [*dials, prefix], screen, trigger_mode="always_last", **QUIET)
    model.input(choose_model, dials, [*about, prefix, *screen], **QUIET)
    reference.submit(hold_against, [reference, *dials], [reference_notice, bias_chart], **QUIET)
    method.change(
        lambda name: (gr.update(visible=name == "sample"), gr.update(visible=name == "beam")),
        method,
        [sample_dials, beam_dials],
        **QUIET,
    )

    def open_link(fragment: str) -> Any:
        """Puts back the state that a link's fragment holds; without one, the first paint stays."""
        opened = [model, *about, method, temperature, top_k, beam_width, seed, prefix]
        unchanged = [gr.skip()] * len(opened)
        if not fragment or fragment.startswith("tab="):  # another tab's
            return [*unchanged, *[gr.skip()] * len(screen)]
        try:
            view = View.from_query(dict(parse_qsl(fragment, keep_blank_values=True)))
            pretrained(view.model)
            make_method(view.decoding)
        except Seq2SeqError as error:
            return [*unchanged, str(error), *[gr.skip()] * (len(screen) - 1)]
        chosen = [view.method, view.temperature, view.top_k, view.beam_width, view.seed, view.prefix]
        return [view.model, *_about(view), *chosen, *_screen(view)]

    page.load(
        open_link,
        link,
        [model, *about, method, temperature, top_k, beam_width, seed, prefix, *screen],
        js="() => location.hash.slice(1)",
        **QUIET,
    )

    def show(name: str) -> list[Any]:
        """Opens this tab with a visitor's own model."""
        view = View(model=name, text=examples_of(pretrained(name))[0])
        picked = gr.update(choices=[*model_choices(), (title_of(name), name)], value=name)
        return [gr.Tabs(selected="translate"), picked, *_about(view), "", *_screen(view)]

    return TranslateTab(show, [model, *about, prefix, *screen])


def model_picker(label: str, value: str | None, **options: Any) -> gr.Dropdown:
    """A dropdown of the pretrained models by their titles."""
    return gr.Dropdown(model_choices(), value=value, label=label, scale=4, min_width=280, **options)


def model_choices() -> list[tuple[str, str]]:
    return [(pretrained(name).config.title, name) for name in list_pretrained()]


def _about(view: View) -> list[Any]:
    """Updates of text, examples, layer, card and code for the view's model."""
    model = pretrained(view.model)
    return [
        gr.update(value=view.text, label=_text_label(model)),
        gr.Dataset(samples=_samples(view.model)),
        gr.update(choices=_layer_choices(model), value=view.layer, visible=_has_layers(model)),
        model.card,
        keras_script(model.config),
    ]


def _text_label(model: Translator) -> str:
    return f"{source_of(model)}, up to {MAX_SOURCE_TOKENS} {token_of(model)}s"


def source_of(model: Translator) -> str:
    """What a model reads, in a few words."""
    task = model.task
    return task.source if task else "An English sentence"


def _suits(model: Translator, text: str) -> bool:
    """Whether the text could be one of the model's sources: none of its tokens is unknown."""
    try:
        model.source_ids(text)
    except Seq2SeqError:
        return False
    return not model.vocabularies.source.unknown(text) and (model.task is None or text in examples_of(model))


def _samples(name: str) -> list[list[str]]:
    return [[example] for example in examples_of(pretrained(name))]


def _has_layers(model: Translator) -> bool:
    return len(model.network.decoder_layers) > 1


def _layer_choices(model: Translator) -> list[tuple[str, int]]:
    count = len(model.network.decoder_layers)
    names = [f"layer {number}" for number in range(1, count)]
    return [(f"layer {count}, the top", 0), *((name, number) for number, name in reversed(list(enumerate(names, 1))))]


def _view(
    model: str,
    text: str,
    method: str,
    temperature: float,
    top_k: int,
    beam_width: int,
    seed: int | None,
    layer: int | None,
) -> View:
    # Gradio hands over whatever the number field holds, nothing included
    dials = (method, float(temperature), int(top_k), int(beam_width), int(seed or 0))
    return View(model, text, *dials, layer=int(layer or 0))


def _chart(name: str) -> PlotlyChart:
    return PlotlyChart(group=GROUP, height=HEIGHTS[name], elem_id=name.replace("_", "-"))


def _screen(view: View) -> list[Any]:
    """Values of notice, stepper and charts. What cannot be translated leaves all but the notice as it was."""
    try:
        trace = view.translate()
    except Seq2SeqError as error:
        return [str(error)] + [gr.skip()] * (1 + len(CHARTS))
    token = token_of(pretrained(view.model))
    layer = view.layer - 1 if 0 < view.layer <= len(trace.layers) else -1
    figures = [chart.build(trace, layer, token) | {"step": view.step} for chart in CHARTS.values()]
    return [remarks(trace, token), strips(trace, view.step, replace(view, step=0).to_query(), token), *figures]


def remarks(trace: DecodeTrace, token: str) -> str:
    """What a visitor should know about this translation, or ""."""
    sentences = []
    if trace.unknown:
        unknown = ", ".join(dict.fromkeys(f"“{show_token(item.text)}”" for item in trace.unknown))
        instead = "it read the sentence without" if token == "character" else "it read “unknown word” there"
        sentences.append(f"This model has never seen {unknown}: {instead}.")
    if trace.reversed:
        sentences.append("This model reads from the end to the beginning.")
    if not trace.finished:
        sentences.append(f"It did not end the sentence within its limit of {len(trace)} {token}s.")
    return " ".join(sentences)
