"""RoundTrip: what was typed and what came back of it, word under word."""

from __future__ import annotations

from typing import Any

from seq2seq_core.insights.round_trip import RoundTrip as Result

from ..base import JsonComponent


class RoundTrip(JsonComponent):
    """Value: `word_under_word(…)`; None hides it."""


def word_under_word(result: Result, language: str) -> dict[str, Any]:
    """A RoundTrip's value.

    Args:
        language: code of what was typed.
    """
    words = len(result.typed.split())
    kept = round(result.kept * words)
    return {
        "pieces": [{"same": piece.same, "typed": piece.typed, "back": piece.back} for piece in result.pieces],
        "language": language,
        "help": f"{kept} of {words} words came back. What is underlined differs: lost, or said in another way, on the "
        "way there or on the way back.",
    }
