"""Line charts of a run while it is trained: loss, accuracy, gradient norm over the batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..decimals import short
from ..language import tr
from ..shares import percent
from .base import DataChart, Figure
from .style import BLUE, GREEN, GREY, ORANGE, share_ticks

if TYPE_CHECKING:
    from ..training.curves import Curves

MOST_TICKS = 6
SHARE = "%{text}"  # the figure of a line that is made of shares
POINTS = 120  # of a line: more could not be told apart, and would cost time at every update


def loss(curves: Curves) -> Figure:
    """Cross-entropy of training batches and of the held-out pairs."""
    validation = [(batch, epoch.val_loss) for batch, epoch in curves.epochs]
    lines = [
        _line(tr("training"), *curves.thinned("loss", POINTS), BLUE, "%{y:.3f} nats"),
        _points(tr("held out"), validation, ORANGE, "diamond", "%{y:.3f} nats"),
    ]
    return _figure(lines, {"title": {"text": tr("nats a token")}, "rangemode": "tozero"})


def accuracy(curves: Curves) -> Figure:
    """Share of right tokens, and of whole answers that are right, learnt ones and held-out ones."""
    validation = [(batch, epoch.val_accuracy) for batch, epoch in curves.epochs]
    lines = [
        _line(tr("tokens, training"), *curves.thinned("accuracy", POINTS), BLUE, SHARE),
        _points(tr("tokens, held out"), validation, ORANGE, "diamond", SHARE),
        _points(tr("whole answers, training"), curves.learnt, GREY, "circle-open", SHARE),
        _points(tr("whole answers, held out"), curves.exact, GREEN, "circle", SHARE),
    ]
    return _figure(lines, {"range": [0, 1.02], **share_ticks()})


def gradient(curves: Curves) -> Figure:
    """Length of the gradient over all weights, on a logarithmic axis, and the learning rate, from 0."""
    norms, rates = (curves.thinned(name, POINTS) for name in ("gradient_norm", "learning_rate"))
    lines = [
        _line(tr("gradient norm"), *norms, GREY, "%{y:.3g}"),
        {**_line(tr("learning rate"), *rates, GREEN, "%{y:.2g}", "dash"), "yaxis": "y2"},
    ]
    figure = _figure(lines, {"type": "log", "title": {"text": tr("Euclidean norm")}, **log_axis(norms[1])})
    figure["layout"]["yaxis2"] = {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "automargin": True,
        **axis_from_zero(rates[1]),
    }
    return figure


def beside(chart: DataChart[Curves], figure: Figure, run: str, color: str, faint: bool) -> list[dict[str, Any]]:
    """Of a training's chart, the lines that stay in the chart of another one: in a colour of their own, and unnamed in
    its legend.

    Args:
        run: what the training is called.
    """
    return [
        line
        | {
            "line": line["line"] | {"color": color, "width": 1.5 if faint else 2.5},
            "marker": line.get("marker", {}) | {"color": color, "size": 5},
            "opacity": 0.6 if faint else 1,
            "showlegend": False,
            "hovertemplate": line["hovertemplate"].replace(f", {line['name']}", f", {run}, {line['name']}", 1),
        }
        for line in (figure["data"][number] for number in chart.stays)
    ]


def log_axis(values: Sequence[float]) -> dict[str, Any]:
    """Range and ticks of a logarithmic axis: powers of ten, with 2 and 5 between where there are few.

    Plotly's own are a lone "5" and "2" within a decade, and thirty on top of one another after a divergence.
    """
    found = [value for value in values if 0 < value < math.inf] or [0.1, 10.0]
    low, high = math.log10(min(found)) - 0.05, math.log10(max(found)) + 0.05
    missing = max(0.0, 1.0 - (high - low)) / 2  # at least a decade
    low, high = low - missing, high + missing
    decades = range(math.floor(low), math.ceil(high) + 1)
    ticks = [(digit, power) for power in decades for digit in (1, 2, 5) if low <= power + math.log10(digit) <= high]
    if len(ticks) > MOST_TICKS:
        powers = [power for digit, power in ticks if digit == 1]
        ticks = [(1, power) for power in powers[:: -(-len(powers) // MOST_TICKS)]]
    places = [digit * 10.0**power for digit, power in ticks]
    texts = [short(digit * 10.0**power) if -4 <= power <= 4 else f"{digit}e{power}" for digit, power in ticks]
    return {"range": [low, high], "tickvals": places, "ticktext": texts, "tickmode": "array"}


def axis_from_zero(values: Sequence[float]) -> dict[str, Any]:
    """Range and ticks of an axis that begins with 0: round numbers, a few of them."""
    high = max((value for value in values if 0 < value < math.inf), default=0.0)
    if not high:
        return {"range": [0, 1], "tickvals": [], "tickmode": "array"}
    power = math.floor(math.log10(high))
    steps = (digit * 10.0**exponent for exponent in (power - 1, power) for digit in (1, 2, 5))
    step = next(step for step in steps if high / step < MOST_TICKS)
    ticks = [number * step for number in range(math.floor(high / step + 1e-9) + 1)]
    texts = [short(tick) for tick in ticks]
    return {"range": [0, high * 1.05], "tickvals": ticks, "ticktext": texts, "tickmode": "array"}


LOSS: DataChart[Curves] = DataChart(
    name="loss",
    title="Loss",
    help="Nats a token: how surprised the network still is by the right answer. When the held-out line turns up "
    "while training goes on down, it has begun to memorise.",
    draw=loss,
    row="progress",
    height=300,
    stays=(0, 1),
)
ACCURACY: DataChart[Curves] = DataChart(
    name="accuracy",
    title="Accuracy",
    help="Tokens are judged after the right beginning; a whole answer must be right from its own first character to "
    "its end. Where those it trains on come out right and held-out ones do not, it learns by heart.",
    draw=accuracy,
    row="progress",
    height=300,
    stays=(3,),
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
    shares = {"text": [percent(value, 1) for value in y]} if number == SHARE else {}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        **shares,
        "x": x,
        "y": [float(f"{value:.5g}") for value in y],
        "line": {"width": 2.5, "color": color, "dash": dash},
        "hovertemplate": tr("batch %{{x:.0f}}, {name}: {number}", name=name, number=number) + "<extra></extra>",
    }


def _points(name: str, found: list[tuple[int, float]], color: str, symbol: str, number: str) -> dict[str, Any]:
    line = _line(name, [x for x, _ in found], [y for _, y in found], color, number, "dot")
    return line | {"mode": "lines+markers", "marker": {"size": 7, "symbol": symbol, "color": color}}


def _figure(lines: list[dict[str, Any]], y: dict[str, Any]) -> Figure:
    return {
        "data": lines,
        "layout": {
            "xaxis": {"title": {"text": tr("batches")}, "rangemode": "tozero", "zeroline": False},
            "yaxis": y,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 60, "r": 12, "t": 36, "b": 48},
        },
    }
