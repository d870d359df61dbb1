"""The Translate tab: type a sentence, watch the network read and write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError, Translator
from seq2seq_core.decoding import DECODING_METHODS, methods_for
from seq2seq_core.decoding.base import DecodingMethod
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights.exposure_bias import EXPOSURE_CHARTS, exposure_bias
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.language import tr

from ..answers import Question, Screen, answer
from ..components import (
    Candidates,
    ModelPicker,
    Network,
    Notice,
    Pictures,
    PlotlyChart,
    RoundTrip,
    Stepper,
    Translation,
)
from ..components.base import show
from ..lab import ASKS, QUIET, Lab, ModelTab, Updates
from ..library import examples_of, model_choices, pretrained, suits, token_of, way_back
from ..links import PICTURES, View
from ..server.decoders import DECODERS
from ..server.edge import told


class TranslateTab(ModelTab):
    title = "Translate"
    link = View

    def build(self) -> None:
        """The first paint already shows an example decoded."""
        default = View()
        model = pretrained(default.model)
        with gr.Column(elem_id="stage"):
            with gr.Row(equal_height=True, elem_classes="lab-ask"):
                text = gr.Textbox(
                    default.text,
                    label=_text_label(model),
                    placeholder=tr("Type and press Enter"),
                    max_lines=1,
                    autofocus=True,
                    scale=5,
                    min_width=280,
                    elem_id="text",
                )
                name = model_picker(tr("Model"), default.model, elem_id="model")
                self.button = gr.Button(tr("Translate"), variant="primary", scale=1, min_width=120, elem_id="go")
            self.notice = Notice(elem_id="notice")
            self.translation = Translation(group=self.link.tab, elem_id="translation")
            self.stepper = Stepper(group=self.link.tab, elem_id="stepper")
            with gr.Row(elem_id="stage-charts"):
                with gr.Column(elem_id="large"):
                    chart = Pictures(default.chart, group=self.link.tab, charts=PICTURES.values(), elem_id="pictures")
                    layer = gr.Radio(elem_id="layer", **_layers(model))
                    Network(group=self.link.tab, elem_id="network")
                    self.chart = PlotlyChart(group=self.link.tab, height=300, chosen=True, elem_id="chart")
                with gr.Column(elem_id="next"):
                    self.candidates = Candidates(group=self.link.tab, elem_id="candidates")
                    with gr.Column(elem_id="decoding"):
                        method = gr.Radio(
                            _methods(model),
                            value=default.method,
                            label=tr("Decoding"),
                            info=_how(default.method),
                            elem_id="method",
                        )
                        with gr.Column(visible=False, elem_classes="lab-dials") as self.sample_dials:
                            temperature = gr.Slider(
                                *View.limits("temperature"), default.temperature, step=0.1, label=tr("Temperature")
                            )
                            top_k = gr.Slider(*View.limits("top_k"), default.top_k, step=1, label=tr("Top-k (0: all)"))
                            top_p = gr.Slider(
                                *View.limits("top_p"), default.top_p, step=0.05, label=tr("Top-p (1: all)")
                            )
                            seed = gr.Number(default.seed, precision=0, minimum=0, label=tr("Seed"))
                            self.again = gr.Button(tr("Draw again"), size="sm", elem_id="draw-again")
                        with gr.Column(visible=False, elem_classes="lab-dials") as self.beam_dials:
                            beam_width = gr.Slider(
                                *View.limits("beam_width"), default.beam_width, step=1, label=tr("Beam width")
                            )
        with gr.Row(elem_classes="lab-try"):
            self.examples = gr.Dataset(
                components=[gr.Textbox(visible=False)],
                samples=_samples(model),
                label=tr("Try"),
                layout="gallery",
                elem_id="examples",
                scale=5,
                min_width=320,
            )
            self.typed = gr.Button(visible="hidden", elem_id="live-go")
            self.live = gr.Checkbox(
                False, label=tr("as you type"), container=False, min_width=120, scale=1, elem_id="live"
            )
            back = gr.Checkbox(False, **_way_back(model), container=False, min_width=120, scale=1, elem_id="back")
            mend = gr.Checkbox(True, **_mending(model), container=False, min_width=120, scale=1, elem_id="mend")
        self.round_trip = RoundTrip(elem_id="round-trip")
        says = tr("Compare with a reference: exposure bias")
        with gr.Accordion(says, open=False, elem_id="exposure") as self.exposure:
            self.reference = gr.Textbox(
                label=tr("A right translation of the sentence above"),
                placeholder=tr("Type one and press Enter: how probable does the network find it?"),
                max_lines=1,
                elem_id="reference",
            )
            self.reference_notice = Notice(elem_id="reference-notice")
            self.bias_charts: dict[str, PlotlyChart] = {}
            with gr.Row():
                for bias_chart in EXPOSURE_CHARTS:
                    with gr.Column(min_width=340):
                        elem_id = bias_chart.name.replace("_", "-")
                        drawn = PlotlyChart(group=self.link.tab, height=bias_chart.height, elem_id=elem_id)
                        self.bias_charts[bias_chart.name] = drawn
            self.judged = gr.State(None)  # the model and the text that the reference above is held against
        with gr.Accordion(tr("About this model"), open=False, elem_id="card"):
            self.card = gr.Markdown(model.card, elem_id="card-text")
        with gr.Accordion(tr("The Keras code of this model"), open=False, elem_id="code"):
            self.code = gr.Code(keras_script(model.config), language="python", interactive=False)
        self.about = gr.State(default.model)  # what the page speaks of: the model before, when another one is chosen
        self.pickers = [name]
        # by the names of View's fields
        self.dials: dict[str, Any] = {
            "model": name,
            "text": text,
            "method": method,
            "temperature": temperature,
            "top_k": top_k,
            "top_p": top_p,
            "beam_width": beam_width,
            "seed": seed,
            "back": back,
            "mend": mend,
            "prefix": gr.State(default.prefix),
            "reference": gr.State(default.reference),  # the one that the charts are of
            "layer": layer,
            "chart": chart,
        }
        first = Screen.from_json(answer(Question.of(self.link.tab, default)))
        for component, value in self._put(first).items():
            component.value = component.postprocess(value)

    def connect(self, lab: Lab) -> None:
        dials = self.dials
        prefix = dials["prefix"]
        screen = self._shown
        comes_into_view = {"fn": None, "js": show(self.link.tab)}
        decoded = {"inputs_kwargs": dials, "outputs": [prefix, *screen]} | ASKS
        asked = decoded | {
            "inputs_kwargs": dials | {"judged": self.judged},
            "outputs": [prefix, *self._no_reference, *screen],
        }

        @self.asked_in_words
        async def translate(request: gr.Request, judged: tuple[str, str] | None, **values: Any) -> Updates:
            view = replace(_view(values), prefix="")
            kept = judged is not None and (view.model, view.text) == tuple(judged)
            if kept:
                return await forced(request, view)
            return self._no_reference | await forced(request, replace(view, reference=""))

        @self.asked_in_words
        async def force(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            prefix, step = told(event, "prefix", str), told(event, "step", int)
            return await forced(request, replace(_view(values), prefix=prefix, step=step))

        @self.asked_in_words
        async def unforce(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            return await forced(request, replace(_view(values), prefix="", step=told(event, "step", int)))

        @self.asked_in_words
        async def redraw(request: gr.Request, **values: Any) -> Updates:
            """A dial moved: the sentence and what is forced stay."""
            return await shown(request, _view(values))

        @self.asked_in_words
        async def reread(request: gr.Request, **values: Any) -> Updates:
            """The text may be read otherwise: the reference was held against what was read before."""
            return self._no_reference | await shown(request, replace(_view(values), reference=""))

        @self.asked_in_words
        async def draw_again(request: gr.Request, **values: Any) -> Updates:
            view = _view(values)
            view = replace(view, seed=view.seed + 1)
            return {dials["seed"]: view.seed} | await shown(request, view)

        @self.asked_in_words
        async def draw(request: gr.Request, event: gr.EventData, **values: Any) -> Updates:
            """A chart was chosen that is only made when it is asked for."""
            return await shown(request, replace(_view(values), step=told(event, "step", int)))

        async def forced(request: gr.Request, view: View) -> Updates:
            return {prefix: view.prefix} | await shown(request, view)

        async def shown(request: gr.Request, view: View) -> Updates:
            return self._put(await DECODERS.screen(view, request.session_hash or ""))

        @self.in_words
        def choose_model(before: str, **values: Any) -> Updates:
            """Another model: a text that it was not made for gives way to one of its examples, a method that it cannot
            do to the first that it can."""
            model = pretrained(values["model"])
            methods = methods_for(model.network)
            method = values["method"] if values["method"] in methods else next(iter(methods))
            view = replace(_view(values | {"method": method}), layer=0, prefix="", reference="")
            if not suits(model, view.text, before):
                view = replace(view, text=examples_of(model)[0])
            return self._about(view) | self._no_reference | self._forced(view)

        def compare_with(typed: str, **values: Any) -> Updates:
            compared = self._compared(replace(_view(values), reference=typed))
            changes = {"reference": compared[dials["reference"]] or None}
            return compared | {self.address: {"tab": self.link.tab, "changes": changes}}

        def show_dials(method: str) -> Updates:
            return {
                dials["method"]: gr.update(info=_how(method)),
                self.sample_dials: gr.update(visible=method == "sample"),
                self.beam_dials: gr.update(visible=method == "beam"),
            }

        gr.on([dials["text"].submit, self.button.click], translate, **asked).then(**comes_into_view)
        # whether a keystroke asks the server is decided in the browser: without “as you type”, it asks nothing
        for typed in (dials["text"].input, self.live.input):
            typed(None, self.live, js="(live) => { if (live) document.querySelector('#live-go').click(); }")
        self.typed.click(translate, trigger_mode="always_last", **asked)
        # the example goes into the textbox first; the second event reads it there
        example = self.examples.click(lambda sample: sample[0], self.examples, dials["text"], **QUIET)
        example.then(translate, **asked).then(**comes_into_view)
        self.stepper.force(force, **decoded)
        self.stepper.unforce(unforce, **decoded)
        dials["mend"].input(
            reread,
            trigger_mode="always_last",
            **decoded | {"outputs": [*self._no_reference, *screen]},
        )
        for name in ("back", "method", "temperature", "top_k", "top_p", "beam_width", "seed", "layer"):
            dials[name].input(redraw, inputs_kwargs=dials, outputs=screen, trigger_mode="always_last", **ASKS)
        again = {"inputs_kwargs": dials, "outputs": [dials["seed"], *screen]} | ASKS
        self.again.click(draw_again, trigger_mode="multiple", **again)
        dials["chart"].ask(draw, inputs_kwargs=dials, outputs=screen, **ASKS)
        chosen = [*self._about_model, *self._no_reference, prefix, *screen]
        given = dials | {"before": self.about}
        dials["model"].input(choose_model, inputs_kwargs=given, outputs=chosen, **QUIET)
        dials["method"].change(
            show_dials, dials["method"], [dials["method"], self.sample_dials, self.beam_dials], **QUIET
        )
        self.reference.submit(
            compare_with,
            inputs_kwargs=dials | {"typed": self.reference},
            outputs=[self.address, *self._no_reference],
            **QUIET,
        )

    @property
    def opened(self) -> list[Block]:
        about = [self.about, self.examples, self.exposure, self.card, self.code]
        return [*self.dials.values(), *about, *self._no_reference, *self._shown]

    def open(self, link: View) -> Updates:
        chosen = {self.dials[name]: value for name, value in asdict(link).items() if name in self.dials}
        compared = (
            self._compared(link) | {self.exposure: gr.update(open=True)} if link.reference else self._no_reference
        )
        return chosen | self._about(link) | compared | self.at(link) | self._screen(link)

    def show(self, name: str, *others: str) -> Updates:
        """Of its `opened`, for a visitor's own model."""
        view = View(name, examples_of(pretrained(name))[0])
        chart: Updates = {self.dials["chart"]: view.chart}
        return {self.dials["model"]: name} | self._about(view) | self._no_reference | chart | self._forced(view)

    @property
    def _shown(self) -> list[Block]:
        return [
            self.address,
            self.notice,
            self.translation,
            self.round_trip,
            self.stepper,
            self.candidates,
            self.chart,
        ]

    @property
    def _about_model(self) -> list[Block]:
        return [
            self.about,
            self.dials["text"],
            self.examples,
            self.dials["back"],
            self.dials["mend"],
            self.dials["layer"],
            self.dials["method"],
            self.card,
            self.code,
        ]

    def _about(self, view: View) -> Updates:
        """The text, and whatever says what the view's model is."""
        model = pretrained(view.model)
        return {
            self.about: view.model,
            self.dials["text"]: gr.update(value=view.text, label=_text_label(model)),
            self.examples: gr.Dataset(samples=_samples(model)),
            self.dials["back"]: gr.update(**_way_back(model) | {"value": bool(view.back)}),
            self.dials["mend"]: gr.update(**_mending(model) | {"value": bool(view.mend)}),
            self.dials["layer"]: gr.update(**_layers(model) | {"value": view.layer}),
            self.dials["method"]: gr.update(choices=_methods(model), value=view.method),
            self.card: model.card,
            self.code: keras_script(model.config),
        }

    @property
    def _no_reference(self) -> Updates:
        """A reference belongs to one sentence and one model."""
        charts: Updates = dict.fromkeys(self.bias_charts.values())
        held: Updates = {self.dials["reference"]: "", self.judged: None}
        return charts | held | {self.reference: "", self.reference_notice: ""}

    def _compared(self, view: View) -> Updates:
        """Of `_no_reference`: the view's own translation beside its reference."""
        try:
            bias = exposure_bias(pretrained(view.model), view.translate().source, view.reference)
        except Seq2SeqError as error:
            return self._no_reference | {self.reference: view.reference, self.reference_notice: str(error)}
        charts: Updates = {self.bias_charts[chart.name]: chart.build(bias) for chart in EXPOSURE_CHARTS}
        held: Updates = {self.dials["reference"]: view.reference, self.judged: (view.model, view.text)}
        return charts | held | {self.reference: view.reference, self.reference_notice: ""}

    def _forced(self, view: View) -> Updates:
        return {self.dials["prefix"]: view.prefix} | self._screen(view)

    def _screen(self, view: View) -> Updates:
        """Where a thread may wait for it."""
        return self._put(DECODERS.screen_now(view))

    def _put(self, screen: Screen) -> Updates:
        """Notice, stepper and charts. What cannot be translated leaves all but the notice as it was."""
        return {getattr(self, name): part for name, part in screen.parts.items()} | self.at_query(screen.query)


