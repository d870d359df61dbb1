"""Line chart: the lengths of the state vectors, encoder then decoder, on one axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inference.trace import DecodeTrace
from ..language import later, tr
from .base import Figure, TraceChart
from .style import BLUE, GREEN, both_sides, reading_and_writing, step_frames


def state_norms(trace: DecodeTrace, layer: int = -1) -> Figure:
    """‖h‖ and, where the cell has one, ‖c‖ of a layer, encoder then decoder; of a convolution its activations."""
    sides, recurrent = both_sides(trace, layer), trace.claims.recurrent
    axis, hover, labels = reading_and_writing(trace)
    name = ("‖h‖", tr("{symbol}, length of {letter}", symbol="‖h‖", letter="h"))
    if not recurrent:
        name = ("‖a‖", tr("‖a‖, length of the activations"))
    series = [(*name, "solid", BLUE, np.concatenate([side.h_norms for side in sides]))]
    c_norms = [side.c_norms for side in sides if side.c_norms is not None]
    if c_norms:
        series.append(
            (
                "‖c‖",
                tr("{symbol}, length of {letter}", symbol="‖c‖", letter="c"),
                "dash",
                GREEN,
                np.concatenate(c_norms),
            )
        )
    title, says = STATE_NORMS.title, STATE_NORMS.help
    if not recurrent:
        title, says = later("Activation norms"), later("How long the layer’s activations are, at every step.")
    return {
        "title": tr(title),
        "help": f"{tr(says)} {tr(trace.network_kind.hand_over)}",
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": list(range(len(hover))),
                "y": [round(float(value), 4) for value in values],
                "line": {"dash": dash, "width": 3, "color": color},
                "marker": {"size": 6},
                "customdata": hover,
                "hovertemplate": tr("%{{customdata}}: {symbol} = %{{y:.2f}}", symbol=symbol) + "<extra></extra>",
            }
            for symbol, name, dash, color, values in series
        ],
        "layout": {
            "xaxis": axis,
            "yaxis": {"rangemode": "tozero", "title": {"text": tr("Euclidean norm")}},
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
