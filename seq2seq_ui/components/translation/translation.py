"""Translation: what was written, as a line of plain text to select, copy and hear, and what is to be said of it."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class Translation(JsonComponent):
    """Value: `line(…)` (answers/base.py); None hides it. It comes into view when a `show(group)` asks for it
    (base.py).
    """

    def __init__(self, *, group: str, **options: Any) -> None:
        super().__init__(settings={"group": group}, **options)
