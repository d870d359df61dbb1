"""Heatmap: where the decoder looked at each step, what was read against what was written."""

from __future__ import annotations

from typing import Any

from ..trace import DecodeTrace
from .style import COLOR_SCALE, cursor_shape, describe, label, token_ticks

ROW_HEIGHT = 17  # pixels: a character can still be read
NONE = (
    "This network has no attention: its decoder never sees the source again. All it knows of the sentence is the state "
    "the encoder hands over at the dashed line below, a vector of the same size for a word and for a paragraph."
)


def attention(trace: DecodeTrace, layer: int = -1) -> dict[str, Any]:
    """Columns are the decoder's steps, rows what the encoder read; without attention, no data but the reason why."""
    if trace.attention is None:
        return {"data": [], "layout": {}, "frames": [{}] * (len(trace.encoder.tokens) + len(trace)), "help": NONE}
    read, steps = trace.encoder.tokens, list(range(len(trace)))
    rows = range(len(read))
    wrote = [describe(token) for token in trace.tokens]
    figure = {
        "data": [
            {
                "type": "heatmap",
                "z": [[round(float(weight), 4) for weight in trace.attention[:, row]] for row in rows],
                "x": steps,
                "y": list(rows),
                "customdata": [[[describe(read[row]), wrote[step]] for step in steps] for row in rows],
                "zmin": 0,
                "zmax": 1,
                "colorscale": COLOR_SCALE,
                "xgap": 1,
                "ygap": 1,
                "colorbar": {"tickformat": ".0%", "thickness": 12, "len": 1, "outlinewidth": 0},
                "hovertemplate": "wrote %{customdata[1]}, looked at %{customdata[0]}: weight %{z:.3f}<extra></extra>",
            }
        ],
        "layout": {
            "xaxis": {**token_ticks(trace.tokens), "range": [-0.5, len(trace) - 0.5], "showgrid": False},
            "yaxis": {
                "tickvals": list(rows),
                "ticktext": [label(token) for token in read],
                "range": [len(read) - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
            },
            "margin": {"l": 36, "r": 8, "t": 8, "b": 32},
        },
        "height": 60 + ROW_HEIGHT * max(8, len(read)),
    }
    reading: list[dict[str, Any]] = [{"layout": {"shapes": []}}] * len(read)
    return figure | {
        "frames": reading + [{"layout": {"shapes": [cursor_shape(step, fill="rgba(0,0,0,0)")]}} for step in steps]
    }
