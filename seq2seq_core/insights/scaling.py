"""The hand-over, turned down or up: h and c are multiplied by a factor before the first step, and the text is written
again.

At 0 the decoder starts from nothing, as it would if it had read nothing; beyond 1 it starts from a state larger than
any that it was trained with. A text that stays the same over a wide range hangs on the direction of the state, not on
its length. The same question of single units: `surgery`.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, GREY, ORANGE, describe
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..models import Network
from .forced_text import as_it_was, log_probability
from .hand_over import handing_over, read_often, refuses, scaled
from .instrument import Focus, Instrument
from .two_texts import above, effect, said, times

FACTORS = np.arange(11) / 5  # 0 … 2
AS_IT_WAS = 5  # which of them is 1


def scaled_network(model: Translator, factors: np.ndarray) -> Network:
    """The model's network, which hands over that many times what it would: float (rows,), or one for all."""
    return handing_over(model.network, lambda reading: scaled(reading, factors))


def written_again(model: Translator, trace: DecodeTrace, factor: float) -> DecodeTrace:
    """The translation, decoded as the trace was, with that many times the hand-over.

    Args:
        trace: one of the model's.
    """
    network = scaled_network(model, np.array([factor]))
    return Translator(model.config, model.vocabularies, network).translate(trace.source, **asdict(trace.decoding))


def effects(model: Translator, trace: DecodeTrace, factors: np.ndarray = FACTORS) -> np.ndarray:
    """By how many nats the text as it was becomes less (below 0) or more probable, float64 (factors,).

    Args:
        trace: one of the model's.
    """
    network = scaled_network(model, factors)
    state = network.initial_state(read_often(model, trace.source, len(factors)))
    return log_probability(model, trace.ids, network, state) - as_it_was(trace)


def steady(same: list[bool]) -> tuple[float, float]:
    """The least and the largest factor between which the text is always the same. Args: same: of each of FACTORS."""
    low = high = AS_IT_WAS
    while low > 0 and same[low - 1]:
        low -= 1
    while high < len(same) - 1 and same[high + 1]:
        high += 1
    return float(FACTORS[low]), float(FACTORS[high])


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    factor = round(focus.factor, 2)
    again = written_again(model, trace, factor)
    texts = [written_again(model, trace, one).text for one in FACTORS]
    nats, own = effects(model, trace), float(effects(model, trace, np.array([factor]))[0])
    same = [text == trace.text for text in texts]
    low, high = steady(same)
    nothing = tr("nothing is written")
    figure: Figure = {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": FACTORS.tolist(),
                "y": nats.round(4).tolist(),
                "line": {"color": GREY, "width": 2},
                "marker": {
                    "size": 11,
                    "color": [BLUE if one else ORANGE for one in same],
                    "symbol": ["circle" if one else "square" for one in same],
                },
                "hovertext": [
                    f"{effect(times(one), each)}<br>{describe(text) if text else nothing}"
                    for one, each, text in zip(FACTORS, nats, texts, strict=True)
                ],
                "hoverinfo": "text",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [factor],
                "y": [round(own, 4)],
                "hovertext": [effect(times(factor), own)],
                "hoverinfo": "text",
                "marker": {"size": 17, "color": ORANGE, "symbol": "diamond-open", "line": {"width": 3}},
            },
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {
                "title": {"text": tr("times what the encoder hands over")},
                "range": [-0.06, 2.06],
                "tickvals": [0, 0.5, 1, 1.5, 2],
                "zeroline": False,
            },
            "yaxis": {"title": {"text": tr("nats")}, "zeroline": True},
            "margin": {"l": 60, "r": 8, "t": 8, "b": 60},
        },
        "height": 270,
    }
    between = tr("From {low} to {high} the text stays as it was.", low=times(low), high=times(high))
    if low == high:
        low, high = FACTORS[AS_IT_WAS - 1], FACTORS[AS_IT_WAS + 1]
        between = tr("Already {low} and {high} change the text.", low=times(low), high=times(high))
    done = said(effect(tr("With {factor}", factor=times(factor)), own), trace, again)
    return {
        **above(figure, trace, again, model.vocabularies.target.kind, times(factor)),
        "help": f"{tr(SCALING.help)} {done}. {between}",
    }


SCALING = Instrument(
    name="scaling",
    title="The hand-over, turned down or up",
    question="What if less of it were handed over?",
    help="Above, the text as it was and the one that is written when all that the encoder hands over is multiplied by "
    "the factor, what differs in orange. Below, factor by factor, what that does to the probability of the text as it "
    "was: a blue circle where the same text is written, an orange square where another one is. The decoder was never "
    "trained on such a start: it shows how firmly the text hangs on it, not what a “weaker thought” would be.",
    look=_look,
    refuses=refuses,
    dials=("factor",),
    height=420,
)