def _view(values: Mapping[str, Any]) -> View:
    """Gradio hands over whatever a field holds, nothing included."""
    return View.from_query({name: value for name, value in values.items() if value is not None})


def model_picker(label: str, value: str | None, **options: Any) -> ModelPicker:
    """Of the pretrained models by their titles. What is typed into it filters nothing and edits no title."""
    return ModelPicker(model_choices(), value=value, label=label, scale=4, min_width=280, filterable=False, **options)


def _text_label(model: Translator) -> str:
    sentences = {"en": tr("An English sentence"), "fr": tr("A French sentence")}
    source = tr(model.task.source) if model.task else sentences.get(model.languages[0], tr("A sentence"))
    if token_of(model) == "word":
        return tr("{what}, up to {most} words", what=source, most=MAX_SOURCE_TOKENS)
    return tr("{what}, up to {most} characters", what=source, most=MAX_SOURCE_TOKENS)


def _way_back(model: Translator) -> dict[str, Any]:
    """The choice of a round trip, where there is a model for it."""
    return {"label": tr("and back again"), "visible": way_back(model) is not None}


def _mending(model: Translator) -> dict[str, Any]:
    """The choice to have it read what was meant, for a model that was made for what people type."""
    return {"label": tr("as I meant it"), "visible": model.mends}


def _how(method: str) -> str:
    """What a decoding method does, in a few words."""
    return _named(DECODING_METHODS[method])[1]


def _samples(model: Translator) -> list[list[str]]:
    return [[example] for example in examples_of(model)]


def _methods(model: Translator) -> list[tuple[str, str]]:
    """(title, name) of the decoding methods that it can do; what each does stands beside the one that is chosen."""
    return [(_named(method)[0], name) for name, method in methods_for(model.network).items()]


def _named(method: type[DecodingMethod]) -> tuple[str, str]:
    """Its name, and what it does."""
    name, _, does = tr(method.title).partition(":")
    return name.strip(), does.strip()


def _layers(model: Translator) -> dict[str, Any]:
    """The choice among the model's layers, the top one first; with a single one there is none."""
    count = len(model.network.decoder_layers)
    below = [(tr("layer {number}", number=number), number) for number in range(count - 1, 0, -1)]
    recurrent = model.kind.claims.recurrent
    return {
        "choices": [(tr("layer {number}, the top", number=count), 0), *below],
        "value": 0,
        "visible": count > 1,
        "label": tr("Layer whose states and gates are drawn") if recurrent else tr("Layer whose activations are drawn"),
    }
