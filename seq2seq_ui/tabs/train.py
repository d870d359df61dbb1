"""The Train tab: choose what to learn, press Start, watch it learn, take it along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import gradio as gr

from seq2seq_core import Seq2SeqError
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.live.duration import expected_seconds
from seq2seq_core.live.pool import POOL
from seq2seq_core.live.presets import PRESETS, Preset
from seq2seq_core.live.run import Run

from ..components import LiveRun, Notice, PlotlyChart, Probe, Stepper
from ..uploads import MAX_PAIRS, build_model_upload, build_pairs_upload, open_run
from ..visitors import VISITORS, OwnModel, Visitor
from .compare import CompareTab
from .translate import QUIET, TranslateTab

TAB = "train"
OWN = "own"  # the task that stands for an uploaded file
FIRST = next(iter(PRESETS.values()))
CALIBRATION_WAIT = 120  # seconds; two or three on an idle machine
CURVES = {"loss": 300, "accuracy": 300, "gradient": 260, "gates": 300}
PROBE_CHARTS = {"softmax_heatmap": 380, "state_norms": 300}


def build(page: gr.Blocks, tabs: gr.Tabs, tab: gr.Tab, translate_tab: TranslateTab, compare_tab: CompareTab) -> None:
    """Fills the tab. It is given the two others, where its models can be opened."""
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            preset = gr.Radio(
                _preset_choices(),
                value=FIRST.name,
                label="What shall it learn? (training time on this machine)",
                elem_id="train-preset",
            )
        with gr.Column(scale=2, min_width=280):
            about = gr.Markdown(FIRST.help, elem_classes="lab-help", elem_id="train-about")
            start = gr.Button("Start", variant="primary", elem_id="train-start")
    with gr.Accordion("The dials: data, network, recipe", open=False, elem_id="train-dials"):
        dials = _dials()
        build_pairs_upload(dials[0], dials[1], OWN)
    notice = Notice(elem_id="train-notice")
    live = LiveRun(elem_id="train-run")
    with gr.Row(visible=False, elem_id="train-take") as take:
        to_translate = gr.Button("Open in Translate", variant="primary", elem_id="train-to-translate")
        to_compare = gr.Button("Open in Compare", elem_id="train-to-compare")
    for names in (("loss", "accuracy"), ("gradient", "gates")):
        with gr.Row(elem_classes="lab-live-row"):
            for name in names:
                with gr.Column(min_width=340):
                    PlotlyChart(group="", height=CURVES[name], channel=f"train-{name}", elem_id=f"train-{name}")
    Probe(elem_id="train-probe")
    Stepper(group=TAB, channel="train-strips", elem_id="train-stepper")
    with gr.Row(elem_classes="lab-live-row"):
        for name, height in PROBE_CHARTS.items():
            with gr.Column(min_width=340):
                elem_id = f"train-{name.replace('_', '-')}"
                PlotlyChart(group=TAB, height=height, channel=f"train-{name}", elem_id=elem_id)
    with gr.Accordion("The Keras code of this run", open=False, elem_id="train-code"):
        code = gr.Code(keras_script(FIRST.config), language="python", interactive=False)
    with gr.Accordion("Look inside a model of your own", open=False, elem_id="train-bring"):
        build_model_upload(tabs, translate_tab)
    key = gr.State("")

    async def arrive(request: gr.Request) -> AsyncIterator[list[Any]]:
        """The tab is opened: the worker warms up, and tells how fast this machine is."""
        visitor = _visitor(request)
        yield [_to_live(visitor), gr.skip()]
        POOL.warm_up()
        for _ in range(CALIBRATION_WAIT * 4):
            if POOL.speed:
                yield [gr.skip(), gr.update(choices=_preset_choices())]
                return
            await asyncio.sleep(0.25)

    def choose(name: str) -> list[Any]:
        preset = PRESETS[name]
        return [preset.help, *_dial_values(preset)]

    def begin(request: gr.Request, name: str, *values: Any) -> list[Any]:
        visitor = _visitor(request)
        if visitor.run and not visitor.run.over:
            return ["Your training is still going on: stop it first.", *[gr.skip()] * 4]
        try:
            config = _config(PRESETS[name], visitor, *values)
        except Seq2SeqError as error:
            return [str(error), *[gr.skip()] * 4]
        pairs = visitor.pairs if values[0] == OWN else ()
        expected = expected_seconds(config, pairs, POOL.speed or 1.0)
        run = visitor.run = Run(config, pairs, "", expected, POOL.minutes)
        POOL.submit(run)
        return ["", gr.update(visible=False), keras_script(config), "", _to_live(visitor)]

    def kept(request: gr.Request) -> list[Any]:
        """The run is over: its model becomes the visitor's."""
        visitor = _visitor(request)
        try:
            model = open_run(visitor)
        except Seq2SeqError as error:
            return [str(error), gr.skip(), gr.skip(), gr.skip()]
        return ["", gr.update(visible=True), model.key, _to_live(visitor, model)]

    tab.select(arrive, None, [live, preset], concurrency_limit=None, **QUIET)
    preset.input(choose, preset, [about, *dials], **QUIET)
    start.click(begin, [preset, *dials], [notice, take, code, key, live], **QUIET)
    live.kept(kept, None, [notice, take, key, live], **QUIET)
    to_translate.click(translate_tab.show, key, [tabs, *translate_tab.shown], **QUIET)
    to_compare.click(compare_tab.show, key, [tabs, *compare_tab.shown], **QUIET)
    page.unload(forget)


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


