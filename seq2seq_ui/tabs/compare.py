"""The Compare tab: one sentence, several models side by side, on aligned charts and with one cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import gradio as gr

from seq2seq_core import DecodeTrace, Seq2SeqError, list_pretrained
from seq2seq_core.charts import CHARTS
from seq2seq_core.charts.strips import strips
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..components import Notice, PlotlyChart, Stepper
from ..links import View, examples_of, pretrained, title_of, token_of
from .translate import QUIET, model_choices, model_picker, remarks

TAB = "compare"
FIRST = ("en-fr-char-lstm", "en-fr-char-attention", "en-fr-char-gru")  # a column each; None: empty
HEIGHTS = {"softmax_heatmap": 420, "state_norms": 300}
# the view in the address, as the Translate tab's stepper does for its own
_WRITE_LINK = """(text, ...models) => history.replaceState(null, "", "#" + new URLSearchParams(
  {tab: "compare", text, models: models.filter(Boolean).join()}))"""


@dataclass(frozen=True)
class CompareTab:
    """What other tabs need to show a model here."""

    show: Callable[[str], list[Any]]  # a model's name to values of the tabs and of the components below
    shown: list[Any]


def build(page: gr.Blocks, tabs: gr.Tabs) -> CompareTab:
    """Adds the tab to the page that is being built, and opens the comparison a link holds."""
    models, notices, steppers, charts = [], [], [], []
    with gr.Tab("Compare", id=TAB):
        with gr.Row(equal_height=True):
            text = gr.Textbox(
                View().text,
                label=f"One text for all of them, up to {MAX_SOURCE_TOKENS} characters",
                max_length=MAX_SOURCE_TOKENS,
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="compare-text",
            )
            button = gr.Button("Compare", variant="primary", scale=1, min_width=120, elem_id="compare-go")
        gr.Markdown("One cursor moves all of them; the charts of a row have the same scale.", elem_classes="lab-help")
        with gr.Row():
            for number, name in enumerate(FIRST, start=1):
                with gr.Column(min_width=320):
                    value = name if name in list_pretrained() else None
                    models.append(model_picker(f"Model {number}", value, elem_id=f"compare-model-{number}"))
                    notices.append(Notice(elem_id=f"compare-notice-{number}"))
                    steppers.append(Stepper(group=TAB, elem_id=f"compare-stepper-{number}"))
        for chart, height in HEIGHTS.items():
            with gr.Row():
                for number in range(1, len(FIRST) + 1):
                    with gr.Column(min_width=320):
                        elem_id = f"compare-{chart.replace('_', '-')}-{number}"
                        charts.append(PlotlyChart(group=TAB, height=height, elem_id=elem_id))
        link = gr.Textbox(visible=False)

    screen = [*notices, *steppers, *charts]
    gr.on([text.submit, button.click], _screen, [text, *models], screen, **QUIET).then(
        None, [text, *models], js=_WRITE_LINK
    )
    for model in models:
        model.input(_screen, [text, *models], screen, **QUIET).then(None, [text, *models], js=_WRITE_LINK)
    for component, drawn in zip(screen, _screen(View().text, *(model.value for model in models)), strict=True):
        if not isinstance(drawn, dict) or drawn.get("__type__") != "update":
            component.value = component.postprocess(drawn)

    def open_link(fragment: str) -> list[Any]:
        query = parse_qs(fragment)
        if query.get("tab") != [TAB]:
            return [gr.skip()] * (2 + len(models) + len(screen))
        names: list[str | None] = [*query.get("models", [""])[0].split(","), *[None] * len(FIRST)]
        chosen = [name if name in list_pretrained() else None for name in names[: len(FIRST)]]
        given = query.get("text", [View().text])[0]
        return [gr.Tabs(selected=TAB), given, *chosen, *_screen(given, *chosen)]

    page.load(open_link, link, [tabs, text, *models, *screen], js="() => location.hash.slice(1)", **QUIET)

    def show(name: str) -> list[Any]:
        """Opens this tab with a visitor's own model beside a pretrained one of the same task."""
        own = pretrained(name)
        rivals = [other for other in list_pretrained() if pretrained(other).config.task == own.config.task]
        rival = rivals[0] if rivals else list_pretrained()[0]
        given = examples_of(own)[0]
        choices = [*model_choices(), (title_of(name), name)]
        picked = [gr.update(choices=choices, value=value) for value in (name, rival, None)]
        return [gr.Tabs(selected=TAB), given, *picked, *_screen(given, name, rival, None)]

    return CompareTab(show, [text, *models, *screen])


def _screen(text: str, *names: str | None) -> list[Any]:
    """Values of all notices, then all steppers, then all charts. An empty column stays as it is."""
    traces: list[DecodeTrace | None] = []
    notices: list[Any] = []
    for name in names:
        try:
            trace = View(model=name, text=text).translate() if name else None
            notices.append(remarks(trace, token_of(pretrained(trace.model))) if trace else "")
        except Seq2SeqError as error:
            trace = None
            notices.append(str(error))
        traces.append(trace)
    strips_of_all = [
        None if trace is None else strips(trace, 0, "", token_of(pretrained(trace.model))) for trace in traces
    ]
    figures = [figure for kind in HEIGHTS for figure in _aligned(kind, traces)]
    return [*notices, *strips_of_all, *figures]


def _aligned(kind: str, traces: list[DecodeTrace | None]) -> list[dict[str, Any] | None]:
    """The same chart of every trace, with one scale for all."""
    figures = [
        None if trace is None else CHARTS[kind].build(trace, token=token_of(pretrained(trace.model))) | {"step": 0}
        for trace in traces
    ]
    shown = [(figure, trace) for figure, trace in zip(figures, traces, strict=True) if figure and trace]
    if not shown:
        return figures
    read = max(len(trace.encoder.tokens) for _, trace in shown)
    written = max(len(trace) for _, trace in shown)
    for figure, trace in shown:
        axis = figure["layout"]["xaxis"]
        if kind == "softmax_heatmap":
            axis["range"] = [-0.5, written - 0.5]
        else:
            hand_off = len(trace.encoder.tokens)
            axis["range"] = [hand_off - read - 0.6, hand_off + written - 0.4]
            largest = max(max(line["y"]) for other, _ in shown for line in other["data"])
            figure["layout"]["yaxis"]["range"] = [0, largest * 1.05]
    return figures
