"""The Compare tab: one sentence, several models side by side, on aligned charts and with one cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import DecodeTrace, Seq2SeqError
from seq2seq_core.charts import CHARTS, Figure, TraceChart
from seq2seq_core.charts.strips import strips
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..components import ModelPicker, Notice, PlotlyChart, Stepper, Translation
from ..components.base import show
from ..lab import QUIET, Lab, ModelTab, Updates
from ..library import examples_of, exists, kin_of, pretrained, token_of
from ..links import Comparison, View, within
from ..server.edge import told
from .translate import model_picker, remarks, translation

COMPARED = [chart for chart in CHARTS.values() if chart.align]


class CompareTab(ModelTab):
    title = "Compare"
    link = Comparison

    def build(self) -> None:
        default = Comparison()
        self.models: list[ModelPicker] = []
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
        gr.Markdown("One cursor moves all of them; the charts of a row have the same scale.", elem_classes="lab-help")
        with gr.Row():
            for number, name in enumerate(default.models, start=1):
                with gr.Column(min_width=320):
                    self.models.append(model_picker(f"Model {number}", name, elem_id=f"compare-model-{number}"))
                    self.notices.append(Notice(elem_id=f"compare-notice-{number}"))
                    # where the columns stand below each other, the first one comes into view
                    group = self.link.tab if number == 1 else ""
                    self.translations.append(Translation(group=group, elem_id=f"compare-translation-{number}"))
                    self.steppers.append(Stepper(group=self.link.tab, elem_id=f"compare-stepper-{number}"))
        self.prefixes = gr.State(default.prefixes)
        self.notice, self.pickers = self.notices[0], self.models
        for chart in COMPARED:
            self.charts[chart.name] = []
            with gr.Row():
                for number in range(1, len(self.models) + 1):
                    with gr.Column(min_width=320):
                        elem_id = f"compare-{chart.name.replace('_', '-')}-{number}"
                        drawn = PlotlyChart(group=self.link.tab, height=chart.height, elem_id=elem_id)
                        self.charts[chart.name].append(drawn)

    def connect(self, lab: Lab) -> None:
        def compare(values: Mapping[Any, Any]) -> Updates:
            """Another text or model: nothing is forced."""
            return self._screen(Comparison(values[self.text], tuple(values[model] or "" for model in self.models)))

        def force(number: int, forces: bool) -> Callable[..., Updates]:
            """A column's own what-if, or its end: it is decoded again, and what is forced in the others stays."""

            def forced(values: Mapping[Any, Any], event: gr.EventData) -> Updates:
                prefixes = [*values[self.prefixes]]
                prefixes[number] = told(event, "prefix", str) if forces else ""
                models = tuple(values[model] or "" for model in self.models)
                return self._screen(Comparison(values[self.text], models, tuple(prefixes), told(event, "step", int)))

            return forced

        asked: set[Block] = {self.text, *self.models}
        decoded = {"fn": compare, "inputs": asked, "outputs": self._shown} | QUIET
        gr.on([self.text.submit, self.button.click], **decoded).then(None, js=show(self.link.tab))
        gr.on([model.input for model in self.models], **decoded)
        for number, stepper in enumerate(self.steppers):
            stepper.force(force(number, True), asked | {self.prefixes}, self._shown, **QUIET)
            stepper.unforce(force(number, False), asked | {self.prefixes}, self._shown, **QUIET)

    @property
    def opened(self) -> list[Block]:
        return [self.text, *self.models, *self._shown]

    def open(self, link: Comparison) -> Updates:
        models, prefixes = self._a_column_each(link.models), self._a_column_each(link.prefixes)
        return self._set(replace(link, models=models, prefixes=prefixes))

    def _a_column_each(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Of a link, which may have fewer than there are columns, as an old one does, or more."""
        return tuple([*texts, *[""] * len(self.models)][: len(self.models)])

    def show(self, name: str, *others: str) -> Updates:
        """Of its `opened`, for models of a visitor's; for one alone, beside a pretrained one that can be given the same
        text."""
        text = examples_of(pretrained(name))[0]
        models = [name, *(others or [kin_of(pretrained(name), text)])]
        return self._set(Comparison(text, self._a_column_each(models)))

    def _set(self, comparison: Comparison) -> Updates:
        """Text, models and all that they make."""
        named = zip(self.models, comparison.models, strict=True)
        picked: Updates = {model: name if exists(name) else None for model, name in named}
        return {self.text: comparison.text} | picked | self._screen(comparison)

    @property
    def _shown(self) -> list[Block]:
        return [
            self.address,
            self.prefixes,
            *self.notices,
            *self.translations,
            *self.steppers,
            *(chart for row in self.charts.values() for chart in row),
        ]

    def _screen(self, comparison: Comparison) -> Updates:
        """Notices, steppers and charts, a column a model. An empty column stays empty."""
        updates: Updates = {self.prefixes: comparison.prefixes}
        traces: list[DecodeTrace | None] = []
        for name, prefix, notice in zip(comparison.models, comparison.prefixes, self.notices, strict=True):
            trace = None
            try:
                trace = View(name, comparison.text, prefix=prefix).translate() if name else None
                updates[notice] = remarks(trace, _token(trace), comparison.text) if trace is not None else ""
            except Seq2SeqError as error:
                updates[notice] = str(error)
            traces.append(trace)
        steps = [within(comparison.step, trace) for trace in traces if trace is not None]
        step = max(steps, key=abs, default=0)
        for trace, text, stepper in zip(traces, self.translations, self.steppers, strict=True):
            updates[text] = updates[stepper] = None
            if trace is not None:
                updates[text] = translation(trace)
                updates[stepper] = strips(trace, within(step, trace), token=_token(trace))
        for chart in COMPARED:
            updates |= dict(zip(self.charts[chart.name], _aligned(chart, traces, step), strict=True))
        return updates | self.at(replace(comparison, step=step))


def _token(trace: DecodeTrace) -> str:
    return token_of(pretrained(trace.model))


def _aligned(chart: TraceChart, traces: Sequence[DecodeTrace | None], step: int) -> list[Figure | None]:
    """The same chart of every trace, with one scale for all."""
    figures = [None if trace is None else chart.build(trace, token=_token(trace), step=step) for trace in traces]
    both = [(figure, trace) for figure, trace in zip(figures, traces, strict=True) if figure and trace]
    if both and chart.align:
        chart.align(both)
    return figures
