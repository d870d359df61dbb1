"""View: the whole state of the Translate screen, as a link holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any
from urllib.parse import urlencode

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, Seq2SeqError, Translator, list_pretrained, load_model
from seq2seq_core.decoding import Decoding

from .visitors import VISITORS


@dataclass(frozen=True)
class View:
    """What is translated, how, and where the cursor stands."""

    model: str = DEFAULT_MODEL
    text: str = "Be nice."
    method: str = "greedy"
    temperature: float = 1.0
    top_k: int = 0  # 0: every token
    beam_width: int = 5
    seed: int = 0
    prefix: str = ""
    layer: int = 0  # whose states and gates are drawn, from 1; 0: the top one
    step: int = 0  # of the cursor, counted from the hand-off: 0 is the first one written, -1 the last one read

    def to_query(self) -> str:
        """Query string with everything that is not the default."""
        default = View()
        values = {name: value for name, value in asdict(self).items() if value != getattr(default, name)}
        return urlencode({"text": self.text} | values)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> View:
        """Unknown keys are ignored; raises Seq2SeqError for a value that is not of its kind."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name in query:
                kind: type = type(field.default)
                try:
                    values[field.name] = kind(query[field.name])
                except ValueError:
                    raise Seq2SeqError(
                        f"The link has {field.name}={query[field.name]!r}: a number was expected."
                    ) from None
        return cls(**values)

    @property
    def decoding(self) -> Decoding:
        """The decoding arguments of `translate`."""
        return Decoding(self.method, self.temperature, self.top_k or None, self.beam_width, self.seed, self.prefix)

    def translate(self) -> DecodeTrace:
        """Raises Seq2SeqError for a model that does not exist, or as `Translator.translate` does."""
        return pretrained(self.model).translate(self.text, **asdict(self.decoding))


def pretrained(name: str) -> Translator:
    """A pretrained model by name, or a visitor's own by its key; never a path, for names come from the internet.

    Raises:
        Seq2SeqError: naming those that exist.
    """
    if own := VISITORS.model(name):
        return own.translator
    if name.startswith("yours-"):
        raise Seq2SeqError("That model was made in a page that has been closed since. Only a downloaded one stays.")
    if name not in list_pretrained():
        raise Seq2SeqError(f"There is no model {name!r}: choose one of {', '.join(list_pretrained())}.")
    return _load(name)


_load = cache(load_model)

EXAMPLES = (
    "Be nice.",
    "Drop it!",
    "Get out!",
    "I love you.",
    "Where is the station?",
    "I don't know what to do.",
    "My brother works in a hospital.",
)


def examples_of(model: Translator) -> tuple[str, ...]:
    """Texts to try with a model."""
    if own := VISITORS.model(model.name):
        return own.examples
    return model.task.examples if model.task else EXAMPLES


def title_of(name: str) -> str:
    """What a model is called in a picker."""
    own = VISITORS.model(name)
    return own.title if own else pretrained(name).config.title


def token_of(model: Translator) -> str:
    """What one token of a model is called."""
    return model.vocabularies.source.kind