def _dials() -> list[Any]:
    """In the order of `_config`'s arguments."""
    config = FIRST.config
    tasks = [(task.title, name) for name, task in TASKS.items()]
    tasks += [
        ("English → French, manythings.org (downloaded once)", "pairs"),
        ("Your own pairs (file below)", OWN),
    ]
    with gr.Row():
        task = gr.Dropdown(tasks, value=config.task, label="Data", elem_id="train-task", min_width=280)
        examples = gr.Slider(
            200, MAX_PAIRS, config.num_samples, step=100, label="Examples, held-out ones included", min_width=240
        )
        level = gr.Radio(
            [("characters", "character"), ("words", "word")], value=config.level, label="One token is one of its"
        )
    with gr.Row():
        cell = gr.Radio([("LSTM", "lstm"), ("GRU", "gru")], value=config.cell, label="Cell", min_width=160)
        units = gr.Slider(16, 256, config.units, step=16, label="Units", min_width=200, elem_id="train-units")
        layers = gr.Slider(1, 3, config.layers, step=1, label="Layers", min_width=160)
        forcing = gr.Checkbox(config.teacher_forcing, label="teacher forcing", min_width=160)
        reverse = gr.Checkbox(config.reverse_source, label="source reversed", min_width=160)
    with gr.Row():
        batch = gr.Dropdown([16, 32, 64, 128, 256], value=config.batch_size, label="Batch", min_width=120)
        rate = gr.Number(
            config.learning_rate, label="Learning rate", minimum=1e-5, maximum=1, min_width=140, elem_id="train-rate"
        )
        optimizer = gr.Radio(
            [("Muon", "muon"), ("Adam", "adam"), ("RMSprop", "rmsprop")], value=config.optimizer, label="Optimiser"
        )
        schedule = gr.Radio(
            [("falls (cosine)", "cosine"), ("stays", "constant")], value=config.schedule, label="The rate"
        )
        epochs = gr.Slider(1, 200, config.epochs, step=1, label="Epochs", min_width=200, elem_id="train-epochs")
        seed = gr.Number(config.seed, precision=0, minimum=0, label="Seed", min_width=120, elem_id="train-seed")
    return [
        task,
        examples,
        level,
        cell,
        units,
        layers,
        forcing,
        reverse,
        batch,
        rate,
        optimizer,
        schedule,
        epochs,
        seed,
    ]


def _dial_values(preset: Preset) -> list[Any]:
    config = preset.config
    data = [config.task, config.num_samples, config.level]
    network = [config.cell, config.units, config.layers, config.teacher_forcing, config.reverse_source]
    recipe = [config.batch_size, config.learning_rate, config.optimizer, config.schedule, config.epochs, config.seed]
    return [*data, *network, *recipe]


def _config(
    preset: Preset,
    visitor: Visitor,
    task: str,
    examples: float,
    level: Any,
    cell: Any,
    units: float,
    layers: float,
    forcing: bool,
    reverse: bool,
    batch: float,
    rate: float | None,
    optimizer: Any,
    schedule: Any,
    epochs: float,
    seed: float | None,
) -> ModelConfig:
    """The preset as the dials change it. Raises Seq2SeqError where that is nothing that can be trained."""
    own = task == OWN
    if own and not visitor.pairs:
        raise Seq2SeqError("There are no pairs of your own yet: upload a file under the dials.")
    count = min(int(examples), MAX_PAIRS)
    config = replace(
        preset.config,
        task="pairs" if own else task,
        num_samples=min(count, len(visitor.pairs)) if own else count,
        level=level,
        cell=cell,
        units=min(int(units), 256),
        layers=min(int(layers), 3),
        teacher_forcing=forcing,
        reverse_source=reverse,
        batch_size=min(int(batch), 256),
        learning_rate=float(rate or 0),
        optimizer=optimizer,
        schedule=schedule,
        epochs=min(int(epochs), 200),
        seed=int(seed or 0),
        max_words=2_000,
    )
    if config == preset.config:
        return config
    if config.task == preset.config.task and not own:
        return replace(config, title=f"{preset.config.title}, dials changed")
    title = "Your own pairs" if own else "English → French" if config.task == "pairs" else TASKS[config.task].title
    return replace(config, name="own-pairs" if own else config.task, title=title)
