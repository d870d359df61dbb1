"""The Inside tab: instruments, each a question asked of the network about the visitor's own sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts.strips import strips
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights import INSTRUMENTS

from ..components import Notice, PlotlyChart, Stepper, Translation
from ..components.base import show
from ..components.notice.notice import stale
from ..lab import QUIET, Lab, ModelTab, Updates
from ..library import examples_of, model_choices, pretrained, suits, token_of
from ..links import Looking, View, within
from .translate import model_picker, remarks, translation


class InsideTab(ModelTab):
    title = "Inside"
    link = Looking

    def build(self) -> None:
        default = Looking()
        with gr.Row(equal_height=True):
            text = gr.Textbox(
                default.text,
                label=f"A text, up to {MAX_SOURCE_TOKENS} characters",
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="inside-text",
            )
            name = model_picker("Model", default.model, elem_id="inside-model")
            self.button = gr.Button("Look", variant="primary", scale=1, min_width=120, elem_id="inside-go")
        instrument = gr.Radio(
            [(instrument.question, name) for name, instrument in INSTRUMENTS.items()],
            value=default.instrument,
            label="The question",
            elem_id="instrument",
        )
        self.about = gr.State(default.model)  # the model before, when another one is chosen
        self.notice = Notice(elem_id="inside-notice")
        self.translation = Translation(group=self.link.tab, elem_id="inside-translation")
        self.stepper = Stepper(group=self.link.tab, elem_id="inside-stepper")
        with gr.Row():
            layer = gr.Number(0, label="Layer, from the bottom (0: the top one)", precision=0, elem_id="inside-layer")
            unit = gr.Number(0, label="Unit", precision=0, elem_id="inside-unit")
            span = gr.Textbox("", label="Characters that are asked about", max_lines=1, elem_id="inside-span")
        self.chart = PlotlyChart(group=self.link.tab, height=INSTRUMENTS[default.instrument].height, elem_id="inside")
        # by the names of Looking's fields
        self.dials: dict[str, Any] = {
            "model": name,
            "text": text,
            "instrument": instrument,
            "layer": layer,
            "unit": unit,
            "span": span,
        }
        for component, update in self._dials_of(default.instrument).items():
            component.visible = update["visible"]

    def connect(self, lab: Lab) -> None:
        def look(**values: Any) -> Updates:
            looking = _looking(values)
            return self._screen(looking) | self._dials_of(looking.instrument)

        def choose_model(before: str, **values: Any) -> Updates:
            looking = replace(_looking(values), layer=0, unit=0)
            model = pretrained(looking.model)
            if not suits(model, looking.text, before):
                looking = replace(looking, text=examples_of(model)[0])
            return {self.dials["text"]: looking.text} | look(**asdict(looking))

        dials = [self.dials[name] for name in ("layer", "unit", "span")]
        shown = {"inputs_kwargs": self.dials, "outputs": [*dials, *self._shown]} | QUIET
        gr.on([self.dials["text"].submit, self.button.click], look, **shown).then(None, js=show(self.link.tab))
        gr.on([*(dial.submit for dial in dials), self.dials["instrument"].input], look, **shown)
        chosen = [self.dials["text"], *dials, *self._shown]
        given = self.dials | {"before": self.about}
        self.dials["model"].input(choose_model, inputs_kwargs=given, outputs=chosen, **QUIET)

    @property
    def opened(self) -> list[Block]:
        return [*self.dials.values(), *self._shown]

    def open(self, link: Looking) -> Updates:
        chosen = {self.dials[name]: gr.update(value=value) for name, value in asdict(link).items() if name != "step"}
        chosen |= self._picked(link.model)
        for component, update in self._dials_of(link.instrument).items():
            chosen[component] |= update
        return chosen | self.at(link) | self._screen(link)

    def show(self, name: str) -> Updates:
        """Of its `opened`, for a visitor's own model."""
        looking = Looking(name, examples_of(pretrained(name))[0])
        return self._picked(name) | {self.dials["text"]: looking.text} | self._screen(looking)

    def _picked(self, name: str) -> Updates:
        """In the picker, which may not have offered it so far."""
        return {self.dials["model"]: gr.update(choices=model_choices(name), value=name)}

    @property
    def _shown(self) -> list[Block]:
        return [self.address, self.about, self.notice, self.translation, self.stepper, self.chart]

    def _dials_of(self, instrument: str) -> Updates:
        """Only the dials that the instrument looks at."""
        used = INSTRUMENTS[instrument].dials
        return {self.dials[name]: gr.update(visible=name in used) for name in ("layer", "unit", "span")}

    def _screen(self, looking: Looking) -> Updates:
        """What cannot be read leaves all but the notice as it was."""
        try:
            model = pretrained(looking.model)
            trace = View(looking.model, looking.text).translate()
            figure = INSTRUMENTS[looking.instrument].build(model, trace, looking.focus)
        except Seq2SeqError as error:
            return {self.notice: stale(error)}
        looking = replace(looking, step=within(looking.step, trace))
        token = token_of(model)
        return self.at(looking) | {
            self.about: looking.model,
            self.notice: remarks(trace, token),
            self.translation: translation(trace),
            self.stepper: strips(trace, looking.step, token=token, what_if=False),
            self.chart: figure,
        }


def _looking(values: Mapping[str, Any]) -> Looking:
    return Looking.from_query({name: value for name, value in values.items() if value is not None})
