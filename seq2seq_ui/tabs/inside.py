"""The Inside tab: instruments, each a question asked of the network about the visitor's own sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError, Translator
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights import INSTRUMENTS
from seq2seq_core.language import later, tr

from ..answers import Screen
from ..answers.base import stale
from ..components import Notice, PlotlyChart, Stepper, Translation
from ..components.base import show
from ..lab import ASKS, QUIET, Lab, ModelTab, Updates
from ..library import examples_of, pretrained, suits, token_of
from ..links import Looking
from ..server.decoders import DECODERS
from ..server.edge import told
from .translate import model_picker

NUMBERS = {
    "layer": later("Layer, from the bottom (0: the top one)"),
    "unit": later("Unit"),
    "seed": later("Seed"),
}
TEXTS = {
    "span": "",  # as the network's tokens are called
    "other": later("Another text, whose thought is given (empty: a shipped one)"),
    "reference": later("A right translation to be held against (empty: its own)"),
}
SLIDERS = {
    "factor": (later("Times what is handed over"), 0.1),
    "temperature": (later("Temperature (below 1 sharper, above 1 flatter)"), 0.1),
    "top_k": (later("Only the k likeliest (0: all)"), 1),
    "top_p": (later("Only the likeliest that make up p (1: all)"), 0.05),
}
CHOICES = {
    "view": later("Units"),
    "part": later("What of them"),
    "sentences": later("Sentences"),
    "color": later("Coloured by"),
    "handed": later("What of the thought"),
}


class InsideTab(ModelTab):
    title = later("Inside")
    link = Looking

    def build(self) -> None:
        default = Looking()
        # what a component is made with is what Gradio makes it of again, in a session in which nothing has changed it
        settings = _settings(default, pretrained(default.model))
        with gr.Row(equal_height=True, elem_classes="lab-ask"):
            text = gr.Textbox(
                default.text,
                label=tr("A text, up to {count} characters", count=MAX_SOURCE_TOKENS),
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="inside-text",
            )
            name = model_picker(tr("Model"), default.model, elem_id="inside-model")
            self.button = gr.Button(tr("Look"), variant="primary", scale=1, min_width=120, elem_id="inside-go")
        self.about = gr.State((default.model, default.text))  # those before, when another one is asked about
        # beside the questions, so that a picture is in sight on a small screen; below them on a phone
        with gr.Row(elem_id="looked"):
            with gr.Column(scale=2, min_width=240):
                instrument = gr.Radio(
                    [(tr(instrument.question), name) for name, instrument in INSTRUMENTS.items()],
                    value=default.instrument,
                    label=tr("The question"),
                    elem_id="instrument",
                )
            with gr.Column(scale=8, min_width=560):
                self.notice = Notice(elem_id="inside-notice")
                self.translation = Translation(group=self.link.tab, elem_id="inside-translation")
                self.stepper = Stepper(group=self.link.tab, elem_id="inside-stepper")
                # by the names of Looking's fields; the choices are the instrument's and the network's
                with gr.Row():
                    numbers = {
                        dial: gr.Number(label=tr(says), precision=0, elem_id=f"inside-{dial}", **settings[dial])
                        for dial, says in NUMBERS.items()
                    }
                    texts = {
                        dial: gr.Textbox(max_lines=1, elem_id=f"inside-{dial}", **{"label": tr(says)} | settings[dial])
                        for dial, says in TEXTS.items()
                    }
                    choices = {
                        dial: gr.Radio(label=tr(says), elem_id=f"inside-{dial}", **settings[dial])
                        for dial, says in CHOICES.items()
                    }
                    sliders = {
                        dial: gr.Slider(
                            *Looking.limits(dial), label=tr(says), step=step, elem_id=f"inside-{dial}", **settings[dial]
                        )
                        for dial, (says, step) in SLIDERS.items()
                    }
                    self.again = gr.Button(
                        tr("Draw again"), min_width=120, scale=1, elem_id="inside-again", visible=_draws(default)
                    )
                self.focus: dict[str, Any] = {**numbers, **texts, **choices, **sliders}
                self.chart = PlotlyChart(
                    group=self.link.tab, height=INSTRUMENTS[default.instrument].height, elem_id="inside"
                )
        self.pickers = [name]
        self.dials: dict[str, Any] = {"model": name, "text": text, "instrument": instrument, **self.focus}
        self.dials["prefix"] = gr.State("")  # what the translation must begin with

    def connect(self, lab: Lab) -> None:
        @self.asked_in_words
        async def look(request: gr.Request, **values: Any) -> Updates:
            return await answered(request, _looking(values))

        @self.asked_in_words
        async def ask(request: gr.Request, before: tuple[str, str], **values: Any) -> Updates:
            """About a text; what was forced, and the reference, belong to the one before."""
            looking = replace(_looking(values), prefix="")
            return await answered(request, looking if before[1] == looking.text else replace(looking, reference=""))

        @self.asked_in_words
        async def force(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            prefix, step = told(event, "prefix", str), told(event, "step", int)
            return await answered(request, replace(_looking(values), prefix=prefix, step=step))

        @self.asked_in_words
        async def unforce(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            return await answered(request, replace(_looking(values), prefix="", step=told(event, "step", int)))

        @self.asked_in_words
        async def mark(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            """Some cells of what was read are asked about."""
            span, step = told(event, "text", str), told(event, "step", int)
            return await answered(request, replace(_looking(values), span=span, step=step))

        @self.asked_in_words
        async def draw_again(request: gr.Request, **values: Any) -> Updates:
            looking = _looking(values)
            return await answered(request, replace(looking, seed=looking.seed + 1))

        async def answered(request: gr.Request, looking: Looking) -> Updates:
            looking = looking.fitting(pretrained(looking.model))
            return self._put(looking, await DECODERS.screen(looking, request.session_hash or ""))

        @self.in_words
        def choose_model(before: tuple[str, str], **values: Any) -> Updates:
            looking = replace(_looking(values), layer=0, unit=0, prefix="")
            model = pretrained(looking.model)
            if not suits(model, looking.text, before[0]):
                looking = replace(looking, text=examples_of(model)[0], reference="", other="")
            return {self.dials["text"]: looking.text} | self._screen(looking)

        shown = {"inputs_kwargs": self.dials, "outputs": self._shown} | ASKS
        given = self.dials | {"before": self.about}
        asked = shown | {"inputs_kwargs": given}
        gr.on([self.dials["text"].submit, self.button.click], ask, **asked).then(None, js=show(self.link.tab))
        gr.on([*map(_asks, self.focus.values()), self.dials["instrument"].input], look, **shown)
        self.again.click(draw_again, **shown)
        self.stepper.force(force, **shown)
        self.stepper.unforce(unforce, **shown)
        self.stepper.mark(mark, **shown)
        chosen = [self.dials["text"], *self._shown]
        self.dials["model"].input(choose_model, inputs_kwargs=given, outputs=chosen, **QUIET)

    @property
    def opened(self) -> list[Block]:
        return [*(self.dials[name] for name in ("model", "text", "instrument")), *self._shown]

    def open(self, link: Looking) -> Updates:
        chosen: Updates = {self.dials[name]: value for name, value in asdict(link).items() if name != "step"}
        return chosen | self.at(link) | self._screen(link)

    def show(self, name: str, *others: str) -> Updates:
        """Of its `opened`, for a visitor's own model."""
        looking = Looking(name, examples_of(pretrained(name))[0])
        return {self.dials["model"]: name, self.dials["text"]: looking.text} | self._screen(looking)

    @property
    def _shown(self) -> list[Block]:
        shown = [self.address, self.about, self.notice, self.translation, self.stepper, self.chart]
        return [*self.focus.values(), self.dials["prefix"], self.again, *shown]

    def _dials_of(self, looking: Looking, model: Translator) -> Updates:
        """Only the dials that the instrument looks at, and of a choice what there is to choose from."""
        settings = _settings(looking, model)
        found: Updates = {dial: gr.update(**settings[name]) for name, dial in self.focus.items()}
        return found | {self.again: gr.update(visible=_draws(looking))}

    def _screen(self, looking: Looking) -> Updates:
        """Where a thread may wait for it."""
        try:
            looking = looking.fitting(pretrained(looking.model))
        except Seq2SeqError as error:
            return {self.notice: stale(error)}
        return self._put(looking, DECODERS.screen_now(looking))

    def _put(self, looking: Looking, screen: Screen) -> Updates:
        """What cannot be read leaves all but the notice as it was, and the dials that belong to the question."""
        updates = self._dials_of(looking, pretrained(looking.model))
        updates |= {getattr(self, name): part for name, part in screen.parts.items()}
        if not screen.query:
            return updates
        about: Updates = {self.about: (looking.model, looking.text), self.dials["prefix"]: looking.prefix}
        return updates | about | self.at_query(screen.query)


