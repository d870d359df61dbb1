"""Links: what the address's fragment says of each tab. Encoded, decoded, checked and clamped here and nowhere else.

`#text=Be+nice.&step=3` is the Translate tab, `#tab=compare&text=…&models=a,b` another: the tab, the text, and
everything that is not the default. A link that was ever made must go on to open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlencode

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, Seq2SeqError, Translator
from seq2seq_core.charts import CHARTS, Chart, Figure
from seq2seq_core.charts.network import NETWORK
from seq2seq_core.config import ModelConfig
from seq2seq_core.decoding import Decoding, make_method
from seq2seq_core.decoding.beam_search import MAX_BEAM_WIDTH
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.language import tr
from seq2seq_core.live.presets import PRESETS

from .library import config_of, pretrained

HOME = "translate"  # the tab of a link that names none
# what can be drawn large in Translate, in the order in which it stands on screen
# (the next token's is always in sight, as a table)
PICTURES: dict[str, Chart] = {NETWORK.name: NETWORK}
PICTURES |= {name: chart for name, chart in CHARTS.items() if name != "next_token"}
PICTURES |= {"deletion": INSTRUMENTS["deletion"]}
OWN = "own"  # the training, and its data, that stand for what the visitor brings
GROWING = "one-vector"  # the lesson of the sentence that grows
MOST_STEPS = 1_000  # more than any translation has
_DIALS = Decoding()


def _between(least: float, most: float, default: float) -> Any:
    """A number of a link, and the limits it is held to."""
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class Link:
    """One view of a tab. Its fields are texts, numbers with limits, and lists of texts; each has a default."""

    tab: ClassVar[str]
    always: ClassVar[tuple[str, ...]] = ("text",)  # what a query holds even where it is the default

    def to_query(self) -> str:
        """Query string that `from_query` turns into an equal view."""
        values = {} if self.tab == HOME else {"tab": self.tab}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name in self.always or value != each.default:
                values[each.name] = _joined(value) if isinstance(value, tuple) else value
        return urlencode(values, errors="surrogatepass")  # half a character that was typed is no error here

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """Unknown keys are ignored, and a number beyond its limits becomes the nearest that is not.

        Raises:
            Seq2SeqError: a value that is not of its kind, or a name that does not exist.
        """
        return cls(**{each.name: _read(each, query[each.name]) for each in fields(cls) if each.name in query})

    @classmethod
    def made_of(cls, query: str) -> Self:
        """The very view that this is the `to_query` of, beyond the limits or not."""
        values = dict(parse_qsl(query, keep_blank_values=True, errors="surrogatepass"))
        return cls(**{each.name: _value(each, values[each.name]) for each in fields(cls) if each.name in values})

    @classmethod
    def keys(cls) -> list[str]:
        """What a query of this tab may hold."""
        return [each.name for each in fields(cls)]

    @classmethod
    def limits(cls, name: str) -> tuple[float, float]:
        """(least, most) of a number."""
        metadata = cls.__dataclass_fields__[name].metadata
        return metadata["least"], metadata["most"]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the models it shows."""
        return ()


def _value(field: Any, value: str) -> Any:
    kind: type = type(field.default)
    return _texts(value) if kind is tuple else kind(value)


def _read(field: Any, value: Any) -> Any:
    kind: type = type(field.default)
    if kind is str:
        return str(value)
    if kind is tuple:
        return _texts(str(value))
    return read_number(field.name, value, kind, field.metadata["least"], field.metadata["most"])


def _texts(value: str) -> tuple[str, ...]:
    return tuple(map(unquote, value.split(",")))


def _joined(texts: tuple[str, ...]) -> str:
    """With commas between them; those within a text are escaped."""
    return ",".join(text.replace("%", "%25").replace(",", "%2C") for text in texts)


