"""Heatmap: the softmax distribution of every step, with the path that was taken."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..trace import DecodeTrace
from .style import COLOR_SCALE, ORANGE, cursor_shape, describe, label, token_ticks

MAX_ROWS = 24  # more could not be read from the back row


def softmax_heatmap(trace: DecodeTrace, layer: int = -1) -> dict[str, Any]:
    """Columns are the decoder's steps, rows the characters that mattered, in the vocabulary's order."""
    rows = heatmap_rows(trace)
    steps = list(range(len(trace)))
    names = [describe(trace.vocabulary[i]) for i in rows]
    place_of = {token_id: place for place, token_id in enumerate(rows)}
    figure = {
        "data": [
            {
                "type": "heatmap",
                "z": [[round(float(p), 5) for p in trace.probabilities[:, i]] for i in rows],
                "x": steps,
                "y": list(range(len(rows))),
                "customdata": [[[name, step + 1] for step in steps] for name in names],
                "zmin": 0,
                "zmax": 1,
                "colorscale": COLOR_SCALE,
                "xgap": 1,
                "ygap": 1,
                "colorbar": {"tickformat": ".0%", "thickness": 12, "len": 1, "outlinewidth": 0},
                "hovertemplate": "step %{customdata[1]}, %{customdata[0]}: probability %{z:.4f}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": steps,
                "y": [place_of[int(i)] for i in trace.ids],
                "marker": {
                    "symbol": "square-open",
                    "size": 15,
                    "color": ORANGE,
                    "line": {"width": 2.5, "color": ORANGE},
                },
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {**token_ticks(trace.tokens), "range": [-0.5, len(trace) - 0.5], "showgrid": False},
            "yaxis": {
                "tickvals": list(range(len(rows))),
                "ticktext": [label(trace.vocabulary[i]) for i in rows],
                "range": [len(rows) - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
            },
            "margin": {"l": 36, "r": 8, "t": 8, "b": 32},
        },
    }
    reading: list[dict[str, Any]] = [{"layout": {"shapes": []}}] * len(trace.encoder.tokens)
    return figure | {
        "frames": reading + [{"layout": {"shapes": [cursor_shape(step, fill="rgba(0,0,0,0)")]}} for step in steps]
    }


def heatmap_rows(trace: DecodeTrace) -> list[int]:
    """Ids worth a row: those written, then the likeliest others, as many as fit; in the vocabulary's order."""
    written = list(dict.fromkeys(int(i) for i in trace.ids))
    peaks = trace.probabilities.max(axis=0)
    others = [int(i) for i in np.argsort(-peaks, kind="stable") if i not in written and peaks[i] >= 0.01]
    return sorted([*written, *others[: max(0, MAX_ROWS - len(written))]])
