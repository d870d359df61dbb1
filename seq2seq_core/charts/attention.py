"""Heatmap: where the decoder looked at each step, what was read against what was written."""

from __future__ import annotations

from typing import Any

from ..inference.trace import DecodeTrace
from .heatmap import heatmap
from .style import describe

ROW_HEIGHT = 17  # pixels: a character can still be read
NONE = (
    "This network has no attention: its decoder never sees the source again. All it knows of the sentence is the state "
    "the encoder hands over at the dashed line below, a vector of the same size for a word and for a paragraph."
)


def attention(trace: DecodeTrace, layer: int = -1) -> dict[str, Any]:
    """Columns are the decoder's steps, rows what the encoder read; without attention, no data but the reason why."""
    read = trace.encoder.tokens
    if trace.attention is None:
        return {"data": [], "layout": {}, "frames": [{}] * (len(read) + len(trace)), "help": NONE}
    wrote = [describe(token) for token in trace.tokens]
    hover = [[[describe(token), written] for written in wrote] for token in read]
    template = "wrote %{customdata[1]}, looked at %{customdata[0]}: weight %{z:.3f}"
    figure = heatmap(trace, trace.attention.T, read, hover, template)
    return figure | {"height": 60 + ROW_HEIGHT * max(8, len(read))}
