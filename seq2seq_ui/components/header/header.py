"""Header: the page's name, its language, a link to what is on screen, dark or light."""

from __future__ import annotations

from typing import Any

from babel import Locale

from seq2seq_core.language import languages, spoken

from ..base import JsonComponent


class Header(JsonComponent):
    """Has no value."""

    def __init__(self, **options: Any) -> None:
        names = {code: Locale(code).display_name.capitalize() for code in languages()}
        super().__init__(settings={"languages": names, "spoken": spoken()}, **options)
