"""Lengthened: one sentence growing word by word, and what each model makes of it."""

from __future__ import annotations

from ..base import JsonComponent


class Lengthened(JsonComponent):
    """Value: {"models": titles, "rows": [{"text", "translations": one a model, "link"}]}; None hides it."""
