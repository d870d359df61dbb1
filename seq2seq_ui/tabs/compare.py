"""The Compare tab: one sentence, several models side by side, on aligned charts and with one cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.language import tr

from ..answers import Screen
from ..answers.compare import COMPARED
from ..components import ModelPicker, Notice, PlotlyChart, Stepper, Translation
from ..components.base import show
from ..lab import ASKS, Lab, ModelTab, Updates
from ..library import examples_of, exists, kin_of, pretrained
from ..links import Comparison
from ..server.decoders import DECODERS
from ..server.edge import told
from .translate import model_picker


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
                label=tr("One text for all of them, up to {most} characters", most=MAX_SOURCE_TOKENS),
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="compare-text",
            )
            self.button = gr.Button(tr("Compare"), variant="primary", scale=1, min_width=120, elem_id="compare-go")
        said = tr("One cursor moves all of them; the charts of a row have the same scale.")
        gr.Markdown(said, elem_classes="lab-help")
        with gr.Row():
            for number, name in enumerate(default.models, start=1):
                with gr.Column(min_width=320):
                    label = tr("Model {number}", number=number)
                    self.models.append(model_picker(label, name, elem_id=f"compare-model-{number}"))
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
        @self.asked_in_words
        async def compare(values: Mapping[Any, Any], request: gr.Request) -> Updates:
            """Another text or model: nothing is forced."""
            return await shown(request, Comparison(values[self.text], chosen(values)))

        def chosen(values: Mapping[Any, Any]) -> tuple[str, ...]:
            return tuple(values[model] or "" for model in self.models)

        async def shown(request: gr.Request, comparison: Comparison) -> Updates:
            return self._put(comparison, await DECODERS.screen(comparison, request.session_hash or ""))

        def force(number: int, forces: bool) -> Callable[..., Awaitable[Updates]]:
            """A column's own what-if, or its end: it is decoded again, and what is forced in the others stays."""

            @self.asked_in_words
            async def forced(values: Mapping[Any, Any], request: gr.Request, event: gr.EventData) -> Updates:
                prefixes = [*values[self.prefixes]]
                prefixes[number] = told(event, "prefix", str) if forces else ""
                step = told(event, "step", int)
                return await shown(request, Comparison(values[self.text], chosen(values), tuple(prefixes), step))

            return forced

        asked: set[Block] = {self.text, *self.models}
        decoded = {"fn": compare, "inputs": asked, "outputs": self._shown} | ASKS
        gr.on([self.text.submit, self.button.click], **decoded).then(None, js=show(self.link.tab))
        gr.on([model.input for model in self.models], **decoded)
        for number, stepper in enumerate(self.steppers):
            stepper.force(force(number, True), asked | {self.prefixes}, self._shown, **ASKS)
            stepper.unforce(force(number, False), asked | {self.prefixes}, self._shown, **ASKS)

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
        """Where a thread may wait for it."""
        return self._put(comparison, DECODERS.screen_now(comparison))

    def _put(self, comparison: Comparison, screen: Screen) -> Updates:
        """Notices, steppers and charts, a column a model. An empty column stays empty."""
        parts: dict[str, Sequence[Block]] = {
            "notice": self.notices,
            "translation": self.translations,
            "stepper": self.steppers,
            **self.charts,
        }
        blocks = {f"{name}{number}": block for name, row in parts.items() for number, block in enumerate(row)}
        blocks["notice"] = self.notice  # of what could not be asked at all
        updates: Updates = {blocks[name]: part for name, part in screen.parts.items()}
        return {self.prefixes: comparison.prefixes} | updates | self.at_query(screen.query)
