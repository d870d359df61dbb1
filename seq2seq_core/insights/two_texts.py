"""Two texts, one above the other, with what differs marked: what an operation on a network has changed."""

from __future__ import annotations

from difflib import SequenceMatcher
from math import log
from typing import Any

from ..charts.base import Figure
from ..charts.style import ORANGE, label
from ..decimals import decimal
from ..inference.trace import DecodeTrace

COLUMNS = {"character": 30, "word": 5}  # tokens of a text in one line: a phone shows them
LINE_HEIGHT = 26  # pixels


def above(figure: Figure, one: DecodeTrace, other: DecodeTrace, token: str, name: str) -> Figure:
    """The figure with both texts above it.

    Args:
        figure: its height is its own; it draws on the axes x and y.
        one: as it was; other: as it is now, called `name`.
        token: what one of theirs is called.
    """
    columns = COLUMNS[token]
    texts, rows = _tokens(one, other, columns)
    height = figure["height"] + LINE_HEIGHT * (len(rows) + 1)
    split = figure["height"] / height
    layout = figure["layout"]
    return {
        **figure,
        "data": [*figure["data"], *texts],
        "layout": {
            **layout,
            "yaxis": {**layout["yaxis"], "domain": [0, split - 0.06]},
            "xaxis2": {"anchor": "y2", "visible": False, "range": [-0.7, columns - 0.3]},
            "yaxis2": {
                "domain": [split + 0.02, 1],
                "range": [max(rows) + 0.6, -0.6],
                "tickvals": [*rows],
                "ticktext": ["as it was" if row % 3 == 0 else name for row in rows],
                "tickfont": {"size": 14},
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
            },
        },
        "height": height,
    }


def said(one: DecodeTrace, other: DecodeTrace) -> str:
    return "the text is the same" if one.text == other.text else "another text is written"


def effect(name: str, nats: float) -> str:
    """What a change of the text's log-probability means, in words."""
    if abs(nats) < 0.005:
        return f"{name}: as probable as before"
    powers = abs(nats) / log(10)
    factor = decimal(10**powers, 2) if powers < 1 else f"{10**powers:,.0f}" if powers < 6 else f"10^{powers:.0f}"
    return f"{name}: {decimal(nats, 2, '+')} nats, {factor} times {'less' if nats < 0 else 'more'} probable"


def _tokens(one: DecodeTrace, other: DecodeTrace, columns: int) -> tuple[list[dict[str, Any]], list[int]]:
    """(both texts token by token, one above the other in lines, what differs marked; the rows they stand in)."""
    same: list[tuple[int, int, str]] = []
    changed: list[tuple[int, int, str]] = []
    place = 0
    for code, a, b, c, d in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        for below, tokens in enumerate((one.tokens[a:b], other.tokens[c:d])):
            for index, token in enumerate(tokens, start=place):
                line, column = divmod(index, columns)
                (same if code == "equal" else changed).append((column, 3 * line + below, label(token)))
        place += max(b - a, d - c)
    rows = [3 * line + below for line in range((place - 1) // columns + 1) for below in (0, 1)]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "xaxis": "x2",
            "yaxis": "y2",
            "x": [x for x, _, _ in found],
            "y": [y for _, y, _ in found],
            "text": [f"<b>{text}</b>" if found is changed else text for _, _, text in found],
            "textfont": {"family": "monospace", "size": 16, **({"color": ORANGE} if found is changed else {})},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for found in (same, changed)
    ], rows
