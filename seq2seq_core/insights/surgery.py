"""Surgery: one unit of the decoder is held at its mean, and the text is written again.

The unit's h and c, wherever they are read, are v from the hand-over to the end, v its mean over the steps of the text
as it was (Radford et al. 2017, arXiv:1704.01444; Lakretz et al. 2019, arXiv:1903.07435, who set it to zero). A text
that changes proves little, for most units change some text: all units of the layer are ranked by what holding each does
to the log-probability of the text as it was, all of them in one batch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..models import Network
from .forced_text import change
from .instrument import Focus, Instrument
from .two_texts import above, effect, said

RANKING_HEIGHT = 230  # pixels


@dataclass(frozen=True, eq=False)
class Held:
    """Units that are held, one in each row of a batch."""

    units: np.ndarray  # int (batch,)
    h: np.ndarray  # float32 (batch,)
    c: np.ndarray | None  # None: the layer has none

    def of(self, h: np.ndarray, c: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray | None]:
        """The states (batch, units) with those units held."""
        rows, h = np.arange(len(h)), h.copy()
        h[rows, self.units] = self.h
        if c is not None and self.c is not None:
            c = c.copy()
            c[rows, self.units] = self.c
        return h, c


class _HeldLayer:
    """A layer of a decoder whose units are held: all that reads it reads the held values."""

    def __init__(self, layer: Any, held: Held, recurrent: bool) -> None:
        self._layer, self._held, self._recurrent = layer, held, recurrent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)

    def step(self, *given: Any) -> tuple[np.ndarray, np.ndarray | None]:
        if self._recurrent:  # (projected input, h, c, …) to (h, c); before the first step it was handed over
            projected, h, c, *others = given
            return self._held.of(*self._layer.step(projected, *self._held.of(h, c), *others))
        past, x = self._layer.step(*given)  # of a convolution: what it read, and what it gives
        return past, self._held.of(x)[0]


def held_network(model: Translator, layer: int, held: Held) -> Network:
    """The model's network with units of a decoder layer, counted from 0 at the bottom, held."""
    network = model.network
    stack = list(network.decoder_layers)
    stack[layer] = _HeldLayer(stack[layer], held, model.kind.claims.recurrent)
    name = next(
        field.name
        for field in fields(network)  # type: ignore[arg-type]  # every network is a dataclass
        if getattr(network, field.name) is network.decoder_layers
    )
    return replace(network, **{name: tuple(stack)})  # type: ignore[type-var]


def means(trace: DecodeTrace, layer: int, units: np.ndarray) -> Held:
    """These units at their means over the steps of a text."""
    one = trace.layers[layer]
    return Held(units, one.h[:, units].mean(axis=0), None if one.c is None else one.c[:, units].mean(axis=0))


def written_again(model: Translator, trace: DecodeTrace, layer: int, unit: int) -> DecodeTrace:
    """The translation, decoded as the trace was, with one unit held at its mean.

    Args:
        trace: one of the model's.
        layer: of the decoder, counted from 0 at the bottom.
    """
    network = held_network(model, layer, means(trace, layer, np.array([unit])))
    return Translator(model.config, model.vocabularies, network).translate(trace.source, **asdict(trace.decoding))


def effects(model: Translator, trace: DecodeTrace, layer: int) -> np.ndarray:
    """By how many nats the text as it was becomes less (below 0) or more probable when a unit is held at its mean,
    float64 (units,): of every unit of a layer, counted from 0 at the bottom.

    Args:
        trace: one of the model's.
    """
    units = np.arange(trace.layers[layer].h.shape[1])
    return change(model, trace, held_network(model, layer, means(trace, layer, units)), len(units))


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    layer = focus.layer_of(trace)
    found = effects(model, trace, layer)
    unit = min(max(0, focus.unit), len(found) - 1)
    again = written_again(model, trace, layer, unit)
    order = np.argsort(found, kind="stable")
    place = int(np.flatnonzero(order == unit)[0])
    named = tr("unit {unit}")
    figure: Figure = {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(range(len(found))),
                "y": found[order].round(4).tolist(),
                "hovertext": [effect(named.format(unit=one), found[one]) for one in order],
                "hoverinfo": "text",
                "marker": {"size": 6, "color": BLUE},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [place],
                "y": [round(float(found[unit]), 4)],
                "hovertext": [effect(named.format(unit=unit), found[unit])],
                "hoverinfo": "text",
                "marker": {"size": 15, "color": ORANGE, "symbol": "diamond"},
            },
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {
                "range": [-len(found) * 0.03, len(found) * 1.03],
                "title": {"text": tr("the {count} units, ranked", count=len(found))},
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {"title": {"text": tr("nats")}, "zeroline": True},
            "margin": {"l": 60, "r": 8, "t": 8, "b": 36},
        },
        "height": RANKING_HEIGHT,
    }
    strongest = int(order[0])
    held = said(effect(tr("With unit {unit}", unit=unit), found[unit]), trace, again)
    most = effect(tr("the one that matters most is unit {unit}", unit=strongest), found[strongest])
    return {
        **above(figure, trace, again, model.vocabularies.target.kind, tr("{unit} held", unit=unit)),
        "help": f"{tr(SURGERY.help)} {held}{tr('; ')}{most}.",
    }


SURGERY = Instrument(
    name="surgery",
    title="Surgery",
    question="What if a unit stood still?",
    help="Above, the text as it was and the one that is written with the unit held at its mean over this text, what "
    "differs in orange. Below, every unit of the layer by what holding it does to the probability of the text as it "
    "was. A text that changes says little, for many units change it; and what a unit does here, it need not do in "
    "another sentence, nor do alone.",
    look=_look,
    dials=("layer", "unit"),
    height=400,
)
