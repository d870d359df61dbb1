"""Handout: the course's questions, with room for answers or with the answers; seen on paper alone."""

from __future__ import annotations

from ..base import JsonComponent


class Handout(JsonComponent):
    """Value: a list of {"title", "question", "answer"}."""
