"""RoundTrip: what was typed and what came back of it, word under word."""

from __future__ import annotations

from ..base import JsonComponent


class RoundTrip(JsonComponent):
    """Value: `word_under_word(…)` (answers/base.py); None hides it."""
