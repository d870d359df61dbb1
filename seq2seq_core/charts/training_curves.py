"""Line charts of a run while it is trained: loss, accuracy, gradient norm over the batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import DataChart, Figure
from .style import BLUE, GREEN, GREY, ORANGE

if TYPE_CHECKING:
    from ..training.curves import Curves

POINTS = 120  # of a line: more could not be told apart, and would cost time at every update


def loss(curves: Curves) -> Figure:
    """Cross-entropy of training batches and of the held-out pairs."""
    validation = [(batch, epoch.val_loss) for batch, epoch in curves.epochs]
    lines = [
        _line("training", *curves.thinned("loss", POINTS), BLUE, "%{y:.3f} nats"),
        _points("held out", validation, ORANGE, "diamond", "%{y:.3f} nats"),
    ]
    return _figure(lines, {"title": {"text": "nats a token"}, "rangemode": "tozero"})


def accuracy(curves: Curves) -> Figure:
    """Share of right tokens, and of held-out examples that are right from beginning to end."""
    validation = [(batch, epoch.val_accuracy) for batch, epoch in curves.epochs]
    lines = [
        _line("tokens, training", *curves.thinned("accuracy", POINTS), BLUE, "%{y:.1%}"),
        _points("tokens, held out", validation, ORANGE, "diamond", "%{y:.1%}"),
        _points("whole answers, held out", curves.exact, GREEN, "circle", "%{y:.1%}"),
    ]
    return _figure(lines, {"range": [0, 1.02], "tickformat": ".0%"})


def gradient(curves: Curves) -> Figure:
    """Length of the gradient over all weights, on a logarithmic axis, and the learning rate, from 0."""
    lines = [
        _line("gradient norm", *curves.thinned("gradient_norm", POINTS), GREY, "%{y:.3g}"),
        {**_line("learning rate", *curves.thinned("learning_rate", POINTS), GREEN, "%{y:.2g}", "dash"), "yaxis": "y2"},
    ]
    figure = _figure(
        lines, {"type": "log", "title": {"text": "Euclidean norm"}, "exponentformat": "power", "dtick": "D2"}
    )
    figure["layout"]["yaxis2"] = {
        "overlaying": "y",
        "side": "right",
        "rangemode": "tozero",
        "showgrid": False,
        "nticks": 5,
        "automargin": True,
    }
    return figure


LOSS: DataChart[Curves] = DataChart(
    name="loss",
    title="Loss",
    help="Nats a token: how surprised the network still is by the right answer. When the held-out line turns up "
    "while training goes on down, it has begun to memorise.",
    draw=loss,
    row="progress",
    height=300,
)
ACCURACY: DataChart[Curves] = DataChart(
    name="accuracy",
    title="Accuracy",
    help="Tokens are judged after the right beginning; a whole answer must be right from its own first character to "
    "its end, on examples the network never trained on.",
    draw=accuracy,
    row="progress",
    height=300,
)
GRADIENT: DataChart[Curves] = DataChart(
    name="gradient",
    title="Gradient and learning rate",
    help="How hard the batch pulls at all weights together, before clipping: spikes are batches that surprised it. "
    "The dashed line is the step size.",
    draw=gradient,
    row="weights",
    height=300,
)


def _line(name: str, x: list[float], y: list[float], color: str, number: str, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": [round(value, 5) for value in y],
        "line": {"width": 2.5, "color": color, "dash": dash},
        "hovertemplate": f"batch %{{x:.0f}}, {name}: {number}<extra></extra>",
    }


def _points(name: str, found: list[tuple[int, float]], color: str, symbol: str, number: str) -> dict[str, Any]:
    line = _line(name, [x for x, _ in found], [y for _, y in found], color, number, "dot")
    return line | {"mode": "lines+markers", "marker": {"size": 7, "symbol": symbol, "color": color}}


def _figure(lines: list[dict[str, Any]], y: dict[str, Any]) -> Figure:
    return {
        "data": lines,
        "layout": {
            "xaxis": {"title": {"text": "batches"}, "rangemode": "tozero", "zeroline": False},
            "yaxis": y,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 60, "r": 12, "t": 36, "b": 48},
        },
    }
