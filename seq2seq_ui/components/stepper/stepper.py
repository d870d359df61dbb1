"""Stepper: what was read and written as strips of cells, and the cursor that all charts of its group follow."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class Stepper(JsonComponent):
    """Value: `strips(…)` of a trace (seq2seq_core.charts.strips). Moving the cursor happens in the browser, from this
    value alone. Given a `channel`, it also shows what other components send to it in the browser.

    Events:
        force: a candidate was chosen; carries `prefix` (what to force) and `step` (where the cursor stands).
        unforce: the way back.
        mark: some cells of what was read were marked, where the value's `marks` is a text, that marked first; carries
            the `text` in them and `step`.
    """

    EVENTS: list[Any] = ["force", "unforce", "mark"]  # noqa: RUF012

    def __init__(self, *, group: str, channel: str = "", **options: Any) -> None:
        super().__init__(settings={"group": group, "channel": channel}, **options)
