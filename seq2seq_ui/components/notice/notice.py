"""Notice: one sentence to the user, where they are looking."""

from __future__ import annotations

from ..base import JsonComponent


class Notice(JsonComponent):
    """Value: the sentence as plain text; "" hides it. One that is `stale(…)` (answers/base.py) also dims what its
    tab shows.
    """
