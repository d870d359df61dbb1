"""The dials of a training: the fields of ModelConfig that are on screen, and the config that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.components import Component

from seq2seq_core import Seq2SeqError
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.decimals import exact, whole
from seq2seq_core.language import Said, later, tr
from seq2seq_core.live.presets import OWN_PAIRS, PRESETS, for_own_pairs
from seq2seq_core.models import KINDS, Kind
from seq2seq_core.recipes import check

from .links import OWN, read_number

MAX_PAIRS = 20_000  # to train on
FIRST = next(iter(PRESETS.values()))


@dataclass(frozen=True)
class Dial:
    """A field of ModelConfig on screen."""

    field: str
    label: str
    component: type[Component]
    options: dict[str, Any]
    read: Callable[[Any], Any] = lambda value: value  # what the component holds to what the field takes
    said: str = "{value}"  # a number in words
    off: str = ""  # what a tick that is not there means
    others: tuple[Any, ...] = ()  # what two runs of one data and seed may be raced with; none: they cannot

    @property
    def texts(self) -> list[str]:
        """All that a person reads of it."""
        names = [name for name, _ in self._choices if isinstance(name, str)]
        return [text for text in (self.label, self.said, self.off, self.options.get("info", ""), *names) if text]

    def of_link(self, text: str) -> Any:
        """What the component holds for a link's value. Raises Seq2SeqError for one that it cannot hold."""
        kind = type(getattr(FIRST.config, self.field))
        if self.component in (gr.Slider, gr.Number):
            limits = self.options.get("minimum", 0), self.options.get("maximum", 2**32 - 1)
            return read_number(self.field, text, kind, *limits)
        values = {str(value): value for _, value in self._choices}
        if text not in values:
            raise Seq2SeqError(
                tr(
                    "The link has {field}={text!r}: one of {known} was expected.",
                    field=self.field,
                    text=text,
                    known=", ".join(values),
                )
            )
        return values[text]

    def says(self, value: Any) -> str:
        """A value in a few words that stand for themselves: 128 units, GRU, no teacher forcing."""
        if self.component is gr.Checkbox:
            return tr(self.label if value else self.off)
        name = next((name for name, choice in self._choices if choice == value), value)
        if isinstance(name, str):
            name = tr(name)
        elif self.field != "seed":
            name = whole(name) if isinstance(name, int) else exact(name)
        return tr(self.said, value=name)

    def made(self, value: Any) -> Component:
        """The component, in the language that is spoken."""
        options = self.options | {"label": tr(self.label), "elem_id": f"train-{self.field.replace('_', '-')}"}
        if "info" in options:
            options["info"] = tr(options["info"])
        if "choices" in options:
            options["choices"] = [(tr(str(name)), held) for name, held in self._choices]
        return self.component(value=value, **options)

    @property
    def _choices(self) -> list[tuple[str, Any]]:
        """(what it is called, value)"""
        choices = self.options.get("choices", (True, False) if self.component is gr.Checkbox else ())
        return [choice if isinstance(choice, tuple) else (choice, choice) for choice in choices]


def up_to(most: int) -> Callable[[Any], int]:
    """Gradio checks a slider's limits against what it was built with."""
    return lambda value: min(int(value or 0), most)


def share(most: float) -> Callable[[Any], float]:
    """A slider's number, without what adding up its steps has left behind the third digit."""
    return lambda value: min(round(float(value or 0), 3), most)


