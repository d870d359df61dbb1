"""Links: what the address's fragment says of each tab. Encoded and decoded here and nowhere else.

`#text=Be+nice.&step=3` is the Translate tab, `#tab=compare&text=…&models=a,b` another: the tab, the text, and
everything that is not the default. A link that was ever made must go on to open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, Seq2SeqError
from seq2seq_core.decoding import Decoding
from seq2seq_core.insights import INSTRUMENTS, Focus

from .library import pretrained

HOME = "translate"  # the tab of a link that names none
_DIALS = Decoding()


@dataclass(frozen=True)
class Link:
    """One view of a tab. Its fields are texts, numbers and lists of names; each has a default."""

    tab: ClassVar[str]

    def to_query(self) -> str:
        """Query string that `from_query` turns into an equal view."""
        values = {} if self.tab == HOME else {"tab": self.tab}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "text" or value != field.default:
                values[field.name] = ",".join(value) if isinstance(value, tuple) else value
        return urlencode(values)

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> Self:
        """Unknown keys are ignored; raises Seq2SeqError for a value that is not of its kind."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name in query:
                kind: type = type(field.default)
                value = query[field.name]
                try:
                    values[field.name] = tuple(value.split(",")) if kind is tuple else kind(value)
                except ValueError:
                    raise Seq2SeqError(f"The link has {field.name}={value!r}: a number was expected.") from None
        return cls(**values)


def read_fragment(fragment: str) -> dict[str, str]:
    """A link's query by name, with the `tab` it is for."""
    return {"tab": HOME, **dict(parse_qsl(fragment, keep_blank_values=True))}


@dataclass(frozen=True)
class View(Link):
    """Translate: what is translated, how, and where the cursor stands."""

    tab = HOME

    model: str = DEFAULT_MODEL
    text: str = "Be nice."
    method: str = _DIALS.method
    temperature: float = _DIALS.temperature
    top_k: int = _DIALS.top_k or 0  # 0: every token
    beam_width: int = _DIALS.beam_width
    seed: int = _DIALS.seed
    prefix: str = _DIALS.prefix
    top_p: float = _DIALS.top_p or 1.0  # 1: every token
    back: int = 0  # 1: the translation is translated back, too
    layer: int = 0  # whose states and gates are drawn, from 1; 0: the top one
    step: int = 0  # of the cursor, counted from the hand-off: 0 is the first one written, -1 the last one read

    @property
    def decoding(self) -> Decoding:
        """The decoding arguments of `translate`."""
        cut = self.top_k or None, self.top_p if self.top_p != 1 else None
        return Decoding(self.method, self.temperature, cut[0], self.beam_width, self.seed, self.prefix, cut[1])

    def translate(self) -> DecodeTrace:
        """Raises Seq2SeqError for a model that does not exist, or as `Translator.translate` does."""
        return pretrained(self.model).translate(self.text, **asdict(self.decoding))


@dataclass(frozen=True)
class Comparison(Link):
    """Compare: one text and several models."""

    tab = "compare"

    text: str = View.text
    models: tuple[str, ...] = ("en-fr-char-lstm", "en-fr-char-attention", "en-fr-char-gru")  # a column each; "": empty


@dataclass(frozen=True)
class Looking(Link):
    """Inside: an instrument, what it looks at, and where the cursor stands."""

    tab = "inside"

    model: str = DEFAULT_MODEL
    text: str = "Where is the station?"
    instrument: str = next(iter(INSTRUMENTS))
    layer: int = Focus.layer
    unit: int = Focus.unit
    span: str = Focus.span
    step: int = Focus.step

    @property
    def focus(self) -> Focus:
        return Focus(self.step, self.layer, self.unit, self.span)


@dataclass(frozen=True)
class Training(Link):
    """Train: the tab alone."""

    tab = "train"


@dataclass(frozen=True)
class Lesson(Link):
    """Learn: the sentence that grows."""

    tab = "learn"

    text: str = "Do you know where my brother put the book that I gave him yesterday?"
