"""Line chart: how far the gates are open, encoder then decoder, on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inference.trace import DecodeTrace
from .style import BLUE, GREEN, GREY, ORANGE, cursor_shape, hand_off_shape, reading_and_writing

# what each gate is called, and what an open one does; n and g are candidates in -1…1, drawn by their size
GATE_NAMES = {
    "i": "input i",
    "f": "forget f",
    "o": "output o",
    "g": "candidate |g|",
    "z": "update z",
    "r": "reset r",
    "n": "candidate |n|",
}
_STYLES = ((BLUE, "solid", "circle"), (ORANGE, "dash", "square"), (GREY, "dot", "diamond"), (GREEN, "dashdot", "cross"))


def gates(trace: DecodeTrace, layer: int = -1) -> dict[str, Any]:
    """The mean over the layer's units of every gate, at every step."""
    before, after = trace.encoder.layers[layer], trace.layers[layer]
    axis, hover, labels = reading_and_writing(trace)
    figure: dict[str, Any] = {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": GATE_NAMES[name],
                "x": list(range(len(hover))),
                "y": [
                    round(float(value), 4)
                    for side in (before, after)
                    for value in np.abs(side.gates[:, index]).mean(axis=1)
                ],
                "line": {"width": 2.5, "color": color, "dash": dash},
                "marker": {"size": 6, "symbol": symbol},
                "customdata": hover,
                "hovertemplate": f"%{{customdata}}: {GATE_NAMES[name]} = %{{y:.3f}}<extra></extra>",
            }
            for index, (name, (color, dash, symbol)) in enumerate(zip(before.gate_names, _STYLES, strict=False))
        ],
        "layout": {
            "xaxis": axis,
            "yaxis": {"range": [0, 1], "title": {"text": "mean over the units"}},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.08, "yanchor": "bottom"},
            "annotations": labels,
            "margin": {"l": 56, "r": 8, "t": 52, "b": 32},
        },
    }
    shapes = [[cursor_shape(x), hand_off_shape(trace)] for x in range(len(hover))]
    return figure | {"frames": [{"layout": {"shapes": both}} for both in shapes]}
