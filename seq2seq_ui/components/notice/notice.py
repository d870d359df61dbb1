"""Notice: one sentence to the user, where they are looking."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class Notice(JsonComponent):
    """Value: the sentence as plain text; "" hides it. One that is `stale(…)` also dims what its tab shows."""


def stale(sentence: object) -> dict[str, Any]:
    """For what could not be done: the results on screen belong to what was asked before."""
    return {"stale": f"{sentence} Below, dimmed, is what was there before."}
