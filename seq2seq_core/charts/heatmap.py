"""What the heatmaps share: one column a decoder step, one row a token, brighter is more, the cursor a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..inference.trace import DecodeTrace
from .base import Figure
from .style import COLOR_SCALE, cursor_shape, label, share_ticks, token_ticks


def heatmap(
    trace: DecodeTrace,
    values: np.ndarray,
    rows: Sequence[str],
    hover: Sequence[Sequence[Any]],
    template: str,
    measure: str,
) -> Figure:
    """A figure of shares.

    Args:
        values: float32 (rows, decoder steps), 0 to 1.
        rows: the token of each row.
        hover: per row and step what `template` calls customdata.
        measure: what the shares are, beside the scale.
    """
    steps = range(len(trace))
    reading: list[dict[str, Any]] = [{"layout": {"shapes": []}}] * trace.steps_before
    return {
        "data": [
            {
                "type": "heatmap",
                "z": [[round(float(value), 5) for value in row] for row in values],
                "x": list(steps),
                "y": list(range(len(rows))),
                "customdata": hover,
                "zmin": 0,
                "zmax": 1,
                "colorscale": COLOR_SCALE,
                "xgap": _gap(len(steps)),
                "ygap": _gap(len(rows)),
                "colorbar": {
                    "title": {"text": measure, "side": "right"},
                    **share_ticks(),
                    "thickness": 12,
                    "len": 1,
                    "outlinewidth": 0,
                },
                "hovertemplate": template + "<extra></extra>",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {**token_ticks(trace.tokens), "range": [-0.5, len(trace) - 0.5], "showgrid": False},
            "yaxis": {
                "tickvals": list(range(len(rows))),
                "ticktext": [label(token) for token in rows],
                "range": [len(rows) - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
            },
            "margin": {"l": 36, "r": 8, "t": 8, "b": 32},
        },
        "frames": reading + [{"layout": {"shapes": [cursor_shape(step, fill="rgba(0,0,0,0)")]}} for step in steps],
    }


def _gap(cells: int) -> int:
    """Pixels between cells: none where they are a few pixels small themselves."""
    return 1 if cells <= 60 else 0
