"""Charts of a DecodeTrace, as Plotly figures. Registered here and nowhere else.

A figure is the plain `{"data", "layout", "frames"}` that Plotly's JavaScript reads; `plotly.graph_objects.Figure`
takes the same (the tests do that to validate each one). Built without the plotly package, which would cost a
sentence 100 ms and more in its own checks.

Every figure has one frame for each position of the cursor: first the encoder's steps, then the decoder's. A frame
holds only what differs there. Colours of text, grid and background are left to the page, so that one figure suits
dark and light.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..inference.trace import DecodeTrace
from .attention import attention
from .gates import gates
from .next_token import next_token
from .softmax_heatmap import softmax_heatmap
from .state_norms import state_norms


@dataclass(frozen=True)
class Chart:
    """One kind of chart. Title and help say {token} where a model of words should say so."""

    name: str
    title: str
    help: str  # one sentence that says how to read it; a figure that needs another brings its own
    draw: Callable[[DecodeTrace, int], dict[str, Any]]

    def build(self, trace: DecodeTrace, layer: int = -1, token: str = "character") -> dict[str, Any]:
        """The figure, with `title`, `help` and `reads`, the number of frames before the decoder's first.

        Args:
            layer: of the recurrent stack, counted from the bottom; -1 is the top one.
            token: what one token of the model is called.
        """
        words = {"title": self.title.format(token=token), "help": self.help.format(token=token)}
        return words | self.draw(trace, layer) | {"reads": len(trace.encoder.tokens)}


CHARTS: dict[str, Chart] = {
    chart.name: chart
    for chart in [
        Chart(
            "attention",
            "Attention",
            "One column for every {token} written, one row for every {token} read: bright is where the network looked "
            "while it wrote. The strip above shows the column at the cursor.",
            attention,
        ),
        Chart(
            "next_token",
            "Next {token}",
            "The ten {token}s the network finds likeliest at this step; the orange one was written. "
            "Click another one to see what it would have written after that.",
            next_token,
        ),
        Chart(
            "softmax_heatmap",
            "Softmax, every step",
            "One column a step, one row a {token}: the brighter, the likelier. Boxes mark what was written; "
            "a column with several bright cells is a moment of doubt.",
            softmax_heatmap,
        ),
        Chart(
            "state_norms",
            "State norms",
            "How long the state vectors are: they fill up while the encoder reads; at the dashed line the "
            "decoder takes them over, and all it knows of the sentence is in them.",
            state_norms,
        ),
        Chart(
            "gates",
            "Gates",
            "How far the gates are open, on average over the units, at every {token}: near 1 a gate lets everything "
            "through, near 0 nothing.",
            gates,
        ),
    ]
}

__all__ = ["CHARTS", "Chart"]
