"""Candidates: what could have been written at the cursor, from its logit to what was drawn."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class Candidates(JsonComponent):
    """Value: `candidates(…)` of a trace (seq2seq_core.charts.candidates) with `step`, where the cursor stands first. It
    follows the cursor of its group, and tells the group's stepper which token was picked."""

    def __init__(self, *, group: str, **options: Any) -> None:
        super().__init__(settings={"group": group}, **options)
