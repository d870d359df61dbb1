"""The Train tab: choose what to learn, press Start, watch it learn, take it along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts import CHARTS, CURVES, LOOKS, Chart, rows
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.live.duration import expected_seconds
from seq2seq_core.live.pool import POOL
from seq2seq_core.live.presets import OWN_PAIRS, PRESETS, Preset, for_own_pairs
from seq2seq_core.live.protocol import KeptModel, SetProbe
from seq2seq_core.live.run import Run
from seq2seq_core.models import KINDS, Kind
from seq2seq_core.recipes import check
from seq2seq_core.shares import percent

from ..components import LiveRun, Notice, PlotlyChart, Probe, Stepper
from ..components.notice.notice import stale
from ..lab import QUIET, Lab, Tab, Updates
from ..links import OWN, Training, read_number
from ..sweep_upload import SweepUpload
from ..uploads import MAX_PAIRS, ModelUpload, PairsUpload, open_run
from ..visitors import VISITORS, Visitor
from .compare import CompareTab
from .translate import TranslateTab

OWN_HELP = (
    "A file of yours, or pairs that you paste: ten or more of whatever they are. The dials are set for so many; with "
    "few of them it learns them by heart, and little else."
)
TWO_KEPT = (
    "The first are those of the epoch with the lowest loss on held-out examples; the examples above are written with "
    "them. With little data the last epoch knows more of what it was trained on, and less of anything else."
)
ELSEWHERE = "A copy of Seq2Seq Lab on a computer of your own trains, and what you trained there opens here:"
FIRST = next(iter(PRESETS.values()))
CALIBRATION_WAIT = 120  # seconds; two or three on an idle machine


@dataclass(frozen=True)
class Dial:
    """A field of ModelConfig on screen."""

    field: str
    label: str
    component: type[Component]
    options: dict[str, Any]
    read: Callable[[Any], Any] = lambda value: value  # what the component holds to what the field takes

    def of_link(self, text: str) -> Any:
        """What the component holds for a link's value. Raises Seq2SeqError for one that it cannot hold."""
        kind = type(getattr(FIRST.config, self.field))
        if self.component in (gr.Slider, gr.Number):
            limits = self.options.get("minimum", 0), self.options.get("maximum", 2**32 - 1)
            return read_number(self.field, text, kind, *limits)
        choices = self.options.get("choices", (True, False))
        values = {str(choice[1] if isinstance(choice, tuple) else choice): choice for choice in choices}
        if text not in values:
            raise Seq2SeqError(f"The link has {self.field}={text!r}: one of {', '.join(values)} was expected.")
        chosen = values[text]
        return chosen[1] if isinstance(chosen, tuple) else chosen


def whole(most: int) -> Callable[[Any], int]:
    """Gradio checks a slider's limits against what it was built with."""
    return lambda value: min(int(value or 0), most)


