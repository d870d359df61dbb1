"""Line chart: how open the gates are, over all units and steps: the distribution behind the mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inference.trace import DecodeTrace
from ..language import later, tr
from ..shares import percent
from .base import DataChart, Figure
from .gates import GATE_NAMES, NO_GATES
from .style import BLUE, GREEN, ORANGE
from .training_curves import axis_from_zero

BINS = 20
SHUT, OPEN = 0.1, 0.9  # a gate beyond these is called saturated
# before the first batch; Keras starts the forget gate's bias at 1 (after Jozefowicz et al. 2015), the others' at 0
NEW_GATES = {
    ("i", "f", "g", "o"): later("In a new network the forget gate stands near 0.73, the others near 0.5."),
    ("z", "r", "n"): later("In a new network both gates stand near 0.5."),
}
_CANDIDATES = ("g", "n")  # no gates: they say what is written, between -1 and 1
_STYLES = ((BLUE, "solid"), (ORANGE, "dash"), (GREEN, "dashdot"))


def gate_distribution(traces: Sequence[DecodeTrace], layer: int = -1) -> Figure:
    """The share of gate values in each of twenty bins, encoder and decoder of all traces together."""
    names = traces[0].layers[layer].gate_names
    if not names:
        return {"data": [], "layout": {}, "help": tr(NO_GATES)}
    data, saturated = [], []
    highest: list[float] = []  # share of each gate
    edges = np.linspace(0, 1, BINS + 1)
    styles = iter(_STYLES)
    for index, name in enumerate(names):
        if name in _CANDIDATES:
            continue
        values = np.concatenate(
            [s.layers[layer].gates[:, index].ravel() for t in traces for s in (t.encoder, t) if s.layers]
        )
        shares = np.histogram(values, edges)[0] / max(1, len(values))
        color, dash = next(styles)
        highest.append(float(shares.max()))
        share = float(np.mean((values < SHUT) | (values > OPEN)))
        saturated.append(f"{name} {percent(share)}")
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": tr(GATE_NAMES[name]),
                "x": [round(float(x), 3) for x in (edges[:-1] + edges[1:]) / 2],
                "y": [round(float(share), 4) for share in shares],
                "text": [percent(float(share), 1) for share in shares],
                "line": {"width": 2.5, "color": color, "dash": dash, "shape": "hvh"},
                "hovertemplate": tr("{gate} around %{{x:.2f}}: %{{text}} of its values", gate=tr(GATE_NAMES[name]))
                + "<extra></extra>",
            }
        )
    axis = axis_from_zero(highest)
    return {
        "data": data,
        "layout": {
            "title": {"text": tr("Saturated: {gates}", gates=", ".join(saturated))},
            "xaxis": {"range": [0, 1], "title": {"text": tr("the gate’s value")}},
            "yaxis": {**axis, "ticktext": [percent(tick) for tick in axis["tickvals"]]},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 60, "r": 12, "t": 60, "b": 48},
        },
        "help": tr(
            "All units at all steps of the sentences above. {new_gates} As it learns, many go to one end (“saturate”): "
            "they have become switches.",
            new_gates=tr(NEW_GATES[names]),
        ),
    }


GATE_DISTRIBUTION = DataChart(
    name="gates",
    title="Distribution of the gates",
    help="All units at all steps of the sentences above.",
    draw=gate_distribution,
    row="weights",
    height=300,
)
