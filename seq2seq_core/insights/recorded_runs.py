"""Recorded runs: curves of trainings that are over, one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..charts.base import DataChart, Figure
from ..charts.style import BLUE, GREEN, GREY, ORANGE
from ..language import tr
from ..saving.model_folder import read_history

_COLORS = (BLUE, ORANGE, GREEN, GREY)


@dataclass(frozen=True)
class RecordedRun:
    """One of them, epoch by epoch."""

    title: str
    training: tuple[float, ...]  # nats a token, while the weights moved; (): not drawn
    held_out: tuple[float, ...]  # nats a token, after each epoch; (): not drawn


def recorded_run(folder: Path, title: str, training: bool = True, held_out: bool = True) -> RecordedRun:
    """Of a model folder's history."""
    history = read_history(folder)
    lines = [tuple(float(epoch[key]) for epoch in history) for key in ("loss", "val_loss")]
    return RecordedRun(title, lines[0] if training else (), lines[1] if held_out else ())


def _draw(runs: Sequence[RecordedRun]) -> Figure:
    sides = (tr("{run}, training"), tr("{run}, held out"))
    lines = [
        _line(side.format(run=tr(run.title)), values, color, dash)
        for run, color in zip(runs, _COLORS, strict=False)
        for side, values, dash in zip(sides, (run.training, run.held_out), ("solid", "dot"), strict=True)
        if values
    ]
    return {
        "data": lines,
        "layout": {
            "xaxis": {"title": {"text": tr("epochs")}, "rangemode": "tozero", "zeroline": False},
            "yaxis": {"title": {"text": tr("nats a character")}, "rangemode": "tozero"},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 60, "r": 12, "t": 76, "b": 48},
        },
    }


def _line(name: str, values: Sequence[float], color: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(range(1, len(values) + 1)),
        "y": [float(f"{value:.4g}") for value in values],
        "line": {"width": 3, "color": color, "dash": dash},
        "hovertemplate": tr("epoch %{{x}}, {name}: %{{y:.3f}} nats", name=name) + "<extra></extra>",
    }


RECORDED = DataChart(
    name="recorded_runs",
    title="Loss, epoch by epoch (recorded)",
    help="Nats a character, of runs that were recorded when these networks were trained.",
    draw=_draw,
    height=340,
)