TASK_CHOICES = [
    *((task.title, name) for name, task in TASKS.items()),
    ("English → French, manythings.org (downloaded once)", "pairs"),
    ("Your own pairs", OWN),
]
# a row of the screen each: data, network, training, optimizer
DIALS = (
    (
        Dial("task", "Data", gr.Dropdown, {"choices": TASK_CHOICES, "min_width": 280, "filterable": False}),
        Dial(
            "num_samples",
            "Examples, held-out ones included",
            gr.Slider,
            {"minimum": 10, "maximum": MAX_PAIRS, "step": 1, "min_width": 240},
            whole(MAX_PAIRS),
        ),
        Dial("level", "Tokens", gr.Radio, {"choices": [("characters", "character"), ("words", "word")]}),
        Dial("reverse_source", "source reversed", gr.Checkbox, {"min_width": 160}),
    ),
    (
        Dial(
            "architecture",
            "Network",
            gr.Dropdown,
            {"choices": [(kind.title, kind.name) for kind in KINDS.values()], "min_width": 240, "filterable": False},
        ),
        Dial("cell", "Cell", gr.Radio, {"choices": [("LSTM", "lstm"), ("GRU", "gru")], "min_width": 200}),
        Dial("units", "Units", gr.Slider, {"minimum": 16, "maximum": 256, "step": 16, "min_width": 200}, whole(256)),
        Dial("layers", "Layers", gr.Slider, {"minimum": 1, "maximum": 3, "step": 1, "min_width": 160}, whole(3)),
    ),
    (
        Dial("epochs", "Epochs", gr.Slider, {"minimum": 1, "maximum": 200, "step": 1, "min_width": 200}, whole(200)),
        Dial(
            "batch_size",
            "Batch",
            gr.Dropdown,
            {"choices": [16, 32, 64, 128, 256], "min_width": 120, "filterable": False},
            whole(256),
        ),
        Dial("seed", "Seed", gr.Number, {"precision": 0, "min_width": 120}, whole(2**32 - 1)),
        Dial("teacher_forcing", "teacher forcing", gr.Checkbox, {"min_width": 160}),
    ),
    (
        Dial(
            "optimizer",
            "Optimizer",
            gr.Radio,
            {"choices": [("Muon", "muon"), ("Adam", "adam"), ("RMSprop", "rmsprop")], "min_width": 320},
        ),
        Dial(
            "learning_rate",
            "Learning rate",
            gr.Number,
            {"min_width": 140},  # no limits: beyond them Gradio shows no sentence of ours
            lambda value: float(value or 0),
        ),
        Dial(
            "schedule",
            "Learning rate over time",
            gr.Radio,
            {"choices": [("cosine decay", "cosine"), ("constant", "constant")], "min_width": 280},
        ),
    ),
)


