"""The Train tab: choose what to learn, press Start, watch it learn, take it along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts import CHARTS, CURVES, LOOKS, Chart, rows
from seq2seq_core.charts.attention_heatmap import ATTENTION
from seq2seq_core.config import ModelConfig
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.language import later, tr
from seq2seq_core.live.duration import expected_seconds
from seq2seq_core.live.pool import POOL
from seq2seq_core.live.presets import PRESETS, Preset
from seq2seq_core.live.protocol import KeptModel, SetProbe
from seq2seq_core.live.run import Run
from seq2seq_core.shares import percent

from ..answers.base import stale
from ..components import LiveRun, Notice, PlotlyChart, Probe, Stepper
from ..dials import (
    BY_FIELD,
    DIALS,
    FIRST,
    config_of,
    dialled,
    kind_named,
    race_dials,
    race_values,
    rival_of,
    turned_of,
    values_of,
)
from ..lab import QUIET, Lab, Tab, Updates
from ..links import OWN, Training
from ..server.edge import told
from ..sweep_upload import SweepUpload
from ..uploads import ModelUpload, PairsUpload, open_run
from ..visitors import VISITORS, Visitor
from .compare import CompareTab
from .translate import TranslateTab

OWN_HELP = later(
    "A file of yours, or pairs that you paste: ten or more of whatever they are. The dials are set for so many; with "
    "few of them it learns them by heart, and little else."
)
TWO_KEPT = later(
    "The first are those of the epoch with the lowest loss on held-out examples; the examples above are written with "
    "them. With little data the last epoch knows more of what it was trained on, and less of anything else."
)
RACE_HELP = later(
    "Two runs of the same examples and the same seed, one after the other where there is no room for both: what comes "
    "of one dial, in one chart."
)
ELSEWHERE = later("A copy of Seq2Seq Lab on a computer of your own trains, and what you trained there opens here:")
CALIBRATION_WAIT = 120  # seconds; two or three on an idle machine


class TrainTab(Tab):
    title = later("Train")
    link = Training

    def build(self) -> None:
        if POOL.off:
            gr.Markdown(f"{POOL.off} {tr(ELSEWHERE)}", elem_id="train-off")
        with gr.Column(visible=not POOL.off):
            self._build_training()
        with gr.Accordion(tr("Compare the trials of a sweep"), open=False, elem_id="train-sweep"):
            self.sweep = SweepUpload()
        with gr.Accordion(tr("Look inside a model of your own"), open=bool(POOL.off), elem_id="train-bring"):
            self.own_model = ModelUpload()

    def _build_training(self) -> None:
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                self.preset = gr.Radio(
                    _preset_choices(),
                    value=FIRST.name,
                    label=tr("What should it learn? (training time on this machine)"),
                    elem_id="train-preset",
                )
            with gr.Column(scale=2, min_width=280):
                self.about = gr.Markdown(tr(FIRST.help), elem_classes="lab-help", elem_id="train-about")
                self.start = gr.Button(tr("Start"), variant="primary", elem_id="train-start")
        with gr.Column(visible=False, elem_id="train-own") as self.own:
            self.pairs = PairsUpload()
        with gr.Accordion(tr("The dials: data, network, recipe"), open=False, elem_id="train-dials") as self.accordion:
            self.dials: dict[str, Any] = {}  # by the names of ModelConfig's fields
            for row in DIALS:
                with gr.Row():
                    for dial in row:
                        self.dials[dial.field] = dial.made(getattr(FIRST.config, dial.field))
            with gr.Row():
                self.race = gr.Dropdown(
                    [(tr("no race"), ""), *race_dials()],
                    value="",
                    label=tr("Race: change one dial"),
                    info=tr(RACE_HELP),
                    filterable=False,
                    min_width=280,
                    elem_id="train-race",
                )
                self.against = gr.Dropdown(
                    [],
                    label=tr("… in the second run to"),
                    info=tr("One of these, or a value that you type."),
                    allow_custom_value=True,
                    visible=False,
                    min_width=240,
                    elem_id="train-against",
                )
        self.notice = Notice(elem_id="train-notice")
        with gr.Row():
            with gr.Column(scale=3, min_width=340):
                self.live = LiveRun(elem_id="train-run")
            with gr.Column(scale=2, min_width=340):
                self._live_chart(ATTENTION)
        with gr.Column(visible=False, elem_id="train-take") as self.take:
            self.weights = gr.Radio([], label=tr("Which weights?"), info=tr(TWO_KEPT), elem_id="train-weights")
            with gr.Row():
                self.to_translate = gr.Button(tr("Open in Translate"), variant="primary", elem_id="train-to-translate")
                self.to_compare = gr.Button(tr("Open in Compare"), elem_id="train-to-compare")
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
                if chart.probed and chart is not ATTENTION:
                    with gr.Column(min_width=340):
                        self._live_chart(chart)
        with gr.Accordion(tr("The Keras code of this run"), open=False, elem_id="train-code"):
            self.code = gr.Code(keras_script(FIRST.config), language="python", interactive=False)

    def _live_chart(self, chart: Chart) -> None:
        """One of the probe's decoding."""
        name = f"train-{chart.name}"
        PlotlyChart(group=self.link.tab, height=chart.height, channel=name, elem_id=name.replace("_", "-"))

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
                self.about: tr(PRESETS[preset].help),
                self.own: gr.update(visible=False),
                **dials_of(PRESETS[preset].config),
            }

        def chosen_own(count: int) -> Updates:
            """So many pairs were brought: the dials are set for them, and nothing else looks chosen."""
            dials = dials_of(config_of(OWN, count)) | {self.dials["task"]: OWN}
            return {self.preset: OWN, self.about: tr(OWN_HELP), self.own: gr.update(visible=True), **dials}

        def choose_data(request: gr.Request, task: str) -> Any:
            return chosen_own(len(_visitor(request).pairs)) if task == OWN else gr.skip()

        def dials_of(config: ModelConfig) -> Updates:
            return self._held({name: getattr(config, name) for name in BY_FIELD})

        def choose_network(request: gr.Request, preset: str, architecture: str) -> Updates:
            """The preset's network and recipe again, as this kind needs them."""
            config = kind_named(architecture).adapted(config_of(preset, len(_visitor(request).pairs)))
            return self._held({dial.field: getattr(config, dial.field) for row in DIALS[1:] for dial in row})

        def choose_race(field: str, **values: Any) -> Updates:
            """What the second run may have there; the first of it is as good as any."""
            choices = race_values(field, values[field]) if field else []
            value = choices[0][1] if choices else None
            return {self.against: gr.update(choices=choices, value=value, visible=bool(field))}

        def begin(request: gr.Request, preset: str, race: str, against: str | None, **values: Any) -> Updates:
            visitor = _visitor(request)
            if visitor.trains:
                return {self.notice: tr("Your training is still going on: stop it first.")}
            try:
                raced = [values, rival_of(values, race, against or "")] if race else [values]
                own = len(visitor.pairs)
                configs = [dialled(config_of(preset, own), each, own) for each in raced]
            except Seq2SeqError as error:
                return {self.notice: stale(error) if visitor.run else str(error)}
            pairs = visitor.pairs if values["task"] == OWN else ()
            runs = []
            for config in configs:
                expected = expected_seconds(config, pairs, POOL.speed or 1.0)
                runs.append(Run(config, pairs, "", expected, POOL.minutes, owner=visitor.token))
            visitor.start(*runs)
            for run in runs:
                POOL.submit(run)
            return started(visitor, configs[0])

        def started(visitor: Visitor, config: ModelConfig) -> Updates:
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
            if visitor.rival:  # of a race, whose second run is now to be watched
                visitor.move_on()
                assert visitor.run
                return lab.offering(visitor, started(visitor, visitor.run.config))
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
                raise Seq2SeqError(tr("This model has given way to newer ones: train it again."))
            visitor.run.show(keys.index(key))
            visitor.run.tell(SetProbe(visitor.run.probe))
            visitor.shown = VISITORS.model(key)
            return {self.live: _to_live(visitor)}

        def compare_runs(request: gr.Request, event: gr.EventData) -> Updates:
            """Two of the visitor's runs, side by side."""
            visitor = _visitor(request)
            numbers = told(event, "first", int), told(event, "second", int)
            models = [past.model for number in numbers for past in visitor.past if past.number == number]
            if len(models) < 2 or not all(map(VISITORS.model, models)):
                raise Seq2SeqError(tr("One of these models has given way to newer ones: train it again."))
            return lab.show(compare, visitor, *models)

        def turned(preset: str, race: str, against: str | None, **values: Any) -> Updates:
            """A dial, by the visitor or by another one."""
            return self.at(_link(preset, values, (race, against or "")))

        self.item.select(arrive, None, [self.live, self.preset], concurrency_limit=None, **QUIET)
        dialled_by = [self.preset, self.about, self.own, *self.dials.values()]
        self.preset.input(choose, self.preset, dialled_by, **QUIET)
        self.dials["task"].input(choose_data, self.dials["task"], dialled_by, **QUIET)
        self.race.input(choose_race, inputs_kwargs=self.dials | {"field": self.race}, outputs=[self.against], **QUIET)
        dials = self.dials | {"preset": self.preset, "race": self.race, "against": self.against}
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
        self.live.kept(kept, None, [*begun, *lab.pickers], **QUIET)
        self.live.gone(gone, None, [self.take, self.live], **QUIET)
        self.weights.input(choose_weights, self.weights, [self.live], **QUIET)
        translate, compare = lab.tab(TranslateTab), lab.tab(CompareTab)
        self.live.compare(compare_runs, None, lab.shown(compare), **QUIET)
        for button, tab in ((self.to_translate, translate), (self.to_compare, compare)):
            button.click(lab.showing(tab), self.weights, lab.shown(tab), **QUIET)
        self.pairs.connect(chosen_own, dialled_by)

    @property
    def opened(self) -> list[Block]:
        chosen = [self.address, self.notice, self.preset, self.about, self.own, self.accordion]
        return [*chosen, *self.dials.values(), self.race, self.against, self.live, self.code, *self.pairs.opened]

    def welcome(self, visitor: Visitor) -> Updates:
        code = {self.code: keras_script(visitor.run.config)} if visitor.run else {}
        pairs = self.pairs.shown(visitor.own) if visitor.own else {}
        return {self.live: _to_live(visitor)} | code | pairs

    def open(self, link: Training) -> Updates:
        values = values_of(link.preset)
        values |= {name: BY_FIELD[name].of_link(value) for name, value in link.dials if name in BY_FIELD}
        own = link.preset == OWN
        field, against = link.race
        if field:
            rival_of(values, field, against)  # is there such a race?
        chosen: Updates = {
            self.preset: link.preset,
            self.about: tr(OWN_HELP if own else PRESETS[link.preset].help),
            self.own: gr.update(visible=own),
            # what the link turned is in sight; for one that turns nothing it stays as it is
            self.accordion: gr.update(open=True) if link.dials or field else gr.update(),
            self.race: field,
            self.against: gr.update(
                choices=race_values(field, values[field], against) if field else [],
                value=against or None,
                visible=bool(field),
            ),
        }
        return chosen | self._held(values) | self.at(_link(link.preset, values, link.race))

    def _held(self, values: dict[str, Any]) -> Updates:
        """The dials with these values; of dropout, which not every network knows, whether it can be turned."""
        dropout = gr.update(value=values["dropout"], interactive=kind_named(values["architecture"]).drops_out)
        return {self.dials[name]: value for name, value in values.items()} | {self.dials["dropout"]: dropout}


