"""Header: the page's name, a link to what is on screen, dark or light."""

from __future__ import annotations

from ..base import JsonComponent


class Header(JsonComponent):
    """Has no value."""