class TrainTab(Tab):
    title = "Train"
    link = Training

    def build(self) -> None:
        if POOL.off:
            gr.Markdown(f"{POOL.off} {ELSEWHERE}", elem_id="train-off")
        with gr.Column(visible=not POOL.off):
            self._build_training()
        with gr.Accordion("Compare the trials of a sweep", open=False, elem_id="train-sweep"):
            self.sweep = SweepUpload()
        with gr.Accordion("Look inside a model of your own", open=bool(POOL.off), elem_id="train-bring"):
            self.own_model = ModelUpload()

    def _build_training(self) -> None:
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                self.preset = gr.Radio(
                    _preset_choices(),
                    value=FIRST.name,
                    label="What should it learn? (training time on this machine)",
                    elem_id="train-preset",
                )
            with gr.Column(scale=2, min_width=280):
                self.about = gr.Markdown(FIRST.help, elem_classes="lab-help", elem_id="train-about")
                self.start = gr.Button("Start", variant="primary", elem_id="train-start")
        with gr.Column(visible=False, elem_id="train-own") as self.own:
            self.pairs = PairsUpload()
        with gr.Accordion("The dials: data, network, recipe", open=False, elem_id="train-dials"):
            self.dials: dict[str, Any] = {}  # by the names of ModelConfig's fields
            for row in DIALS:
                with gr.Row():
                    for dial in row:
                        self.dials[dial.field] = dial.component(
                            value=getattr(FIRST.config, dial.field),
                            label=dial.label,
                            elem_id=f"train-{dial.field.replace('_', '-')}",
                            **dial.options,
                        )
        self.notice = Notice(elem_id="train-notice")
        self.live = LiveRun(elem_id="train-run")
        with gr.Column(visible=False, elem_id="train-take") as self.take:
            self.weights = gr.Radio([], label="Which weights?", info=TWO_KEPT, elem_id="train-weights")
            with gr.Row():
                self.to_translate = gr.Button("Open in Translate", variant="primary", elem_id="train-to-translate")
                self.to_compare = gr.Button("Open in Compare", elem_id="train-to-compare")
        charts: list[Chart] = [*CURVES.values(), *LOOKS.values()]
        for curves in rows(charts):
            with gr.Row(elem_classes="lab-live-row"):
                for curve in curves:
                    with gr.Column(scale=curve.width, min_width=340):
                        name = f"train-{curve.name}"
                        PlotlyChart(group="", height=curve.height, channel=name, elem_id=name)
        Probe(elem_id="train-probe")
        Stepper(group=self.link.tab, channel="train-strips", elem_id="train-stepper")
        with gr.Row(elem_classes="lab-live-row"):
            for chart in CHARTS.values():
                if chart.probed:
                    with gr.Column(min_width=340):
                        name = f"train-{chart.name}"
                        elem_id = name.replace("_", "-")
                        PlotlyChart(group=self.link.tab, height=chart.height, channel=name, elem_id=elem_id)
        with gr.Accordion("The Keras code of this run", open=False, elem_id="train-code"):
            self.code = gr.Code(keras_script(FIRST.config), language="python", interactive=False)

    def connect(self, lab: Lab) -> None:
        translate = lab.tab(TranslateTab)
        self.sweep.connect()
        self.own_model.connect(lambda visitor, name: lab.show(translate, visitor, name), lab.shown(translate))
        if not POOL.off:
            self._connect_training(lab)

    def _connect_training(self, lab: Lab) -> None:
        async def arrive(request: gr.Request) -> AsyncIterator[Updates]:
            """The tab is opened: the worker warms up, and tells how fast this machine is."""
            yield {self.live: _to_live(_visitor(request))}
            POOL.warm_up()
            for _ in range(CALIBRATION_WAIT * 4):
                if POOL.speed:
                    yield {self.preset: gr.update(choices=_preset_choices())}
                    return
                await asyncio.sleep(0.25)

        def choose(request: gr.Request, preset: str) -> Updates:
            """A preset's words and dials."""
            if preset == OWN:
                return chosen_own(len(_visitor(request).pairs))
            return {
                self.preset: preset,
                self.about: PRESETS[preset].help,
                self.own: gr.update(visible=False),
                **dials_of(PRESETS[preset].config),
            }

        def chosen_own(count: int) -> Updates:
            """So many pairs were brought: the dials are set for them, and nothing else looks chosen."""
            dials = dials_of(_config_of(OWN, count)) | {self.dials["task"]: OWN}
            return {self.preset: OWN, self.about: OWN_HELP, self.own: gr.update(visible=True), **dials}

        def choose_data(request: gr.Request, task: str) -> Any:
            return chosen_own(len(_visitor(request).pairs)) if task == OWN else gr.skip()

        def dials_of(config: ModelConfig) -> Updates:
            return {component: getattr(config, name) for name, component in self.dials.items()}

        def choose_network(request: gr.Request, preset: str, architecture: str) -> Updates:
            """The preset's network and recipe again, as this kind needs them."""
            config = _kind(architecture).adapted(_config_of(preset, len(_visitor(request).pairs)))
            return {self.dials[dial.field]: getattr(config, dial.field) for row in DIALS[1:] for dial in row}

        def begin(request: gr.Request, preset: str, **values: Any) -> Updates:
            visitor = _visitor(request)
            if visitor.run and not visitor.run.over:
                return {self.notice: "Your training is still going on: stop it first."}
            try:
                config = dialled(_config_of(preset, len(visitor.pairs)), values, len(visitor.pairs))
            except Seq2SeqError as error:
                return {self.notice: stale(error) if visitor.run else str(error)}
            pairs = visitor.pairs if values["task"] == OWN else ()
            expected = expected_seconds(config, pairs, POOL.speed or 1.0)
            visitor.run, visitor.shown = Run(config, pairs, "", expected, POOL.minutes), None
            POOL.submit(visitor.run)
            return {
                self.notice: "",
                self.take: gr.update(visible=False),
                self.code: keras_script(config),
                self.weights: None,
                self.live: _to_live(visitor),
            }

        def kept(request: gr.Request) -> Updates:
            """The run is over: its models become the visitor's."""
            visitor = _visitor(request)
            try:
                models = open_run(visitor)
            except Seq2SeqError as error:
                return {self.notice: str(error)}
            run = visitor.run
            assert run
            assert run.kept
            run.show(0)
            visitor.shown = models[0]
            choices = [(_described(kept), model.key) for kept, model in zip(run.kept.models, models, strict=True)]
            taken = {
                self.notice: "",
                self.take: gr.update(visible=True),
                self.weights: gr.update(choices=choices, value=models[0].key, visible=len(models) > 1),
                self.live: _to_live(visitor),
            }
            return lab.offering(visitor, taken)

        def gone(request: gr.Request) -> Updates:
            """The server knew nothing of the page any more: it is somebody's again, who has nothing yet."""
            return {self.take: gr.update(visible=False), self.live: _to_live(_visitor(request))}

        def choose_weights(request: gr.Request, key: str) -> Updates:
            """The other model of the run: its files, and its decoding of the probe."""
            visitor = _visitor(request)
            keys = [model.key for model in open_run(visitor)]
            if not visitor.run or key not in keys:
                raise Seq2SeqError("This model has given way to newer ones: train it again.")
            visitor.run.show(keys.index(key))
            visitor.run.tell(SetProbe(visitor.run.probe))
            visitor.shown = VISITORS.model(key)
            return {self.live: _to_live(visitor)}

        def turned(preset: str, **values: Any) -> Updates:
            """A dial, by the visitor or by another one."""
            return self.at(_link(preset, values))

        self.item.select(arrive, None, [self.live, self.preset], concurrency_limit=None, **QUIET)
        dialled_by = [self.preset, self.about, self.own, *self.dials.values()]
        self.preset.input(choose, self.preset, dialled_by, **QUIET)
        self.dials["task"].input(choose_data, self.dials["task"], dialled_by, **QUIET)
        dials = self.dials | {"preset": self.preset}
        changes = [component.change for component in dials.values()]
        # a link changes many at once: one after the other, so that the last answer is the last one's
        gr.on(changes, turned, inputs_kwargs=dials, outputs=[self.address], concurrency_limit=1, **QUIET)
        self.dials["architecture"].input(
            choose_network,
            [self.preset, self.dials["architecture"]],
            [self.dials[dial.field] for row in DIALS[1:] for dial in row],
            **QUIET,
        )
        begun = [self.notice, self.take, self.code, self.weights, self.live]
        self.start.click(begin, inputs_kwargs=dials, outputs=begun, **QUIET)
        self.live.kept(kept, None, [self.notice, self.take, self.weights, self.live, *lab.pickers], **QUIET)
        self.live.gone(gone, None, [self.take, self.live], **QUIET)
        self.weights.input(choose_weights, self.weights, [self.live], **QUIET)
        translate, compare = lab.tab(TranslateTab), lab.tab(CompareTab)
        for button, tab in ((self.to_translate, translate), (self.to_compare, compare)):
            button.click(lab.showing(tab), self.weights, lab.shown(tab), **QUIET)
        self.pairs.connect(chosen_own, dialled_by)

    @property
    def opened(self) -> list[Block]:
        chosen = [self.address, self.notice, self.preset, self.about, self.own, *self.dials.values()]
        return [*chosen, self.live, self.code, *self.pairs.opened]

    def welcome(self, visitor: Visitor) -> Updates:
        code = {self.code: keras_script(visitor.run.config)} if visitor.run else {}
        pairs = self.pairs.shown(visitor.own) if visitor.own else {}
        return {self.live: _to_live(visitor)} | code | pairs

    def open(self, link: Training) -> Updates:
        turned = dict(link.dials)
        values = _values_of(link.preset)
        dials = [dial for row in DIALS for dial in row if dial.field in turned]
        values |= {dial.field: dial.of_link(turned[dial.field]) for dial in dials}
        own = link.preset == OWN
        held = {self.dials[name]: value for name, value in values.items()}
        about = {
            self.preset: link.preset,
            self.about: OWN_HELP if own else PRESETS[link.preset].help,
            self.own: gr.update(visible=own),
        }
        return about | held | self.at(_link(link.preset, values))