def read_number(name: str, value: Any, kind: type, least: float, most: float) -> Any:
    """Of this kind, and the nearest within the limits. Raises Seq2SeqError for what is no number."""
    try:
        number = kind(value)
        if math.isnan(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        given = str(value) if len(str(value)) <= 20 else f"{str(value)[:20]}…"
        raise Seq2SeqError(
            tr("The link has {name}={given}: a number was expected.", name=name, given=repr(given))
        ) from None
    return kind(min(max(number, least), most))


def read_fragment(fragment: str) -> dict[str, str]:
    """A link's query by name, with the `tab` it is for."""
    query = dict(parse_qsl(fragment, keep_blank_values=True))
    # short ones, to be typed on thirty phones: ?lesson=3, and ?present
    return {"tab": Learning.tab if {"lesson", "present"} & query.keys() else HOME, **query}


@dataclass(frozen=True)
class View(Link):
    """Translate: what is translated, how, and where the cursor stands."""

    tab = HOME

    model: str = DEFAULT_MODEL
    text: str = "Be nice."
    method: str = _DIALS.method
    temperature: float = _between(0.1, 3, _DIALS.temperature)
    top_k: int = _between(0, 50, _DIALS.top_k or 0)  # 0: every token
    beam_width: int = _between(1, MAX_BEAM_WIDTH, _DIALS.beam_width)
    seed: int = _between(0, 2**32 - 1, _DIALS.seed)
    prefix: str = _DIALS.prefix
    top_p: float = _between(0.05, 1, _DIALS.top_p or 1.0)  # 1: every token
    back: int = _between(0, 1, 0)  # 1: the translation is translated back, too
    mend: int = _between(0, 1, 1)  # 1: it reads what was meant
    layer: int = _between(0, 100, 0)  # whose states and gates are drawn, from 1; 0: the top one
    chart: str = next(iter(PICTURES))  # what is drawn large
    reference: str = ""  # a right translation that it is held against; "": none
    # of the cursor, counted from the hand-off: 0 is the first one written, -1 the last one read
    step: int = _between(-MOST_STEPS, MOST_STEPS, 0)

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        view = super().from_query(query)
        make_method(view.decoding, pretrained(view.model).network)
        if view.chart not in PICTURES:  # one that there was once
            view = replace(view, chart=cls.chart)
        return view if view.layer <= config_of(view.model).layers else replace(view, layer=0)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.model,)

    @property
    def decoding(self) -> Decoding:
        """The decoding arguments of `translate`."""
        cut = self.top_k or None, self.top_p if self.top_p != 1 else None
        return Decoding(self.method, self.temperature, cut[0], self.beam_width, self.seed, self.prefix, cut[1])

    def translate(self) -> DecodeTrace:
        """Raises Seq2SeqError for a model that does not exist, or as `Translator.translate` does."""
        return pretrained(self.model).translate(self.text, **asdict(self.decoding), mend=bool(self.mend))

    def read(self) -> str:
        """The text that is then translated: its trace's source. Raises Seq2SeqError as `translate` does."""
        return pretrained(self.model).mended(self.text) if self.mend else self.text


def within(step: int, trace: DecodeTrace) -> int:
    """The step of this translation that is nearest."""
    read = 0 if trace.claims.in_step else len(trace.encoder.tokens)
    return min(max(step, -read), len(trace) - 1)


@dataclass(frozen=True)
class Comparison(Link):
    """Compare: one text and several models."""

    tab = "compare"

    text: str = View.text
    models: tuple[str, ...] = ("en-fr-char-lstm", "en-fr-char-attention", "en-fr-char-gru")  # a column each; "": empty
    prefixes: tuple[str, ...] = ("", "", "")  # what is forced in each column; "": nothing
    step: int = _between(-MOST_STEPS, MOST_STEPS, 0)

    @property
    def names(self) -> tuple[str, ...]:
        return self.models


