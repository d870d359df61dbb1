"""Notice: one sentence to the user, where they are looking."""

from __future__ import annotations

from ..base import JsonComponent


class Notice(JsonComponent):
    """Value: the sentence as plain text; "" hides it."""
