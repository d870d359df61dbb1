"""Question: a lesson's question, its answer behind a click, and where both come from."""

from __future__ import annotations

from ..base import JsonComponent


class Question(JsonComponent):
    """Value: {"name": of the lesson, "question", "answer", "source", "measured", "first", "last": of all}."""
