"""Surprise: how unlikely each written token was to the network, and how undecided it was before it wrote.

Surprise −log p(y_t) and entropy H = −Σ p log p (Shannon 1948), of the trace's own probabilities, in nats; a bit is ln 2
nats. Over the whole text the surprises add up to −log of its probability.
"""

from __future__ import annotations

import math

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, cursor_shape, describe, token_ticks
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..layers.numerics import log_softmax
from ..shares import percent
from .instrument import Focus, Instrument

BIT = math.log(2)  # nats


def surprise(trace: DecodeTrace) -> tuple[np.ndarray, np.ndarray]:
    """(surprise of what was written, entropy of what could have been), both in nats, float64 (steps,)."""
    logs = log_softmax(trace.logits.astype(np.float64))
    return -logs[np.arange(len(trace)), trace.ids], -(np.exp(logs) * logs).sum(axis=1)


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    surprises, entropies = surprise(trace)
    total = float(surprises.sum())
    highest = 1.08 * max(1.0, float(surprises.max()), float(entropies.max()))
    names = [describe(token) for token in trace.tokens]
    axis = {"title": {"text": "nats"}, "range": [0, highest], "fixedrange": True}
    return {
        "data": [
            {
                "type": "bar",
                "name": "surprise of what was written",
                "x": list(range(len(trace))),
                "y": surprises.round(4).tolist(),
                "marker": {"color": ORANGE},
                "hovertext": [
                    f"{name}: {percent(math.exp(-x))} likely, a surprise of {x:.2f} nats, {x / BIT:.2f} bits"
                    for name, x in zip(names, surprises, strict=True)
                ],
                "hoverinfo": "text",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "entropy: the surprise to be expected",
                "x": list(range(len(trace))),
                "y": entropies.round(4).tolist(),
                "line": {"color": BLUE, "width": 2.5},
                "marker": {"size": 7},
                "hovertext": [
                    f"before {name}: an entropy of {x:.2f} nats, {x / BIT:.2f} bits, as undecided as among "
                    f"{math.exp(x):.1f} that are equally likely"
                    for name, x in zip(names, entropies, strict=True)
                ],
                "hoverinfo": "text",
            },
            # nothing to see: it gives the right-hand axis its scale
            {
                "type": "scatter",
                "x": [0],
                "y": [0],
                "yaxis": "y2",
                "opacity": 0,
                "hoverinfo": "skip",
                "showlegend": False,
            },
        ],
        "layout": {
            "hovermode": "closest",
            "xaxis": {
                **token_ticks(trace.tokens),
                "range": [-0.6, len(trace) - 0.4],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": axis,
            "yaxis2": {
                **axis,
                "title": {"text": "bits"},
                "range": [0, highest / BIT],
                "overlaying": "y",
                "side": "right",
                "tickmode": "auto",  # not where the nats have theirs
                "showgrid": False,
                "automargin": True,
            },
            "title": {"text": f"The whole text: {total:.2f} nats, {total / BIT:.2f} bits"},
            "legend": {"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top"},
            "margin": {"l": 56, "r": 56, "t": 40, "b": 72},
        },
        "frames": [{"layout": {"shapes": []}}] * trace.steps_before
        + [{"layout": {"shapes": [cursor_shape(step)]}} for step in range(len(trace))],
    }


SURPRISE = Instrument(
    name="surprise",
    title="Surprise",
    question="What surprised it?",
    help="A bar for every {token} written: how little likely it was; at even odds it is 0.69 nats or 1 bit, at 0 it "
    "was certain. The line: how undecided the network was before. The bars add up to how little likely the whole text "
    "was. It is surprised by its own text here: low bars say that it was sure, not that it was right.",
    look=_look,
    height=380,
)