@dataclass(frozen=True)
class Looking(Link):
    """Inside: an instrument, what it looks at, and where the cursor stands."""

    tab = "inside"

    model: str = DEFAULT_MODEL
    text: str = "Where is the station?"
    instrument: str = next(iter(INSTRUMENTS))
    layer: int = _between(0, 100, Focus.layer)
    unit: int = _between(0, 10_000, Focus.unit)
    span: str = Focus.span
    reference: str = Focus.reference
    other: str = Focus.other
    factor: float = _between(0, 2, Focus.factor)
    part: str = Focus.part
    view: str = Focus.view
    sentences: str = Focus.sentences
    color: str = Focus.color
    handed: str = Focus.handed
    temperature: float = _between(0.1, 3, Focus.temperature)
    top_k: int = _between(0, 50, Focus.top_k)
    top_p: float = _between(0.05, 1, Focus.top_p)
    seed: int = _between(0, 2**32 - 1, Focus.seed)
    prefix: str = _DIALS.prefix  # what its translation must begin with
    step: int = _between(-MOST_STEPS, MOST_STEPS, Focus.step)

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        looking = super().from_query(query)
        if looking.instrument not in INSTRUMENTS:
            given, there = repr(looking.instrument), ", ".join(INSTRUMENTS)
            raise Seq2SeqError(tr("There is no instrument {name}: it is one of {names}.", name=given, names=there))
        return looking if looking.layer <= config_of(looking.model).layers else replace(looking, layer=0)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.model,)

    def fitting(self, model: Translator) -> Looking:
        """With what this model offers, in place of choices that it does not."""
        focus = self.focus
        for instrument in INSTRUMENTS.values():
            focus = instrument.fitting(model, focus)
        return replace(self, **{each.name: getattr(focus, each.name) for each in fields(Focus)})

    @property
    def focus(self) -> Focus:
        return Focus(**{each.name: getattr(self, each.name) for each in fields(Focus)})

    def translate(self) -> DecodeTrace:
        """Raises Seq2SeqError as `View.translate` does."""
        return View(self.model, self.text, prefix=self.prefix).translate()

    def figure(self, trace: DecodeTrace) -> Figure:
        """The instrument's answer to its translation."""
        return INSTRUMENTS[self.instrument].build(pretrained(self.model), trace, self.focus)


@dataclass(frozen=True)
class Training(Link):
    """Train: what is to be learnt, and how."""

    tab = "train"

    preset: str = next(iter(PRESETS))
    dials: tuple[tuple[str, str], ...] = ()  # those that were turned: a field of ModelConfig, and its value as text
    race: tuple[str, str] = ("", "")  # the one that a second run has otherwise, and its value there; "": no race

    def to_query(self) -> str:
        preset = {} if self.preset == Training.preset else {"preset": self.preset}
        race = {"race": ":".join(self.race)} if self.race[0] else {}
        return urlencode({"tab": self.tab, **preset, **dict(self.dials), **race})

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        preset = str(query.get("preset", cls.preset))
        if preset not in (*PRESETS, OWN):
            there = ", ".join((*PRESETS, OWN))
            raise Seq2SeqError(tr("There is no training {name}: it is one of {names}.", name=repr(preset), names=there))
        field, _, value = str(query.get("race", "")).partition(":")
        dials = tuple((key, str(query[key])) for key in cls.keys()[2:] if key in query)
        return cls(preset, dials, (field, value))

    @classmethod
    def keys(cls) -> list[str]:
        return ["preset", "race", *(each.name for each in fields(ModelConfig) if each.name not in ("name", "title"))]


@dataclass(frozen=True)
class Learning(Link):
    """Learn: a lesson, which of its views, and what that is asked."""

    tab = "learn"
    always = ()

    lesson: str = ""  # its name, or its number; "": the first one
    view: int = _between(0, 9, 0)
    text: str = ""  # "": the view's own
    prefix: str = ""  # what is forced
    step: int = _between(-MOST_STEPS, MOST_STEPS, 0)

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        learning = super().from_query(query)
        # of links that were made when there was one lesson: the sentence that grows
        return replace(learning, lesson=GROWING) if learning.text and not learning.lesson else learning