def _link(preset: str, values: dict[str, Any], race: tuple[str, str]) -> Training:
    """The preset, the dials that hold something else, and the race."""
    return Training(preset, turned_of(preset, values), race if race[0] else ("", ""))


def _visitor(request: gr.Request) -> Visitor:
    return VISITORS.of_session(request.session_hash or "")


def _to_live(visitor: Visitor) -> dict[str, Any]:
    """What the run's component is given: whose reports to listen to, and the files of a finished run."""
    query = f"?model={visitor.shown.key}" if visitor.shown else ""
    files = {"zip": f"_lab/train/model.zip{query}", "csv": f"_lab/train/curves.csv{query}"} if query else None
    return {"visitor": visitor.token, "files": files}


def _preset_choices() -> list[tuple[str, str]]:
    """With the time each takes here, once that is known."""
    presets = [(f"{tr(preset.config.title)}{_takes(preset)}", name) for name, preset in PRESETS.items()]
    return [*presets, (tr("Your own pairs"), OWN)]


def _described(kept: KeptModel) -> str:
    """Which weights, and what they know."""
    weights = kept.title[0].upper() + kept.title[1:]
    learnt, unseen = (percent(share) for share in (kept.exact_in_training, kept.exact))
    return tr(
        "{weights}: {learnt} of its training examples right, {unseen} of the held-out ones",
        weights=weights,
        learnt=learnt,
        unseen=unseen,
    )


def _takes(preset: Preset) -> str:
    if not POOL.speed:
        return ""
    seconds = expected_seconds(preset.config, (), POOL.speed)
    if seconds < 95:
        return f" · {tr('about {seconds:.0f} s', seconds=round(seconds, -1) or 10)}"
    return f" · {tr('about {minutes:.0f} min', minutes=seconds / 60)}"
