"""Bar chart: the distribution over the next token at one step."""

from __future__ import annotations

from typing import Any

from ..inference.trace import DecodeTrace
from .base import Figure, TraceChart
from .style import BLUE, ORANGE, describe, label, percent

TOP = 10
NOT_READ = (
    "The ten tokens the network finds likeliest at this step; the orange one was written. It never reads what it has "
    "written, so another choice here would change nothing after it."
)
FULL_WIDTH = 1.18  # of the probability axis: room for the figure behind a full bar


def next_token(trace: DecodeTrace, layer: int = -1) -> Figure:
    """Horizontal bars, the likeliest on top; one frame a cursor position.

    A row's customdata is [token, its name, its place, its probability]; while the encoder reads there are no bars.
    """
    rows = min(TOP, len(trace.vocabulary))
    frames = [_reading()] * trace.steps_before + [_frame(trace, step, rows) for step in range(len(trace))]
    first = frames[trace.steps_before]
    figure: Figure = {
        "data": first["data"],
        "layout": {
            "xaxis": {
                "range": [0, FULL_WIDTH],
                "tickformat": ".0%",
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "fixedrange": True,
            },
            "yaxis": {
                "range": [rows - 0.5, -0.5],
                "fixedrange": True,
                "tickfont": {"family": "monospace", "size": 18},
            },
            "barmode": "overlay",
            "showlegend": False,
            "bargap": 0.25,
            "margin": {"l": 48, "r": 8, "t": 32, "b": 32},
            **first["layout"],
        },
        "frames": frames,
    }
    return figure if trace.claims.feeds_back else {**figure, "help": NOT_READ}


def _frame(trace: DecodeTrace, step: int, rows: int) -> dict[str, Any]:
    ranking = trace.ranking(step).tolist()
    ids = ranking[:rows]
    chosen = int(trace.ids[step])
    if chosen not in ids:  # drawn or forced from far down: it takes the last place, so that it can be seen
        ids = [*ids[:-1], chosen]
    tokens = [trace.vocabulary[i] for i in ids]
    probabilities = [float(trace.probabilities[step, i]) for i in ids]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probabilities,
        "y": list(range(rows)),
        "text": [percent(p) for p in probabilities],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [ORANGE if i == chosen else BLUE for i in ids]},
        "hoverinfo": "skip",
    }
    # an unseen bar as wide as the chart: the whole row can be pointed at, however short its bar
    rows_trace = {
        "type": "bar",
        "orientation": "h",
        "x": [FULL_WIDTH] * rows,
        "y": list(range(rows)),
        "marker": {"color": "rgba(0,0,0,0)"},
        "customdata": [
            [token, describe(token), ranking.index(i) + 1, probability]
            for i, token, probability in zip(ids, tokens, probabilities, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}: probability %{customdata[3]:.4f}, place %{customdata[2]}<extra></extra>",
    }
    ticks = {"yaxis.tickvals": list(range(rows)), "yaxis.ticktext": [label(token) for token in tokens]}
    return {"data": [rows_trace, bars], "layout": {"title.text": odds(trace, step), **ticks}}


def _reading() -> dict[str, Any]:
    return {
        "data": [{"type": "bar", "orientation": "h", "x": [], "y": []}] * 2,
        "layout": {"title.text": "Still reading: nothing is predicted yet", "yaxis.tickvals": []},
    }


def odds(trace: DecodeTrace, step: int) -> str:
    """One line that sets the likeliest token against the next."""
    first, second = (int(i) for i in trace.ranking(step)[:2])
    ratio = trace.probabilities[step, first] / max(float(trace.probabilities[step, second]), 1e-12)
    first_name, second_name = describe(trace.vocabulary[first]), describe(trace.vocabulary[second])
    times = f"{ratio:,.0f}" if ratio >= 9.5 else f"{ratio:.1f}"
    return f"{first_name} is {times} × as likely as {second_name}"


NEXT_TOKEN = TraceChart(
    name="next_token",
    title="Next {token}",
    help="The ten {token}s the network finds likeliest at this step; the orange one was written. "
    "Click another one to see what it would have written after that.",
    draw=next_token,
    row="distribution",
    width=2,
    height=460,
)
