"""The Train tab: choose what to learn, press Start, watch it learn, take it along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.components import Component

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts import CHARTS, CURVES, LOOKS, Chart, rows
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.live.duration import expected_seconds
from seq2seq_core.live.pool import POOL
from seq2seq_core.live.presets import PRESETS, Preset
from seq2seq_core.live.run import Run
from seq2seq_core.models import KINDS, Kind
from seq2seq_core.recipes import check

from ..components import LiveRun, Notice, PlotlyChart, Probe, Stepper
from ..components.notice.notice import stale
from ..lab import QUIET, Lab, Tab, Updates
from ..links import Training
from ..uploads import MAX_PAIRS, ModelUpload, PairsUpload, open_run
from ..visitors import VISITORS, OwnModel, Visitor
from .compare import CompareTab
from .translate import TranslateTab

OWN = "own"  # the task that stands for an uploaded file
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


def whole(most: int) -> Callable[[Any], int]:
    """Gradio checks no slider's limits."""
    return lambda value: min(int(value or 0), most)


TASK_CHOICES = [
    *((task.title, name) for name, task in TASKS.items()),
    ("English → French, manythings.org (downloaded once)", "pairs"),
    ("Your own pairs (file below)", OWN),
]
# a row of the screen each: data, network, training, optimizer
DIALS = (
    (
        Dial("task", "Data", gr.Dropdown, {"choices": TASK_CHOICES, "min_width": 280}),
        Dial(
            "num_samples",
            "Examples, held-out ones included",
            gr.Slider,
            {"minimum": 200, "maximum": MAX_PAIRS, "step": 100, "min_width": 240},
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
            {"choices": [(kind.title, kind.name) for kind in KINDS.values()], "min_width": 240},
        ),
        Dial("cell", "Cell", gr.Radio, {"choices": [("LSTM", "lstm"), ("GRU", "gru")], "min_width": 200}),
        Dial("units", "Units", gr.Slider, {"minimum": 16, "maximum": 256, "step": 16, "min_width": 200}, whole(256)),
        Dial("layers", "Layers", gr.Slider, {"minimum": 1, "maximum": 3, "step": 1, "min_width": 160}, whole(3)),
    ),
    (
        Dial("epochs", "Epochs", gr.Slider, {"minimum": 1, "maximum": 200, "step": 1, "min_width": 200}, whole(200)),
        Dial("batch_size", "Batch", gr.Dropdown, {"choices": [16, 32, 64, 128, 256], "min_width": 120}, whole(256)),
        Dial("seed", "Seed", gr.Number, {"precision": 0, "minimum": 0, "min_width": 120}, whole(2**32 - 1)),
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
            {"minimum": 1e-5, "maximum": 1, "min_width": 140},
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
            self.pairs = PairsUpload()
        self.notice = Notice(elem_id="train-notice")
        self.live = LiveRun(elem_id="train-run")
        with gr.Row(visible=False, elem_id="train-take") as self.take:
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
        with gr.Accordion("Look inside a model of your own", open=False, elem_id="train-bring"):
            self.own_model = ModelUpload()
        self.key = gr.State("")  # of the model that the run made

    def connect(self, lab: Lab) -> None:
        async def arrive(request: gr.Request) -> AsyncIterator[Updates]:
            """The tab is opened: the worker warms up, and tells how fast this machine is."""
            yield {self.live: _to_live(_visitor(request))}
            POOL.warm_up()
            for _ in range(CALIBRATION_WAIT * 4):
                if POOL.speed:
                    yield {self.preset: gr.update(choices=_preset_choices())}
                    return
                await asyncio.sleep(0.25)

        def choose(preset: str) -> Updates:
            chosen = PRESETS[preset]
            values = {component: getattr(chosen.config, name) for name, component in self.dials.items()}
            return {self.about: chosen.help, **values}

        def choose_network(preset: str, architecture: str) -> Updates:
            """The preset's network and recipe again, as this kind needs them."""
            config = _kind(architecture).adapted(PRESETS[preset].config)
            return {self.dials[dial.field]: getattr(config, dial.field) for row in DIALS[1:] for dial in row}

        def begin(request: gr.Request, preset: str, **values: Any) -> Updates:
            visitor = _visitor(request)
            if visitor.run and not visitor.run.over:
                return {self.notice: "Your training is still going on: stop it first."}
            try:
                config = dialled(PRESETS[preset].config, values, len(visitor.pairs))
            except Seq2SeqError as error:
                return {self.notice: stale(error) if visitor.run else str(error)}
            pairs = visitor.pairs if values["task"] == OWN else ()
            expected = expected_seconds(config, pairs, POOL.speed or 1.0)
            visitor.run = Run(config, pairs, "", expected, POOL.minutes)
            POOL.submit(visitor.run)
            return {
                self.notice: "",
                self.take: gr.update(visible=False),
                self.code: keras_script(config),
                self.key: "",
                self.live: _to_live(visitor),
            }

        def kept(request: gr.Request) -> Updates:
            """The run is over: its model becomes the visitor's."""
            visitor = _visitor(request)
            try:
                model = open_run(visitor)
            except Seq2SeqError as error:
                return {self.notice: str(error)}
            return {
                self.notice: "",
                self.take: gr.update(visible=True),
                self.key: model.key,
                self.live: _to_live(visitor, model),
            }

        def use_own_pairs(count: int) -> Updates:
            return {self.dials["task"]: OWN, self.dials["num_samples"]: min(count, MAX_PAIRS)}

        self.item.select(arrive, None, [self.live, self.preset], concurrency_limit=None, **QUIET)
        lab.follow(self.item.select(lambda: lab.at(Training()), None, [lab.address], **QUIET))
        self.preset.input(choose, self.preset, [self.about, *self.dials.values()], **QUIET)
        self.dials["architecture"].input(
            choose_network,
            [self.preset, self.dials["architecture"]],
            [self.dials[dial.field] for row in DIALS[1:] for dial in row],
            **QUIET,
        )
        begun = [self.notice, self.take, self.code, self.key, self.live]
        self.start.click(begin, inputs_kwargs=self.dials | {"preset": self.preset}, outputs=begun, **QUIET)
        self.live.kept(kept, None, [self.notice, self.take, self.key, self.live], **QUIET)
        translate, compare = lab.tab(TranslateTab), lab.tab(CompareTab)
        for button, tab in ((self.to_translate, translate), (self.to_compare, compare)):
            button.click(lab.showing(tab), self.key, [lab.row, *tab.opened], **QUIET)
        self.own_model.connect(lab.showing(translate), [lab.row, *translate.opened])
        self.pairs.connect(use_own_pairs, [self.dials["task"], self.dials["num_samples"]])
        lab.page.unload(forget)


def forget(request: gr.Request) -> None:
    """The page was closed."""
    visitor = VISITORS.forget(request.session_hash or "")
    if visitor and visitor.run:
        POOL.leave(visitor.run)


def _visitor(request: gr.Request) -> Visitor:
    return VISITORS.of_session(request.session_hash or "")


def _to_live(visitor: Visitor, model: OwnModel | None = None) -> dict[str, Any]:
    """What the run's component is given: whose reports to listen to, and the files of a finished run."""
    query = f"?model={model.key}" if model else ""
    files = {"zip": f"lab/train/model.zip{query}", "csv": f"lab/train/curves.csv{query}"} if model else None
    return {"visitor": visitor.token, "files": files}


def _preset_choices() -> list[tuple[str, str]]:
    """With the time each takes here, once that is known."""
    return [(f"{preset.config.title}{_takes(preset)}", name) for name, preset in PRESETS.items()]


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
            raise Seq2SeqError("There are no pairs of your own yet: upload a file under the dials.")
        fields |= {"task": "pairs", "num_samples": min(fields["num_samples"], own_pairs)}
    fields["languages"] = "en-fr" if fields["task"] == "pairs" and not own else ""  # what they bring could be in any
    changed = _kind(fields["architecture"]).adapted(replace(config, **fields, max_words=2_000))
    changed = check(replace(changed, **fields))  # what has a dial is as the dial says
    if changed == config:
        return config
    if changed.task == config.task and not own:
        return replace(changed, title=f"{config.title}, dials changed")
    title = "Your own pairs" if own else "English → French" if changed.task == "pairs" else TASKS[changed.task].title
    return replace(changed, name="own-pairs" if own else changed.task, title=title)