def _values_of(preset: str) -> dict[str, Any]:
    """What the dials, by field, hold before any is turned; for pairs of one's own, before there are any."""
    config = _config_of(preset, 0)
    values = {dial.field: getattr(config, dial.field) for row in DIALS for dial in row}
    return values | ({"task": OWN} if preset == OWN else {})


def _link(preset: str, values: Mapping[str, Any]) -> Training:
    """The preset, and the dials that hold something else."""
    held = {dial.field: dial.read(values[dial.field]) for row in DIALS for dial in row}
    before = _values_of(preset)
    return Training(preset, tuple((name, str(value)) for name, value in held.items() if value != before[name]))


def _visitor(request: gr.Request) -> Visitor:
    return VISITORS.of_session(request.session_hash or "")


def _to_live(visitor: Visitor) -> dict[str, Any]:
    """What the run's component is given: whose reports to listen to, and the files of a finished run."""
    query = f"?model={visitor.shown.key}" if visitor.shown else ""
    files = {"zip": f"_lab/train/model.zip{query}", "csv": f"_lab/train/curves.csv{query}"} if query else None
    return {"visitor": visitor.token, "files": files}


def _preset_choices() -> list[tuple[str, str]]:
    """With the time each takes here, once that is known."""
    presets = [(f"{preset.config.title}{_takes(preset)}", name) for name, preset in PRESETS.items()]
    return [*presets, ("Your own pairs", OWN)]


