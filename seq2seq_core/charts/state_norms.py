"""Line chart: the lengths of the state vectors, encoder then decoder, on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..trace import DecodeTrace
from .style import BLUE, GREEN, GREY, cursor_shape, describe, token_ticks


def state_norms(trace: DecodeTrace) -> dict[str, Any]:
    """‖h‖ and, where the cell has one, ‖c‖ of the top layer; the decoder's first state is the encoder's last."""
    read, written = trace.encoder.tokens, trace.tokens
    hover = [f"encoder step {i}, read {describe(token)}" for i, token in enumerate(read, start=1)]
    hover += [f"decoder step {i}, wrote {describe(token)}" for i, token in enumerate(written, start=1)]
    positions = list(range(len(hover)))
    series = [("‖h‖", "h", "solid", BLUE, trace.encoder.h_norms, trace.h_norms)]
    if trace.encoder.c_norms is not None and trace.c_norms is not None:
        series.append(("‖c‖", "c", "dash", GREEN, trace.encoder.c_norms, trace.c_norms))
    hand_off = len(read) - 0.5
    ticks = token_ticks((*read, *written))
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": f"{symbol}, length of {letter}",
                "x": positions,
                "y": [round(float(value), 4) for value in np.concatenate([before, after])],
                "line": {"dash": dash, "width": 3, "color": color},
                "marker": {"size": 6},
                "customdata": hover,
                "hovertemplate": f"%{{customdata}}: {symbol} = %{{y:.2f}}<extra></extra>",
            }
            for symbol, letter, dash, color, before, after in series
        ],
        "layout": {
            "xaxis": {**ticks, "range": [-0.6, len(hover) - 0.4], "showgrid": False, "zeroline": False},
            "yaxis": {"rangemode": "tozero", "title": {"text": "Euclidean norm"}},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.08, "yanchor": "bottom"},
            "annotations": [
                _label("encoder reads", hand_off, "right"),
                _label("decoder writes", hand_off, "left"),
            ],
            "margin": {"l": 56, "r": 8, "t": 52, "b": 32},
        },
        "frames": [{"layout": {"shapes": [cursor_shape(x), _hand_off(hand_off)]}} for x in positions],
    }


def _hand_off(x: float) -> dict[str, Any]:
    line = {"color": GREY, "width": 2, "dash": "dash"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line}


def _label(text: str, x: float, side: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": 1,
        "yref": "paper",
        "xanchor": side,
        "yanchor": "bottom",
        "xshift": -6 if side == "right" else 6,
        "showarrow": False,
    }
