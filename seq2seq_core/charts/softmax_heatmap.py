"""Heatmap: the softmax distribution of every step, with the path that was taken."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..inference.trace import DecodeTrace
from ..language import later, tr
from .base import Figure, TraceChart
from .heatmap import heatmap
from .style import ORANGE, describe

DRAWN_FROM = later("Drawn from, every step")
MAX_ROWS = 24  # more could not be read from the back row


def softmax_heatmap(trace: DecodeTrace, layer: int = -1) -> Figure:
    """Columns are the decoder's steps, rows the characters that mattered, in the vocabulary's order."""
    rows = heatmap_rows(trace)
    steps = range(len(trace))
    tokens = [trace.vocabulary[i] for i in rows]
    hover = [[[name, step + 1] for step in steps] for name in map(describe, tokens)]
    template = tr("step %{customdata[1]}, %{customdata[0]}: probability %{z:.4f}")
    figure = heatmap(trace, trace.chosen_from[:, rows].T, tokens, hover, template, tr("probability"))
    place_of = {token_id: place for place, token_id in enumerate(rows)}
    marker = {"symbol": "square-open", "size": 15, "color": ORANGE, "line": {"width": 2.5, "color": ORANGE}}
    path = {
        "type": "scatter",
        "mode": "markers",
        "x": list(steps),
        "y": [place_of[int(i)] for i in trace.ids],
        "marker": marker,
        "hoverinfo": "skip",
    }
    figure["data"].append(path)
    return {**figure, "title": tr(DRAWN_FROM)} if trace.sampled else figure


def heatmap_rows(trace: DecodeTrace) -> list[int]:
    """Ids worth a row: those written, then the likeliest others, as many as fit; in the vocabulary's order."""
    written = list(dict.fromkeys(int(i) for i in trace.ids))
    peaks = trace.chosen_from.max(axis=0)
    others = [int(i) for i in np.argsort(-peaks, kind="stable") if i not in written and peaks[i] >= 0.01]
    return sorted([*written, *others[: max(0, MAX_ROWS - len(written))]])


def same_columns(figures: Sequence[tuple[Figure, DecodeTrace]]) -> None:
    """As many columns in each: the same step at the same place."""
    written = max(len(trace) for _, trace in figures)
    for figure, _ in figures:
        figure["layout"]["xaxis"]["range"] = [-0.5, written - 0.5]


SOFTMAX_HEATMAP = TraceChart(
    name="softmax_heatmap",
    title="Softmax, every step",
    help="One column a step, one row a {token}: the brighter, the likelier. Boxes mark what was written; "
    "a column with several bright cells is a moment of doubt.",
    draw=softmax_heatmap,
    row="distribution",
    width=3,
    height=460,
    align=same_columns,
    probed=True,
)
