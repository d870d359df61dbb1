"""Line chart: the lengths of the state vectors, encoder then decoder, on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inference.trace import DecodeTrace
from .style import BLUE, GREEN, cursor_shape, hand_off_shape, reading_and_writing

LOOKS_BACK = (
    "How long the state vectors are; the encoder’s are those of both directions together. At the dashed line the "
    "decoder takes over where both ended, but it can also look back at every state before."
)


def state_norms(trace: DecodeTrace, layer: int = -1) -> dict[str, Any]:
    """‖h‖ and, where the cell has one, ‖c‖ of a layer; the decoder's first state is the encoder's last."""
    before, after = trace.encoder.layers[layer], trace.layers[layer]
    axis, hover, labels = reading_and_writing(trace)
    series = [("‖h‖", "h", "solid", BLUE, before.h_norms, after.h_norms)]
    if before.c_norms is not None and after.c_norms is not None:
        series.append(("‖c‖", "c", "dash", GREEN, before.c_norms, after.c_norms))
    figure: dict[str, Any] = {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{symbol}, length of {letter}",
                "x": list(range(len(hover))),
                "y": [round(float(value), 4) for value in np.concatenate([reading, writing])],
                "line": {"dash": dash, "width": 3, "color": color},
                "marker": {"size": 6},
                "customdata": hover,
                "hovertemplate": f"%{{customdata}}: {symbol} = %{{y:.2f}}<extra></extra>",
            }
            for symbol, letter, dash, color, reading, writing in series
        ],
        "layout": {
            "xaxis": axis,
            "yaxis": {"rangemode": "tozero", "title": {"text": "Euclidean norm"}},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.08, "yanchor": "bottom"},
            "annotations": labels,
            "margin": {"l": 56, "r": 8, "t": 52, "b": 32},
        },
        "frames": [{"layout": {"shapes": [cursor_shape(x), hand_off_shape(trace)]}} for x in range(len(hover))],
    }
    return figure if trace.attention is None else figure | {"help": LOOKS_BACK}
