"""Header: the page's name, dark or light, and what a link pasted into an open page does."""

from __future__ import annotations

from ..base import JsonComponent


class Header(JsonComponent):
    """Has no value."""
