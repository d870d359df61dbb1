"""Line chart: the lengths of the state vectors, encoder then decoder, on one axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inference.trace import DecodeTrace
from .base import Figure, TraceChart
from .style import BLUE, GREEN, both_sides, reading_and_writing, step_frames


def state_norms(trace: DecodeTrace, layer: int = -1) -> Figure:
    """‖h‖ and, where the cell has one, ‖c‖ of a layer, encoder then decoder; of a convolution its activations."""
    sides, recurrent = both_sides(trace, layer), trace.claims.recurrent
    axis, hover, labels = reading_and_writing(trace)
    name = ("‖h‖", "h") if recurrent else ("‖a‖", "the activations")
    series = [(*name, "solid", BLUE, np.concatenate([side.h_norms for side in sides]))]
    c_norms = [side.c_norms for side in sides if side.c_norms is not None]
    if c_norms:
        series.append(("‖c‖", "c", "dash", GREEN, np.concatenate(c_norms)))
    what = "the state vectors" if recurrent else "the layer’s activations"
    return {
        "title": "State norms" if recurrent else "Activation norms",
        "help": f"How long {what} are, at every step. {trace.network_kind.hand_over}",
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{symbol}, length of {letter}",
                "x": list(range(len(hover))),
                "y": [round(float(value), 4) for value in values],
                "line": {"dash": dash, "width": 3, "color": color},
                "marker": {"size": 6},
                "customdata": hover,
                "hovertemplate": f"%{{customdata}}: {symbol} = %{{y:.2f}}<extra></extra>",
            }
            for symbol, letter, dash, color, values in series
        ],
        "layout": {
            "xaxis": axis,
            "yaxis": {"rangemode": "tozero", "title": {"text": "Euclidean norm"}},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.08, "yanchor": "bottom"},
            "annotations": labels,
            "margin": {"l": 56, "r": 8, "t": 52, "b": 32},
        },
        "frames": step_frames(trace),
    }


def same_axes(figures: Sequence[tuple[Figure, DecodeTrace]]) -> None:
    """The hand-offs at the same place, and one scale of lengths."""
    read = max(trace.steps_before for _, trace in figures)
    written = max(len(trace) for _, trace in figures)
    largest = max(max(line["y"]) for figure, _ in figures for line in figure["data"])
    for figure, trace in figures:
        hand_off = trace.steps_before
        figure["layout"]["xaxis"]["range"] = [hand_off - read - 0.6, hand_off + written - 0.4]
        figure["layout"]["yaxis"]["range"] = [0, largest * 1.05]


STATE_NORMS = TraceChart(
    name="state_norms",
    title="State norms",
    help="How long the state vectors are, at every step.",
    draw=state_norms,
    row="layer",
    height=320,
    by_layer=True,
    align=same_axes,
    probed=True,
)
