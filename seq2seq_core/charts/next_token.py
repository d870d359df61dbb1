"""Bar chart: the distribution over the next token at one step."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..decimals import decimal, short
from ..decoding import drawn_from
from ..inference.trace import DecodeTrace
from ..language import later, tr
from ..shares import percent
from .base import Figure, TraceChart
from .candidates import TOP, odds, row_ids
from .style import BLUE, ORANGE, describe, label, share_ticks

NOT_READ = later(
    "The ten tokens the network finds likeliest at this step; the orange one was written. It never reads what it has "
    "written, so another choice here would change nothing after it."
)
FULL_WIDTH = 1.18  # of the probability axis: room for the figure behind a full bar


def next_token(trace: DecodeTrace, layer: int = -1) -> Figure:
    """Horizontal bars, the likeliest on top; one frame a cursor position.

    A row's customdata is [token, its name, its place, its probability]; while the encoder reads there are no bars.
    """
    rows = min(TOP, len(trace.vocabulary))
    written = [_frame(trace, step, rows) for step in range(len(trace))]
    if trace.sampled:
        for frame, columns in zip(written, _columns(trace, written), strict=True):
            frame["data"].append(columns)
    frames = [_reading()] * trace.steps_before + written
    first = frames[trace.steps_before]
    figure: Figure = {
        "data": first["data"],
        "layout": {
            "xaxis": {
                "range": [0, FULL_WIDTH],
                **share_ticks(),
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
    if trace.sampled:
        figure["layout"]["xaxis"] |= {"domain": [0.46, 1], "tickvals": [0, 0.5, 1]}
        figure["layout"]["xaxis2"] = {"domain": [0, 0.36], "range": [0, 2], "visible": False, "fixedrange": True}
        figure["layout"]["yaxis"]["range"] = [rows - 0.5, -1.2]  # room for the columns' heads
        figure["help"] = _drawn(trace)
    return figure if trace.claims.feeds_back else {**figure, "help": tr(NOT_READ)}


def _frame(trace: DecodeTrace, step: int, rows: int) -> dict[str, Any]:
    ranking, ids, chosen = trace.ranking(step).tolist(), row_ids(trace, step), int(trace.ids[step])
    tokens = [trace.vocabulary[i] for i in ids]
    probabilities = [float(trace.chosen_from[step, i]) for i in ids]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probabilities,
        "y": list(range(rows)),
        "text": [percent(p) if p else "–" for p in probabilities],  # cut off by top-k or top-p
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
        "hovertemplate": tr("%{customdata[1]}: probability %{customdata[3]:.4f}, place %{customdata[2]}")
        + "<extra></extra>",
    }
    ticks = {"yaxis.tickvals": list(range(rows)), "yaxis.ticktext": [label(token) for token in tokens]}
    return {"data": [rows_trace, bars], "layout": {"title.text": html.escape(odds(trace, step), quote=False), **ticks}}


def _columns(trace: DecodeTrace, frames: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each step how the bars came about: each token's logit, and its softmax at the temperature."""
    ids = {token: i for i, token in enumerate(trace.vocabulary)}
    tempered = drawn_from(trace.logits, replace(trace.decoding, top_k=None, top_p=None))
    heads = tr("logit"), f"T = {short(trace.decoding.temperature)}"
    columns = []
    for step, frame in enumerate(frames):
        shown = [ids[data[0]] for data in frame["data"][0]["customdata"]]
        rows = list(range(len(shown)))
        texts = [decimal(float(trace.logits[step, i]), 1) for i in shown]
        texts += [percent(float(tempered[step, i])) for i in shown]
        columns.append(
            {
                "type": "scatter",
                "mode": "text",
                "xaxis": "x2",
                "x": [0.5, *[0.5] * len(rows), 1.5, *[1.5] * len(rows)],
                "y": [-0.85, *rows, -0.85, *rows],
                "text": [heads[0], *texts[: len(rows)], heads[1], *texts[len(rows) :]],
                "textfont": {"size": 13},
                "hoverinfo": "skip",
            }
        )
    return columns


def _drawn(trace: DecodeTrace) -> str:
    """How to read the columns of a sampled translation."""
    cuts = [f"top-k {trace.decoding.top_k}"] if trace.decoding.top_k else []
    cuts += [f"top-p {short(trace.decoding.top_p)}"] if trace.decoding.top_p else []
    temperature = short(trace.decoding.temperature)
    if not cuts:
        return tr(
            "From left to right: the logit; its softmax at temperature {temperature}; as bars, the same. "
            "From these one was drawn, the orange one. Click another to see what would have followed it.",
            temperature=temperature,
        )
    return tr(
        "From left to right: the logit; its softmax at temperature {temperature}; as bars, what is left of it after "
        "{cuts}. From these one was drawn, the orange one. Click another to see what would have followed it.",
        temperature=temperature,
        cuts=cuts[0] if len(cuts) == 1 else tr("{one} and {other}", one=cuts[0], other=cuts[1]),
    )


def _reading() -> dict[str, Any]:
    return {
        "data": [{"type": "bar", "orientation": "h", "x": [], "y": []}] * 2,
        "layout": {"title.text": tr("Still reading: nothing is predicted yet"), "yaxis.tickvals": []},
    }


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
