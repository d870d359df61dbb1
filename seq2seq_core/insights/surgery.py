"""Surgery: one unit of the decoder is held at its mean, and the text is written again.

The unit's h and c, wherever they are read, are v from the hand-over to the end, v its mean over the steps of the text
as it was (Radford et al. 2017, arXiv:1704.01444; Lakretz et al. 2019, arXiv:1903.07435, who set it to zero). A text
that changes proves little, for most units change some text: all units of the layer are ranked by what holding each does
to the log-probability of the text as it was, all of them in one batch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from difflib import SequenceMatcher
from math import exp
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, label
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..layers.numerics import log_softmax
from ..models import Network
from .instrument import Focus, Instrument

COLUMNS = {"character": 30, "word": 5}  # tokens of a text in one line: a phone shows them
LINE_HEIGHT = 26  # pixels
RANKING_HEIGHT = 230


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
    network, ids = held_network(model, layer, means(trace, layer, units)), model.source_ids(trace.source)
    reading = network.encode(np.array([ids]), np.array([len(ids)]))
    state = network.initial_state(reading).select(np.zeros(len(units), int))
    previous, found = model.bounds(len(ids)).start_id, np.zeros(len(units))
    for token_id in trace.ids:
        state, logits = network.step(state, np.full(len(units), previous))
        found += log_softmax(logits.astype(np.float64))[:, token_id]
        previous = token_id
    as_it_was = log_softmax(trace.logits.astype(np.float64))[np.arange(len(trace)), trace.ids].sum()
    return found - as_it_was


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    count = len(trace.layers)
    layer = (min(focus.layer, count) if focus.layer > 0 else count) - 1
    found = effects(model, trace, layer)
    unit = min(max(0, focus.unit), len(found) - 1)
    again = written_again(model, trace, layer, unit)
    order = np.argsort(found, kind="stable")
    place = int(np.flatnonzero(order == unit)[0])
    columns = COLUMNS[model.vocabularies.target.kind]
    texts, rows = _texts(trace, again, columns)
    height = RANKING_HEIGHT + LINE_HEIGHT * (len(rows) + 1)
    # the texts above, the ranking below; 70 pixels of it are margins
    split = RANKING_HEIGHT / height
    strongest = int(order[0])
    said = "and the text is the same" if again.text == trace.text else "and another text is written"
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": list(range(len(found))),
                "y": found[order].round(4).tolist(),
                "hovertext": [_effect(int(one), found[one]) for one in order],
                "hoverinfo": "text",
                "marker": {"size": 6, "color": BLUE},
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [place],
                "y": [round(float(found[unit]), 4)],
                "hovertext": [_effect(unit, found[unit])],
                "hoverinfo": "text",
                "marker": {"size": 15, "color": ORANGE, "symbol": "diamond"},
            },
            *texts,
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {
                "range": [-len(found) * 0.03, len(found) * 1.03],
                "title": {"text": f"the {len(found)} units, ranked"},
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {"domain": [0, split - 0.06], "title": {"text": "nats"}, "zeroline": True},
            "xaxis2": {
                "anchor": "y2",
                "visible": False,
                "range": [-0.7, columns - 0.3],
            },
            "yaxis2": {
                "domain": [split + 0.02, 1],
                "range": [max(rows) + 0.6, -0.6],
                "tickvals": [*rows],
                "ticktext": ["as it was" if row % 3 == 0 else f"{unit} held" for row in rows],
                "tickfont": {"size": 14},
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
            },
            "margin": {"l": 60, "r": 8, "t": 8, "b": 36},
        },
        "height": height,
        "help": f"{SURGERY.help} With {_effect(unit, found[unit])}, {said}; the one that matters most is "
        f"{_effect(strongest, found[strongest])}.",
    }


def _effect(unit: int, nats: float) -> str:
    if abs(nats) < 0.005:
        return f"unit {unit}: as probable as before"
    times = exp(min(abs(nats), 50))
    factor = f"{times:.2f}" if times < 10 else f"{times:,.0f}" if times < 1e6 else f"10^{np.log10(times):.0f}"
    sign = "−" if nats < 0 else "+"
    return f"unit {unit}: {sign}{abs(nats):.2f} nats, {factor} times {'less' if nats < 0 else 'more'} probable"


def _texts(one: DecodeTrace, other: DecodeTrace, columns: int) -> tuple[list[dict[str, Any]], list[int]]:
    """(both texts token by token, one above the other in lines, what differs marked; the rows they stand in)."""
    same: list[tuple[int, int, str]] = []
    changed: list[tuple[int, int, str]] = []
    place = 0
    for code, a, b, c, d in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        for below, tokens in enumerate((one.tokens[a:b], other.tokens[c:d])):
            for index, token in enumerate(tokens, start=place):
                line, column = divmod(index, columns)
                (same if code == "equal" else changed).append((column, 3 * line + below, label(token)))
        place += max(b - a, d - c)
    rows = [3 * line + below for line in range((place - 1) // columns + 1) for below in (0, 1)]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "xaxis": "x2",
            "yaxis": "y2",
            "x": [x for x, _, _ in found],
            "y": [y for _, y, _ in found],
            "text": [f"<b>{text}</b>" if found is changed else text for _, _, text in found],
            "textfont": {"family": "monospace", "size": 16, **({"color": ORANGE} if found is changed else {})},
            "hoverinfo": "skip",
        }
        for found in (same, changed)
    ], rows


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
