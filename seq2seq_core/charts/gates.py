"""Line chart: how far the gates are open, encoder then decoder, on one axis."""

from __future__ import annotations

import numpy as np

from ..inference.trace import DecodeTrace
from ..language import later, tr
from .base import Figure, TraceChart
from .style import BLUE, GREEN, GREY, ORANGE, both_sides, reading_and_writing, step_frames

# what each gate is called; n and g are no gates but candidates in -1…1, drawn by their size
GATE_NAMES = {
    "i": later("input i"),
    "f": later("forget f"),
    "o": later("output o"),
    "g": later("candidate |g|"),
    "z": later("update z"),
    "r": later("reset r"),
    "n": later("candidate |n|"),
}
NO_GATES = later("This network has no gates: its layers keep no state that a gate could hold or let go.")
# what an open gate does, by the names a cell gives its own
READING_HELP = {
    ("i", "f", "g", "o"): later(
        "Means over the units. Near 1 the input gate lets the new into c, the forget gate keeps the "
        "old, and the output gate shows c as h; near 0 they do not. |g| is no gate: it is how large the new would be."
    ),
    ("z", "r", "n"): later(
        "Means over the units. The update gate near 1 keeps the old h, near 0 puts the candidate in its "
        "place; the reset gate near 0 makes the candidate forget the old h. |n| is no gate: it is how large the "
        "candidate is. (The GRU: Cho et al. 2014.)"
    ),
}
_STYLES = ((BLUE, "solid", "circle"), (ORANGE, "dash", "square"), (GREY, "dot", "diamond"), (GREEN, "dashdot", "cross"))


def gates(trace: DecodeTrace, layer: int = -1) -> Figure:
    """The mean over the layer's units of every gate, at every step."""
    sides = both_sides(trace, layer)
    if not sides[0].gate_names:
        return {"data": [], "layout": {}, "frames": step_frames(trace), "help": tr(NO_GATES)}
    axis, hover, labels = reading_and_writing(trace)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": tr(GATE_NAMES[name]),
                "x": list(range(len(hover))),
                "y": [round(float(value), 4) for side in sides for value in np.abs(side.gates[:, index]).mean(axis=1)],
                "line": {"width": 2.5, "color": color, "dash": dash},
                "marker": {"size": 6, "symbol": symbol},
                "customdata": hover,
                "hovertemplate": tr("%{{customdata}}: {gate} = %{{y:.3f}}", gate=tr(GATE_NAMES[name]))
                + "<extra></extra>",
            }
            for index, (name, (color, dash, symbol)) in enumerate(zip(sides[0].gate_names, _STYLES, strict=False))
        ],
        "layout": {
            "xaxis": axis,
            "yaxis": {"range": [0, 1], "title": {"text": tr("mean over the units")}},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.08, "yanchor": "bottom"},
            "annotations": labels,
            "margin": {"l": 56, "r": 8, "t": 52, "b": 32},
        },
        "frames": step_frames(trace),
        "help": tr(READING_HELP[sides[0].gate_names]),
    }


GATES = TraceChart(
    name="gates",
    title="Gates",
    help="How far the gates are open, on average over the units, at every {token}.",
    draw=gates,
    row="layer",
    height=320,
    by_layer=True,
)
