"""Heatmap: where the decoder looked at each step, what was read against what was written."""

from __future__ import annotations

from ..inference.trace import DecodeTrace
from ..language import later, tr
from .base import Figure, TraceChart
from .heatmap import heatmap
from .style import describe

ROW_HEIGHT = 17  # pixels: a character can still be read
LARGEST = 30 * ROW_HEIGHT  # of a longer text, the page names some rows and the others show on hover
NONE = later("This network has no attention: it never looks back at what it has read.")


def attention(trace: DecodeTrace, layer: int = -1) -> Figure:
    """Columns are the decoder's steps, rows what the encoder read; without attention, no data but the reason why."""
    read = trace.encoder.tokens
    if trace.attention is None:
        help_ = f"{tr(NONE)} {tr(trace.network_kind.about)}"
        return {"data": [], "layout": {}, "frames": [{}] * (trace.steps_before + len(trace)), "help": help_}
    wrote = [describe(token) for token in trace.tokens]
    hover = [[[looked_at, written] for written in wrote] for looked_at in map(describe, read)]
    template = tr("wrote %{customdata[1]}, looked at %{customdata[0]}: weight %{z:.3f}")
    figure = heatmap(trace, trace.attention.T, read, hover, template, tr("weight"))
    return {**figure, "height": 60 + min(LARGEST, ROW_HEIGHT * max(8, len(read)))}


ATTENTION = TraceChart(
    name="attention",
    title="Attention",
    help="One column for every {token} written, one row for every {token} read: bright is where the network looked "
    "while it wrote, which is not why it wrote that: leaving a {token} out asks that (“What mattered?”).",
    draw=attention,
    row="attention",
    height=300,
    probed=True,
)
