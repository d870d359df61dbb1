"""Network: the diagram of what read and wrote a sentence, as the numbers that the page draws it from."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from ..decoding import DECODING_METHODS
from ..inference.trace import DecodeTrace
from ..language import later, tr
from .base import Chart, Figure
from .style import both_sides

# what a layer is called, by the names of its gates
CELLS = {("i", "f", "g", "o"): "LSTM", ("z", "r", "n"): "GRU", (): later("convolution")}

NETWORK = Chart(
    name="network",
    title="Network",
    help="The step at the cursor is lit, and what flows now stands on the arrows.",
    height=320,
)


def network(trace: DecodeTrace, layer: int = -1) -> Figure:
    """The diagram: the kind's claims, what its layers are, and how long their states are at every step.

    What was read, written and looked at is in `strips`, what else was likely in `candidates`.

    Args:
        layer: whose norms are written beside the steps, counted from the bottom; -1 is the top one.
    """
    sides = both_sides(trace, layer)
    c_norms = [side.c_norms for side in sides if side.c_norms is not None]
    diagram = {
        "claims": asdict(trace.claims),
        # what is read again, where something is
        "fed": "softmax" if DECODING_METHODS[trace.decoding.method].reads_softmax else "token",
        "cell": tr(CELLS[sides[0].gate_names]),
        "layers": len(trace.layers),
        "encoder_units": sides[0].h.shape[1],
        "units": sides[-1].h.shape[1],
        "h": _norms([side.h_norms for side in sides]),  # a number for each place of the cursor
        "c": _norms(c_norms) if c_norms else None,
    }
    return {"title": tr(NETWORK.title), "help": tr(trace.network_kind.about), "diagram": diagram}


def _norms(sides: list[np.ndarray]) -> list[float]:
    return [round(float(norm), 2) for norm in np.concatenate(sides)]
