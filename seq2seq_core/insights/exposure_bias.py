"""Exposure bias: a reference translation's probabilities, teacher-forced beside free-running.

In training with teacher forcing, the decoder only ever meets right beginnings. On its own it meets its own, and after
the first slip it is where it has never been (Ranzato et al. 2016, arXiv:1511.06732).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..charts.base import DataChart, Figure
from ..charts.style import BLUE, ORANGE, describe, label
from ..data.vocabulary import END
from ..errors import Seq2SeqError
from ..inference.translator import Translator


@dataclass(frozen=True, eq=False)
class ExposureBias:
    """What a model gives a reference translation, token by token, the end included."""

    tokens: tuple[str, ...]
    forced: np.ndarray  # float32 (tokens,): probability after the reference's own beginning
    free: np.ndarray  # float32 (tokens,): probability after what the model itself had written by then; 0 past its end


def exposure_bias(model: Translator, source: str, reference: str) -> ExposureBias:
    """Both probabilities of every reference token.

    Raises:
        Seq2SeqError: a text that cannot be read, or a reference with a token the model cannot write.
    """
    if not reference.strip():
        raise Seq2SeqError("There is no reference: type a translation to hold against the network's.")
    forced = model.translate(source, prefix=reference + END)
    own = model.translate(source)
    free = np.zeros(len(forced), np.float32)
    steps = min(len(forced), len(own))
    free[:steps] = own.probabilities[np.arange(steps), forced.ids[:steps]]
    return ExposureBias(forced.tokens, forced.chosen_probabilities, free)


def _bars(bias: ExposureBias) -> Figure:
    """Two bars a reference token."""
    steps = list(range(len(bias.tokens)))
    series = (("teacher-forced", bias.forced, BLUE, ""), ("free-running", bias.free, ORANGE, "/"))
    return {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": steps,
                "y": [round(float(p), 5) for p in values],
                "marker": {"color": color, "pattern": {"shape": pattern}},
                "customdata": [describe(token) for token in bias.tokens],
                "hovertemplate": f"%{{customdata}}, {name}: probability %{{y:.4f}}<extra></extra>",
            }
            for name, values, color, pattern in series
        ],
        "layout": {
            "barmode": "group",
            "xaxis": {"tickvals": steps, "ticktext": [label(token) for token in bias.tokens], "tickangle": 0},
            "yaxis": {"range": [0, 1], "tickformat": ".0%"},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 56, "r": 8, "t": 32, "b": 32},
        },
    }


EXPOSURE_BIAS = DataChart(
    name="exposure_bias",
    title="Exposure bias",
    help="How probable each part of the reference is after the reference’s own beginning, and after what the "
    "network wrote itself: where the second bar falls behind for good, its own slip led it astray.",
    draw=_bars,
    height=300,
)
