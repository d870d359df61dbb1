"""What an instrument is: a question asked of a network about one sentence, answered by a figure.

Adding one is a file here and a line in `insights/__init__.py`; the Inside tab and the tests list them from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..charts.base import Chart, Figure
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr


@dataclass(frozen=True)
class Focus:
    """What the dials beside an instrument point at; one that has no use for a dial does not look at it."""

    step: int = 0  # of the cursor, counted from the decoder's first step
    layer: int = 0  # of the decoder, counted from 1 at the bottom; 0: the top one
    unit: int = 0  # of that layer, counted from 0
    span: str = ""  # characters of the source that are asked about
    reference: str = ""  # a right translation; "": what the network wrote itself
    other: str = ""  # a text whose thought is given; "": a shipped one
    factor: float = 0.5  # by which the hand-over is multiplied
    # choices: each instrument says what it offers (`Instrument.choices`)
    part: str = "h"  # of a layer: h, c or one of its gates
    view: str = "variance"  # which units are shown, and how they are sorted
    sentences: str = "shipped"  # which ones are mapped
    color: str = "length"  # the property by which they are coloured
    handed: str = "all"  # what of the other text's thought is given
    # of sampling, as in `Decoding`
    temperature: float = 1.0
    top_k: int = 0  # 0: every token
    top_p: float = 1.0  # 1: every token
    seed: int = 0

    def layer_of(self, trace: DecodeTrace) -> int:
        """The layer's number in a trace, counted from 0 at the bottom."""
        count = len(trace.layers)
        return (min(self.layer, count) if self.layer > 0 else count) - 1


@dataclass(frozen=True, kw_only=True)
class Instrument(Chart):
    """A question and how it is answered. `help` says in a sentence how to read the figure, and what it does not say;
    where it says {token}, the figure of a model of words says word."""

    question: str  # on its button
    look: Callable[[Translator, DecodeTrace, Focus], Figure]
    refuses: Callable[[Translator], str] = lambda model: ""  # a sentence: why it cannot be asked of this network
    dials: tuple[str, ...] = ()  # fields of Focus that it looks at, the cursor's step not counted
    # of those that are a choice: the values that a network offers, and what they are called on screen
    choices: Mapping[str, Callable[[Translator], Mapping[str, str]]] = field(default_factory=dict)

    def fitting(self, model: Translator, focus: Focus) -> Focus:
        """The focus with the first that is offered in place of a choice that is not."""
        offered = {name: choices(model) for name, choices in self.choices.items()}
        firsts: dict[str, Any] = {
            name: next(iter(each)) for name, each in offered.items() if getattr(focus, name) not in each
        }
        return replace(focus, **firsts)

    def build(self, model: Translator, trace: DecodeTrace, focus: Focus | None = None) -> Figure:
        """The figure with its words; where the question makes no sense, no data and the reason why.

        Args:
            trace: one of the model's.
        """
        focus = self.fitting(model, focus or Focus())
        token = tr(model.vocabularies.source.kind)
        words: Figure = {"title": tr(self.title), "help": tr(self.help).format(token=token)}
        words |= {"step": focus.step, "reads": trace.steps_before, "height": self.height}
        if reason := self.refuses(model):
            return {**words, "help": reason, "data": [], "layout": {}, "frames": []}
        return {**words, "frames": [], **self.look(model, trace, focus)}
