"""Held-out loss of every trial of a sweep, epoch by epoch."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from ..language import tr
from .base import DataChart, Figure
from .style import BLUE, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    from ..training.sweep.result import Sweep, Trial

BEST = (BLUE, ORANGE, GREEN)  # so many trials have a colour of their own


def sweep_curves(sweep: Sweep) -> Figure:
    """The best ones in colour, over the others."""
    ranked = [trial for trial in sweep.ranked if trial.best]
    lines = [_line(trial, color, 3, trial.title) for trial, color in zip(ranked, BEST, strict=False)]
    others = [_line(trial, GREY, 1.5, tr("the others")) for trial in ranked[len(BEST) :]]
    for line in others:
        line |= {"legendgroup": "others", "showlegend": line is others[0], "opacity": 0.55}
    # a trial that diverges leaves the chart, or nothing could be told apart below it
    highest = [max(_losses(trial)) for trial in ranked]
    top = {"range": [0, statistics.median(highest) * 1.15]} if highest else {}
    return {
        "data": [*others, *reversed(lines)],
        "layout": {
            "xaxis": {"title": {"text": tr("epochs")}, "zeroline": False},
            "yaxis": {"title": {"text": tr("held out, nats a token")}, **top},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
            "margin": {"l": 60, "r": 12, "t": 76, "b": 48},
        },
    }


SWEEP_CURVES: DataChart[Sweep] = DataChart(
    name="sweep",
    title="Loss of every trial on held-out pairs",
    help="Nats a token, after each epoch: the lower, the better. The three best trials are in colour; point at a grey "
    "line to read which one it is. One that leaves the chart at the top learns nothing there.",
    draw=sweep_curves,
    height=360,
)


def _losses(trial: Trial) -> list[float]:
    return [epoch.val_loss for epoch in trial.epochs if math.isfinite(epoch.val_loss)]


def _line(trial: Trial, color: str, width: float, name: str) -> dict[str, Any]:
    epochs = [epoch for epoch in trial.epochs if math.isfinite(epoch.val_loss)]
    return {
        "type": "scatter",
        "mode": "lines" if len(epochs) > 1 else "markers",
        "name": name,
        "x": [epoch.epoch for epoch in epochs],
        "y": [float(f"{epoch.val_loss:.4g}") for epoch in epochs],
        "line": {"width": width, "color": color},
        "marker": {"size": 8, "color": color},
        "text": [trial.title] * len(epochs),
        "hovertemplate": tr("%{text}, epoch %{x}: %{y:.3f} nats") + "<extra></extra>",
    }