TASK_CHOICES = [
    *((task.title, name) for name, task in TASKS.items()),
    ("English → French, manythings.org (downloaded once)", "pairs"),
    ("Your own pairs", OWN),
]
# a row of the screen each: data, network, against learning by heart, training, optimizer
DIALS = (
    (
        Dial("task", "Data", gr.Dropdown, {"choices": TASK_CHOICES, "min_width": 280, "filterable": False}),
        Dial(
            "num_samples",
            "Examples, held-out ones included",
            gr.Slider,
            {"minimum": 10, "maximum": MAX_PAIRS, "step": 1, "min_width": 240},
            up_to(MAX_PAIRS),
            said="{value} examples",
        ),
        Dial("level", "Tokens", gr.Radio, {"choices": [("characters", "character"), ("words", "word")]}),
        Dial(
            "reverse_source",
            "source reversed",
            gr.Checkbox,
            {"min_width": 160},
            off="source as written",
            others=(True, False),
        ),
    ),
    (
        Dial(
            "architecture",
            "Network",
            gr.Dropdown,
            {"choices": [(kind.title, kind.name) for kind in KINDS.values()], "min_width": 240, "filterable": False},
            others=tuple(KINDS),
        ),
        Dial(
            "cell",
            "Cell",
            gr.Radio,
            {"choices": [("LSTM", "lstm"), ("GRU", "gru")], "min_width": 200},
            others=("lstm", "gru"),
        ),
        Dial(
            "units",
            "Units",
            gr.Slider,
            {"minimum": 16, "maximum": 256, "step": 16, "min_width": 200},
            up_to(256),
            said="{value} units",
            others=(32, 64, 128, 256),
        ),
        Dial(
            "layers",
            "Layers",
            gr.Slider,
            {"minimum": 1, "maximum": 3, "step": 1, "min_width": 160},
            up_to(3),
            said="layers: {value}",
            others=(1, 2, 3),
        ),
    ),
    (
        Dial(
            "dropout",
            "Dropout",
            gr.Slider,
            {
                "minimum": 0,
                "maximum": 0.5,
                "step": 0.05,
                "min_width": 240,
                "info": "Share of the numbers between layers that is set to 0 while it trains, others at every batch.",
            },
            share(0.5),
            said="dropout {value}",
            others=(0.0, 0.1, 0.2, 0.3),
        ),
        Dial(
            "label_smoothing",
            "Label smoothing",
            gr.Slider,
            {
                "minimum": 0,
                "maximum": 0.3,
                "step": 0.05,
                "min_width": 240,
                "info": "Share of the target’s 1 that is spread over all tokens, so that it never gets quite sure.",
            },
            share(0.3),
            said="label smoothing {value}",
            others=(0.0, 0.1, 0.2, 0.3),
        ),
    ),
    (
        Dial(
            "epochs",
            "Epochs",
            gr.Slider,
            {"minimum": 1, "maximum": 200, "step": 1, "min_width": 200},
            up_to(200),
            said="{value} epochs",
        ),
        Dial(
            "batch_size",
            "Batch",
            gr.Dropdown,
            {"choices": [16, 32, 64, 128, 256], "min_width": 120, "filterable": False},
            up_to(256),
            said="batches of {value}",
            others=(16, 32, 64, 128, 256),
        ),
        Dial("seed", "Seed", gr.Number, {"precision": 0, "min_width": 120}, up_to(2**32 - 1), said="seed {value}"),
        Dial(
            "teacher_forcing",
            "teacher forcing",
            gr.Checkbox,
            {"min_width": 160},
            off="no teacher forcing",
            others=(True, False),
        ),
    ),
    (
        Dial(
            "optimizer",
            "Optimizer",
            gr.Radio,
            {"choices": [("Muon", "muon"), ("Adam", "adam"), ("RMSprop", "rmsprop")], "min_width": 320},
            others=("muon", "adam", "rmsprop"),
        ),
        Dial(
            "learning_rate",
            "Learning rate",
            gr.Number,
            {"min_width": 140},  # no limits: beyond them Gradio shows no sentence of ours
            lambda value: float(value or 0),
            said="learning rate {value}",
            others=(0.0003, 0.001, 0.003, 0.01, 0.03),
        ),
        Dial(
            "schedule",
            "Learning rate over time",
            gr.Radio,
            {"choices": [("cosine decay", "cosine"), ("constant", "constant")], "min_width": 280},
            said="learning rate: {value}",
            others=("cosine", "constant"),
        ),
    ),
)
CHANGED = later("{title}, dials changed")  # of a config in English, as all that is in its files
BY_FIELD = {dial.field: dial for row in DIALS for dial in row}


def config_of(preset: str, own_pairs: int) -> ModelConfig:
    """What the dials start from. For pairs of one's own, before there are any: for a few hundred."""
    return PRESETS[preset].config if preset in PRESETS else for_own_pairs(own_pairs or 300)


def values_of(preset: str) -> dict[str, Any]:
    """What the dials, by field, hold before any is turned; for pairs of one's own, before there are any."""
    config = config_of(preset, 0)
    values = {field: getattr(config, field) for field in BY_FIELD}
    return values | ({"task": OWN} if preset == OWN else {})