def _config_of(preset: str, own_pairs: int) -> ModelConfig:
    """What the dials start from. For pairs of one's own, before there are any: for a few hundred."""
    return PRESETS[preset].config if preset in PRESETS else for_own_pairs(own_pairs or 300)


def _described(kept: KeptModel) -> str:
    """Which weights, and what they know."""
    weights = kept.weights[0].upper() + kept.weights[1:]
    learnt, unseen = (percent(share) for share in (kept.exact_in_training, kept.exact))
    return f"{weights}: {learnt} of its training examples right, {unseen} of the held-out ones"


def _takes(preset: Preset) -> str:
    if not POOL.speed:
        return ""
    seconds = expected_seconds(preset.config, (), POOL.speed)
    return f" · about {round(seconds, -1) or 10:.0f} s" if seconds < 95 else f" · about {seconds / 60:.0f} min"


def _kind(name: str | None) -> Kind:
    if name not in KINDS:
        raise Seq2SeqError(f"Choose a network: one of {', '.join(KINDS)}.")
    return KINDS[name]


def dialled(config: ModelConfig, values: Mapping[str, Any], own_pairs: int) -> ModelConfig:
    """A preset's config as the dials change it.

    Args:
        values: of the dials, by field.
        own_pairs: how many pairs the visitor has brought.

    Raises:
        Seq2SeqError: that is nothing that can be trained.
    """
    fields = {dial.field: dial.read(values[dial.field]) for row in DIALS for dial in row}
    own = fields["task"] == OWN
    if own:
        if not own_pairs:
            raise Seq2SeqError("There are no pairs of your own yet: choose “Your own pairs”, and bring or paste some.")
        fields |= {"task": "pairs", "num_samples": min(fields["num_samples"], own_pairs)}
    fields["languages"] = "en-fr" if fields["task"] == "pairs" and not own else ""  # what they bring could be in any
    changed = _kind(fields["architecture"]).adapted(replace(config, **fields, max_words=2_000))
    changed = check(replace(changed, **fields))  # what has a dial is as the dial says
    if changed == config:
        return config
    if changed.task == config.task and own == (config.name == OWN_PAIRS):
        return replace(changed, title=f"{config.title}, dials changed")
    title = "Your own pairs" if own else "English → French" if changed.task == "pairs" else TASKS[changed.task].title
    return replace(changed, name=OWN_PAIRS if own else changed.task, title=title)