def _settings(looking: Looking, model: Translator) -> dict[str, dict[str, Any]]:
    """Of each dial, by the field's name: what it holds, whether it is in sight, and what there is to choose from."""
    used = INSTRUMENTS[looking.instrument].dials
    names = [*NUMBERS, *TEXTS, *CHOICES, *SLIDERS]
    found: dict[str, dict[str, Any]] = {
        name: {"value": getattr(looking, name), "visible": name in used} for name in names
    }
    found["span"]["label"] = tr(
        "{token}s that are asked about: type them, or drag over them above",
        token=tr(token_of(model)).capitalize(),
    )
    for instrument in INSTRUMENTS.values():
        for name, choices in instrument.choices.items():
            found[name]["choices"] = [(says, value) for value, says in choices(model).items()]
    return found


def _draws(looking: Looking) -> bool:
    """Whether the instrument draws at random."""
    return "seed" in INSTRUMENTS[looking.instrument].dials


def _asks(dial: Any) -> Any:
    """The event with which it is turned: a number or a text is whole when Enter is pressed."""
    return dial.input if isinstance(dial, gr.Radio) else dial.release if isinstance(dial, gr.Slider) else dial.submit


def _looking(values: Mapping[str, Any]) -> Looking:
    return Looking.from_query({name: value for name, value in values.items() if value is not None})
