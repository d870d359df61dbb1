"""Two texts, one above the other, with what differs marked: what an operation on a network has changed."""

from __future__ import annotations

from difflib import SequenceMatcher
from math import log
from typing import Any

from ..charts.base import Figure
from ..charts.style import ORANGE, label
from ..decimals import decimal, short, whole
from ..inference.trace import DecodeTrace
from ..language import tr

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
    layout, before = figure["layout"], tr("as it was")
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
                "ticktext": [before if row % 3 == 0 else name for row in rows],
                "tickfont": {"size": 14},
                "showgrid": False,
                "zeroline": False,
                "automargin": True,
            },
        },
        "height": height,
    }


def said(change: str, one: DecodeTrace, other: DecodeTrace) -> str:
    """What a change did, an `effect` in words: to the text, too, which was one and is other."""
    if one.text == other.text:
        return tr("{change}, and the text is the same", change=change)
    return tr("{change}, and another text is written", change=change)


def times(factor: float) -> str:
    """× 0.5"""
    return f"× {short(factor)}"


def effect(name: str, nats: float) -> str:
    """What a change of the text's log-probability means, in words."""
    if abs(nats) < 0.005:
        return tr("{change}: as probable as before", change=name)
    powers = abs(nats) / log(10)
    factor = decimal(10**powers, 2) if powers < 1 else whole(10**powers) if powers < 6 else f"10^{powers:.0f}"
    values = {"change": name, "nats": decimal(nats, 2, "+"), "factor": factor}
    if nats < 0:
        return tr("{change}: {nats} nats, {factor} times less probable", **values)
    return tr("{change}: {nats} nats, {factor} times more probable", **values)


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
