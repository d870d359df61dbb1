"""Attention, silenced: what is written when no step may look at some characters.

Their scores are −∞ before the softmax, so the other weights grow in proportion, and the text is decoded again. Each
character read is also silenced alone, and the text as it was forced: what that does to its log-probability. The encoder
has still read all of them, and its other states hold something of each (compare `deletion`, which takes a character
away before it is read). Related: erased attention weights, Serrano & Smith 2019 (arXiv:1906.03731).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, describe, label, token_ticks
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..layers.attention import Attention, Memory
from ..models import Network
from .deletion import tokens_read
from .forced_text import change
from .instrument import Focus, Instrument
from .spans import marked, tokens_of
from .two_texts import above, effect, said


@dataclass(frozen=True, eq=False)
class _Silenced:
    """An attention that may not look everywhere."""

    attention: Attention
    silent: np.ndarray  # bool (batch or 1, source steps)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.attention, name)

    def weights(self, h: np.ndarray, memory: Memory) -> np.ndarray:
        padding = self.silent if memory.padding is None else self.silent | memory.padding
        return self.attention.weights(h, replace(memory, padding=padding))


def silenced_network(model: Translator, silent: np.ndarray) -> Network:
    """The model's network, which may not look at some places of the source.

    Args:
        silent: bool (batch or 1, source steps), never all of a row.
    """
    attention = _Silenced(model.network.attention, silent)  # type: ignore[attr-defined]
    return replace(model.network, attention=attention)  # type: ignore[type-var]


def silence(model: Translator, trace: DecodeTrace) -> np.ndarray:
    """By how many nats the text as it was becomes less (below 0) or more probable when no step may look at a token,
    float64 (tokens read,): of each token alone.

    Args:
        trace: one of the model's, which has attention, and read more than one token.
    """
    silent = np.eye(tokens_read(model, trace), len(trace.encoder.tokens), dtype=bool)
    return change(model, trace, silenced_network(model, silent), len(silent))


def written_again(model: Translator, trace: DecodeTrace, silent: np.ndarray) -> DecodeTrace:
    """The translation, decoded as the trace was, without looking at some places: bool (source steps,)."""
    network = silenced_network(model, silent[None])
    return Translator(model.config, model.vocabularies, network).translate(trace.source, **asdict(trace.decoding))


def _refuses(model: Translator) -> str:
    if not model.kind.claims.looks_back:
        return tr("This network has no attention that could be silenced: no step looks back at what was read.")
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    read = tokens_read(model, trace)
    if len(trace.encoder.tokens) < 2:
        return {
            "data": [],
            "layout": {},
            "help": tr("With its only character silenced, there would be nothing to look at."),
        }
    found = silence(model, trace)
    tokens = trace.encoder.tokens[:read]
    asked = tokens_of(model, focus.span)
    here, times = marked(tokens, asked) if asked else (np.zeros(read, bool), 0)
    helps = [tr(SILENCE.help).format(token=tr(model.vocabularies.source.kind))]
    if focus.span and not times:
        helps.insert(0, tr("“{span}” does not stand in the text: the strongest is silenced instead.", span=focus.span))
    if not times:
        here = np.arange(read) == found.argmin()
    silent = np.concatenate([here, np.zeros(len(trace.encoder.tokens) - read, bool)])
    if silent.all():
        silent[-1] = False  # something must be looked at
    again = written_again(model, trace, silent)
    without = tr("without looking at {token}")
    words = [effect(without.format(token=describe(one)), nats) for one, nats in zip(tokens, found, strict=True)]
    names = "".join(label(token) for token, mark in zip(tokens, here, strict=True) if mark)
    together = change(model, trace, silenced_network(model, silent[None]), 1)[0]
    figure: Figure = {
        "data": [
            {
                "type": "bar",
                "x": list(range(read)),
                "y": found.round(4).tolist(),
                "marker": {"color": [ORANGE if mark else BLUE for mark in here]},
                "hovertext": words,
                "hoverinfo": "text",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {**token_ticks(tokens), "range": [-0.6, read - 0.4], "showgrid": False},
            "yaxis": {"title": {"text": tr("nats")}, "zeroline": True},
            "margin": {"l": 60, "r": 8, "t": 8, "b": 36},
        },
        "height": 230,
    }
    told = effect(tr("Without looking at “{text}”", text=names), together)
    helps.append(f"{said(told, trace, again)}.")
    return {
        **above(figure, trace, again, model.vocabularies.target.kind, tr("silenced")),
        "help": " ".join(helps),
    }


SILENCE = Instrument(
    name="silence",
    title="Attention, silenced",
    question="What if it could not look there?",
    help="Above, the text as it was and the one that is written when no step may look at the {token}s in orange, what "
    "differs in orange. Below, each {token} silenced alone: what that does to the probability of the text as it was. "
    "The encoder has read it all the same, and its neighbours’ states hold some of it: little effect does not mean "
    "that the {token} did not count.",
    look=_look,
    refuses=_refuses,
    dials=("span",),
    height=400,
)