def turned_of(preset: str, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(field, value as text) of the dials that hold something else than the preset's."""
    held = {field: dial.read(values[field]) for field, dial in BY_FIELD.items()}
    before = values_of(preset)
    return tuple((name, str(value)) for name, value in held.items() if value != before[name])


def dialled(config: ModelConfig, values: Mapping[str, Any], own_pairs: int) -> ModelConfig:
    """A preset's config as the dials change it.

    Args:
        values: of the dials, by field.
        own_pairs: how many pairs the visitor has brought.

    Raises:
        Seq2SeqError: that is nothing that can be trained.
    """
    fields = {field: dial.read(values[field]) for field, dial in BY_FIELD.items()}
    own = fields["task"] == OWN
    if own:
        if not own_pairs:
            raise Seq2SeqError(
                tr("There are no pairs of your own yet: choose “Your own pairs”, and bring or paste some.")
            )
        fields |= {"task": "pairs", "num_samples": min(fields["num_samples"], own_pairs)}
    fields["languages"] = "en-fr" if fields["task"] == "pairs" and not own else ""  # what they bring could be in any
    changed = kind_named(fields["architecture"]).adapted(replace(config, **fields, max_words=2_000))
    changed = check(replace(changed, **fields))  # what has a dial is as the dial says
    if changed == config:
        return config
    if changed.task == config.task and own == (config.name == OWN_PAIRS):
        return replace(changed, title=CHANGED.format(title=config.title))
    pairs = later("Your own pairs") if own else later("English → French")
    title = pairs if changed.task == "pairs" else TASKS[changed.task].title
    return replace(changed, name=OWN_PAIRS if own else changed.task, title=title)


def title_of(config: ModelConfig) -> Said:
    """The title that `dialled` gave it."""
    before = Said(config.title.removesuffix(CHANGED.format(title="")))
    return before if before.text == config.title else Said(CHANGED, {"title": before})


def kind_named(name: str | None) -> Kind:
    """Raises Seq2SeqError where there is none."""
    if name not in KINDS:
        raise Seq2SeqError(tr("Choose a network: one of {known}.", known=", ".join(KINDS)))
    return KINDS[name]


# --- races: two runs, one dial apart


RACES = {field: dial for field, dial in BY_FIELD.items() if dial.others}


def race_dials() -> list[tuple[str, str]]:
    """(what it is called, field) of the dials in which two runs of one data and one seed may differ."""
    labels = ((tr(dial.label), field) for field, dial in RACES.items())
    return [(f"{label[0].upper()}{label[1:]}", field) for label, field in labels]


def race_values(field: str, value: Any, chosen: str = "") -> list[tuple[str, str]]:
    """(in words, as text) of what a race's second run may have where the first has this value.

    Args:
        chosen: one more, as a link may have any.
    """
    dial = RACES[field]
    others = [other for other in dial.others if other != dial.read(value)]
    if chosen and (other := dial.read(dial.of_link(chosen))) not in others:
        others.append(other)
    return [(dial.says(other), str(other)) for other in others]


def rival_of(values: Mapping[str, Any], field: str, text: str) -> dict[str, Any]:
    """The dials of a race's second run: those of the first, but for one.

    Raises:
        Seq2SeqError: there is no such dial to race with, or both runs would have the same value.
    """
    if field not in RACES:
        raise Seq2SeqError(
            tr("A race cannot be about {field!r}: it is about one of {known}.", field=field, known=", ".join(RACES))
        )
    dial = RACES[field]
    other = dial.read(dial.of_link(text))
    if other == dial.read(values[field]):
        raise Seq2SeqError(
            tr("A race is between two different runs, but both would have {value}.", value=dial.says(other))
        )
    return {**values, field: other}


# --- what is different


def differences(configs: Sequence[ModelConfig]) -> list[str]:
    """Each config in words, by no more than the dials in which they are not all alike."""
    held = [{field: _held(config, field) for field in BY_FIELD} for config in configs]
    differing = [field for field in BY_FIELD if len({str(values[field]) for values in held}) > 1]
    return [", ".join(BY_FIELD[field].says(values[field]) for field in differing) for values in held]


def same_data(one: ModelConfig, other: ModelConfig) -> bool:
    """Whether the losses of two runs can stand in one chart: nats a token of the same tokens."""
    return all(_held(one, field) == _held(other, field) for field in ("task", "level"))


def _held(config: ModelConfig, field: str) -> Any:
    return OWN if field == "task" and config.name == OWN_PAIRS else getattr(config, field)
