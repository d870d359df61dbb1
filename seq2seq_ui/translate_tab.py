"""The Translate tab: type a sentence, watch the network read and write it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, Seq2SeqError, list_pretrained
from seq2seq_core.charts import CHARTS
from seq2seq_core.decoding import DECODING_METHODS, make_method
from seq2seq_core.decoding.beam_search import MAX_BEAM_WIDTH
from seq2seq_core.translator import MAX_SOURCE_TOKENS
from seq2seq_core.vocabulary import show_token

from .components import Notice, PlotlyChart, Stepper
from .components.stepper import strips
from .view import View, pretrained

EXAMPLES = ["Be nice.", "Drop it!", "Get out!", "I love you.", "Where is the station?", "Tom went home."]
GROUP = "translate"  # whose cursor the charts follow
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(page: gr.Blocks) -> None:
    """Adds the tab to the page that is being built, and opens the view a link holds."""
    default = View()
    with gr.Tab("Translate", id="translate"):
        with gr.Row(equal_height=True):
            text = gr.Textbox(
                default.text,
                label=f"An English sentence, up to {MAX_SOURCE_TOKENS} characters",
                placeholder="Type a sentence and press Enter",
                max_length=MAX_SOURCE_TOKENS,
                max_lines=1,
                autofocus=True,
                scale=5,
                min_width=280,
                elem_id="text",
            )
            model = gr.Dropdown(
                [(pretrained(name).config.title, name) for name in list_pretrained()],
                value=DEFAULT_MODEL,
                label="Model",
                scale=3,
                min_width=280,
                elem_id="model",
            )
            button = gr.Button("Translate", variant="primary", scale=1, min_width=120, elem_id="go")
        with gr.Row(elem_classes="lab-try"):
            examples = gr.Dataset(
                components=[gr.Textbox(visible=False)],
                samples=[[example] for example in EXAMPLES],
                label="Try",
                layout="gallery",
                elem_id="examples",
                scale=5,
                min_width=320,
            )
            live = gr.Checkbox(False, label="as you type", container=False, min_width=120, scale=1, elem_id="live")
        notice = Notice(elem_id="notice")
        stepper = Stepper(group=GROUP, elem_id="stepper")
        with gr.Row():
            charts = []
            for name, scale in (("next_token", 2), ("softmax_heatmap", 3)):
                with gr.Column(scale=scale, min_width=340):
                    charts.append(_chart(name, height=460))
        charts.append(_chart("state_norms", height=320))
        with gr.Accordion("How the characters are chosen", open=False, elem_id="decoding"):
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
        with gr.Accordion("About this model", open=False, elem_id="card"):
            card = gr.Markdown(pretrained(DEFAULT_MODEL).card, elem_id="card-text")
        prefix = gr.State("")
        link = gr.Textbox(visible=False)  # carries the address's fragment to the server

    dials = [model, text, method, temperature, top_k, beam_width, seed]  # as _view() takes them
    screen = [notice, stepper, *charts]

    # the first paint already shows an example decoded
    for component, value in zip(screen, _screen(default), strict=True):
        component.value = component.postprocess(value)

    def translate(*values: Any) -> list[Any]:
        return ["", *_screen(_view(*values))]

    def translate_live(is_live: bool, *values: Any) -> Any:
        return translate(*values) if is_live else gr.skip()

    def force(event: gr.EventData, *values: Any) -> list[Any]:
        view = replace(_view(*values), prefix=str(event.prefix), step=int(event.step))
        return [view.prefix, *_screen(view)]

    def unforce(event: gr.EventData, *values: Any) -> list[Any]:
        return ["", *_screen(replace(_view(*values), step=int(event.step)))]

    def redraw(*values: Any) -> list[Any]:
        """A dial moved: the sentence and what is forced stay."""
        *dial_values, forced = values
        return _screen(replace(_view(*dial_values), prefix=forced))

    gr.on([text.submit, button.click], translate, dials, [prefix, *screen], **_QUIET)
    text.input(translate_live, [live, *dials], [prefix, *screen], trigger_mode="always_last", **_QUIET)
    live.input(translate_live, [live, *dials], [prefix, *screen], **_QUIET)
    # the example goes into the textbox in the browser; its own event then reads it there
    examples.click(lambda sample: sample[0], examples, text, **_QUIET).then(
        translate, dials, [prefix, *screen], **_QUIET
    )
    stepper.force(force, dials, [prefix, *screen], **_QUIET)
    stepper.unforce(unforce, dials, [prefix, *screen], **_QUIET)
    for dial in (method, temperature, top_k, beam_width, seed):
        dial.input(redraw, [*dials, prefix], screen, trigger_mode="always_last", **_QUIET)
    model.input(translate, dials, [prefix, *screen], **_QUIET)
    model.change(lambda name: pretrained(name).card, model, card, **_QUIET)
    method.change(
        lambda name: (gr.update(visible=name == "sample"), gr.update(visible=name == "beam")),
        method,
        [sample_dials, beam_dials],
        **_QUIET,
    )

    def open_link(fragment: str) -> Any:
        """Puts back the state that a link's fragment holds; without one, the first paint stays."""
        unchanged = [gr.skip()] * (len(dials) + 1 + len(screen))
        if not fragment:
            return unchanged
        try:
            view = View.from_query(dict(parse_qsl(fragment, keep_blank_values=True)))
            pretrained(view.model)
            make_method(view.decoding)
        except Seq2SeqError as error:
            return [*unchanged[: len(dials) + 1], str(error), *unchanged[len(dials) + 2 :]]
        values = [view.model, view.text, view.method, view.temperature, view.top_k, view.beam_width, view.seed]
        return [*values, view.prefix, *_screen(view)]

    page.load(open_link, link, [*dials, prefix, *screen], js="() => location.hash.slice(1)", **_QUIET)


def _view(
    model: str, text: str, method: str, temperature: float, top_k: int, beam_width: int, seed: int | None
) -> View:
    # Gradio hands over whatever the number field holds, nothing included
    return View(model, text, method, float(temperature), int(top_k), int(beam_width), int(seed or 0))


def _chart(name: str, height: int) -> PlotlyChart:
    chart = CHARTS[name]
    return PlotlyChart(chart.title, chart.help, group=GROUP, height=height, elem_id=name.replace("_", "-"))


def _screen(view: View) -> list[Any]:
    """Values of notice, stepper and charts. What cannot be translated leaves all but the notice as it was."""
    try:
        trace = view.translate()
    except Seq2SeqError as error:
        return [str(error)] + [gr.skip()] * (1 + len(CHARTS))
    first = len(trace.encoder.tokens)
    cursor = view.step or first
    cursor = min(max(cursor, 0), first + len(trace) - 1)
    query = replace(view, step=0).to_query()
    figures = [chart.build(trace) | {"cursor": cursor} for chart in CHARTS.values()]
    return [remarks(trace), strips(trace, cursor, query), *figures]


def remarks(trace: DecodeTrace) -> str:
    """What a visitor should know about this translation, or ""."""
    sentences = []
    if trace.unknown:
        unknown = ", ".join(dict.fromkeys(f"“{show_token(item.text)}”" for item in trace.unknown))
        sentences.append(f"This model has never seen {unknown}: it read the sentence without.")
    if not trace.finished:
        sentences.append(f"It did not end the sentence within its limit of {len(trace)} characters.")
    return " ".join(sentences)
