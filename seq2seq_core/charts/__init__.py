"""Charts, as Plotly figures: each a file here and a line below."""

from __future__ import annotations

from .attention_heatmap import ATTENTION
from .base import Chart, DataChart, Figure, TraceChart, rows
from .gate_distribution import GATE_DISTRIBUTION
from .gates import GATES
from .next_token import NEXT_TOKEN
from .softmax_heatmap import SOFTMAX_HEATMAP
from .state_norms import STATE_NORMS
from .sweep_curves import SWEEP_CURVES
from .training_curves import ACCURACY, GRADIENT, LOSS

# of a trace, in the order in which they stand on screen; one with nothing to draw says why in its help
CHARTS = {chart.name: chart for chart in (ATTENTION, NEXT_TOKEN, SOFTMAX_HEATMAP, STATE_NORMS, GATES)}
# of a training: what was measured so far, and what the network does with a few sentences
CURVES = {chart.name: chart for chart in (LOSS, ACCURACY, GRADIENT)}
LOOKS = {chart.name: chart for chart in (GATE_DISTRIBUTION,)}

__all__ = ["CHARTS", "CURVES", "LOOKS", "SWEEP_CURVES", "Chart", "DataChart", "Figure", "TraceChart", "rows"]
