"""Translation: what was written, as a line of plain text to select, copy and hear, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seq2seq_core.inference.confidence import Confidence

from ..base import JsonComponent


class Translation(JsonComponent):
    """Value: `line(…)`; None hides it. It comes into view when a `show(group)` asks for it (base.py)."""

    def __init__(self, *, group: str, **options: Any) -> None:
        super().__init__(settings={"group": group}, **options)


def line(text: str, language: str, notes: Sequence[str] = (), confidence: Confidence | None = None) -> dict[str, Any]:
    """A Translation's value.

    Args:
        text: what was written.
        language: its code (BCP 47), for screen readers and voices; "" where it is in none, or not known.
        notes: a word or a few each, that stand beside it.
        confidence: how sure the network may be; None: nothing is said.
    """
    sure = confidence and {"level": confidence.level, "sentence": confidence.sentence}
    return {"text": text, "language": language, "notes": list(notes), "confidence": sure}
