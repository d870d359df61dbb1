"""The Compare tab: one sentence, several models side by side, on aligned charts and with one cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import DecodeTrace, Seq2SeqError, list_pretrained
from seq2seq_core.charts import CHARTS, Figure, TraceChart
from seq2seq_core.charts.strips import strips
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..components import Notice, PlotlyChart, Stepper, Translation
from ..components.base import show
from ..lab import QUIET, Lab, ModelTab, Updates
from ..library import examples_of, kin_of, model_choices, pretrained, token_of
from ..links import Comparison, View
from ..server.edge import told
from .translate import model_picker, remarks, translation

_COMPARE_ONCE = """() => {
  if (!document.querySelector("#compare-stepper-1 [data-loaded]")) document.querySelector("#compare-first").click();
}"""
COMPARED = [chart for chart in CHARTS.values() if chart.align]


class CompareTab(ModelTab):
    title = "Compare"
    link = Comparison

    def build(self) -> None:
        default = Comparison()
        self.models: list[gr.Dropdown] = []
        self.notices: list[Notice] = []
        self.translations: list[Translation] = []
        self.steppers: list[Stepper] = []
        self.charts: dict[str, list[PlotlyChart]] = {}
        with gr.Row(equal_height=True):
            self.text = gr.Textbox(
                default.text,
                label=f"One text for all of them, up to {MAX_SOURCE_TOKENS} characters",
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="compare-text",
            )
            self.button = gr.Button("Compare", variant="primary", scale=1, min_width=120, elem_id="compare-go")
            self.first = gr.Button(visible="hidden", elem_id="compare-first")
        gr.Markdown("One cursor moves all of them; the charts of a row have the same scale.", elem_classes="lab-help")
        with gr.Row():
            for number, name in enumerate(default.models, start=1):
                with gr.Column(min_width=320):
                    self.models.append(model_picker(f"Model {number}", _known(name), elem_id=f"compare-model-{number}"))
                    self.notices.append(Notice(elem_id=f"compare-notice-{number}"))
                    # where the columns stand below each other, the first one comes into view
                    group = self.link.tab if number == 1 else ""
                    self.translations.append(Translation(group=group, elem_id=f"compare-translation-{number}"))
                    self.steppers.append(Stepper(group=self.link.tab, elem_id=f"compare-stepper-{number}"))
        self.prefixes = gr.State([""] * len(self.models))  # what is forced in each column
        for chart in COMPARED:
            self.charts[chart.name] = []
            with gr.Row():
                for number in range(1, len(self.models) + 1):
                    with gr.Column(min_width=320):
                        elem_id = f"compare-{chart.name.replace('_', '-')}-{number}"
                        drawn = PlotlyChart(group=self.link.tab, height=chart.height, elem_id=elem_id)
                        self.charts[chart.name].append(drawn)

    def connect(self, lab: Lab) -> None:
        def comparison(values: Mapping[Any, Any]) -> Comparison:
            return Comparison(values[self.text], tuple(values[model] or "" for model in self.models))

        def compare(values: Mapping[Any, Any]) -> Updates:
            return self._screen(comparison(values)) | lab.at(comparison(values))

        def force(number: int) -> Callable[..., Updates]:
            """A column's own what-if: it is decoded again, and what is forced in the others stays."""

            def forced(values: Mapping[Any, Any], event: gr.EventData) -> Updates:
                prefixes = [*values[self.prefixes]]
                prefixes[number] = told(event, "prefix", str)
                return self._screen(comparison(values), prefixes, told(event, "step", int))

            return forced

        def unforce(number: int) -> Callable[..., Updates]:
            def unforced(values: Mapping[Any, Any], event: gr.EventData) -> Updates:
                prefixes = [*values[self.prefixes]]
                prefixes[number] = ""
                return self._screen(comparison(values), prefixes, told(event, "step", int))

            return unforced

        def arrive(values: Mapping[Any, Any]) -> Updates:
            return lab.at(comparison(values))

        asked: set[Block] = {self.text, *self.models}
        decoded = {"fn": compare, "inputs": asked, "outputs": [lab.address, *self._shown]} | QUIET
        compared = gr.on([self.text.submit, self.button.click], **decoded)
        lab.follow(compared)
        compared.then(None, js=show(self.link.tab))
        lab.follow(gr.on([self.first.click, *(model.input for model in self.models)], **decoded))
        for number, stepper in enumerate(self.steppers):
            stepper.force(force(number), asked | {self.prefixes}, self._shown, **QUIET)
            stepper.unforce(unforce(number), asked | {self.prefixes}, self._shown, **QUIET)
        lab.follow(self.item.select(arrive, asked, [lab.address], **QUIET))
        # on the first arrival, not while the page is built: that would load the weights of three models
        self.item.select(None, js=_COMPARE_ONCE)

    @property
    def opened(self) -> list[Block]:
        return [self.text, *self.models, *self._shown]

    def open(self, query: Mapping[str, str]) -> Updates:
        given = Comparison.from_query(query)
        columns = range(len(self.models))
        names = [_known(given.models[column]) if column < len(given.models) else None for column in columns]
        chosen: Updates = dict(zip(self.models, names, strict=True))
        comparison = Comparison(given.text, tuple(name or "" for name in names))
        return {self.text: given.text} | chosen | self._screen(comparison)

    def show(self, name: str) -> Updates:
        """Of its `opened`, for a visitor's own model beside a pretrained one that can be given the same text."""
        text = examples_of(pretrained(name))[0]
        comparison = Comparison(text, (name, kin_of(pretrained(name), text), ""))
        choices = model_choices(name)
        picked: Updates = {
            model: gr.update(choices=choices, value=chosen or None)
            for model, chosen in zip(self.models, comparison.models, strict=True)
        }
        return {self.text: comparison.text} | picked | self._screen(comparison)

    @property
    def _shown(self) -> list[Block]:
        return [
            self.prefixes,
            *self.notices,
            *self.translations,
            *self.steppers,
            *(chart for row in self.charts.values() for chart in row),
        ]

    def _screen(self, comparison: Comparison, prefixes: Sequence[str] = (), step: int = 0) -> Updates:
        """Notices, steppers and charts, a column a model. An empty column stays empty.

        Args:
            prefixes: what each column's translation has to begin with; none: each is free.
            step: of the cursor.
        """
        prefixes = [*prefixes] or [""] * len(self.models)
        updates: Updates = {self.prefixes: prefixes}
        traces: list[DecodeTrace | None] = []
        columns = zip(comparison.models, prefixes, self.notices, self.translations, self.steppers, strict=True)
        for name, prefix, notice, text, stepper in columns:
            trace = None
            updates[notice] = ""
            try:
                trace = View(name, comparison.text, prefix=prefix).translate() if name else None
            except Seq2SeqError as error:
                updates[notice] = str(error)
            updates[text] = updates[stepper] = None
            if trace is not None:
                updates[notice] = remarks(trace, _token(trace))
                updates[text] = translation(trace)
                updates[stepper] = strips(trace, step, token=_token(trace))
            traces.append(trace)
        for chart in COMPARED:
            updates |= dict(zip(self.charts[chart.name], _aligned(chart, traces, step), strict=True))
        return updates


def _known(name: str) -> str | None:
    return name if name in list_pretrained() else None


def _token(trace: DecodeTrace) -> str:
    return token_of(pretrained(trace.model))


def _aligned(chart: TraceChart, traces: Sequence[DecodeTrace | None], step: int) -> list[Figure | None]:
    """The same chart of every trace, with one scale for all."""
    figures = [None if trace is None else chart.build(trace, token=_token(trace), step=step) for trace in traces]
    both = [(figure, trace) for figure, trace in zip(figures, traces, strict=True) if figure and trace]
    if both and chart.align:
        chart.align(both)
    return figures
