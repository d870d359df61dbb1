"""The numbers of a figure as a table: one way for every chart and every instrument."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .base import Figure

COLUMNS = ("step", "series", "x", "column", "y", "row", "value", "says")


def numbers(figure: Figure) -> str:
    """A CSV, one row for each number that is drawn, as precisely as it is drawn; columns that would be empty are left
    out.

    `step` counts the cursor's places from the first one that was read, where each has a picture of its own; `column`
    and `row` are what the axes call x and y; `value` is a heatmap's; `says` is what stands there on hover.
    """
    pictures: list[tuple[int | str, Any]] = [("", figure["data"])]
    if any("data" in frame for frame in figure["frames"]):
        pictures = [(step, frame.get("data", figure["data"])) for step, frame in enumerate(figure["frames"])]
    rows = [
        {"step": step, **row}
        for step, data in pictures
        for trace in data
        if trace.get("hoverinfo") != "skip"  # lines between points, and words that are no numbers
        for row in _rows(trace, figure["layout"])
    ]
    names = [name for name in COLUMNS if any(row.get(name) not in (None, "") for row in rows)]
    out = io.StringIO()
    # quoted, since a token may be a carriage return, which ends a row where it is not
    writer = csv.DictWriter(out, names, "", "ignore", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _rows(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    series = _plain(trace.get("name", ""))
    x_names, y_names = (_names(layout, trace.get(f"{side}axis", side)) for side in "xy")
    if trace["type"] != "heatmap":
        for place, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=False)):
            if x is not None and y is not None:
                says = _says(trace, place)
                yield {"series": series, **_at("x", "column", x, x_names), **_at("y", "row", y, y_names), "says": says}
        return
    for row, values in enumerate(trace["z"]):
        y = trace["y"][row] if "y" in trace else row
        for column, value in enumerate(values):
            if value is not None:
                x = trace["x"][column] if "x" in trace else column
                where = {**_at("x", "column", x, x_names), **_at("y", "row", y, y_names)}
                yield {"series": series, **where, "value": value, "says": _says(trace, row, column)}


def _at(axis: str, called: str, value: Any, names: Mapping[Any, str]) -> dict[str, Any]:
    """A place on an axis, and what it is called there; a category has no number."""
    if isinstance(value, str):
        return {called: _plain(value)}
    return {axis: value, called: _plain(names.get(value, ""))}


def _names(layout: Mapping[str, Any], axis: str) -> dict[Any, str]:
    """What the places of an axis are called; the ticks of a scale, which are no integers, are no places."""
    settings = layout.get(f"{axis[0]}axis{axis[1:]}", {})
    ticks = zip(settings.get("tickvals", ()), settings.get("ticktext", ()), strict=False)
    return {place: text for place, text in ticks if isinstance(place, int)}


def _says(trace: Mapping[str, Any], *place: int) -> str:
    for key in ("hovertext", "text", "customdata"):
        said: Any = trace.get(key)
        for index in place:
            said = said[index] if isinstance(said, (list, tuple)) and index < len(said) else None
        if said is not None:
            words = said if isinstance(said, (list, tuple)) else [said]
            return _plain(" / ".join(map(str, words)))
    return ""


def _plain(text: Any) -> str:
    """Without the little HTML that Plotly reads."""
    return html.unescape(re.sub(r"<[^>]*>", "", str(text).replace("<br>", "; ")))
