"""In which language a visitor is answered: the address's `?lang=`, or else the first of the browser's that we have.

What a page asks for later comes with its address as the Referer. A program sends neither and gets English.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from babel.core import negotiate_locale
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2seq_core.language import ENGLISH, languages, speaking

KEY = "lang"


def language_of(headers: Mapping[str, str], query: str = "") -> str:
    """The code of one of ours.

    Args:
        headers: of the request.
        query: of its address.
    """
    for asked in (query, headers.get("referer", "").partition("?")[2].partition("#")[0]):
        for code in parse_qs(asked).get(KEY, []):
            if ours := _ours(code):
                return ours
    return _ours(negotiate_locale(_preferred(headers.get("accept-language", "")), languages(), sep="-")) or ENGLISH


def _ours(code: str | None) -> str | None:
    """As we write it: a code is the same in small letters and in capitals."""
    return next((ours for ours in languages() if ours.lower() == (code or "").lower()), None)


def _preferred(accepted: str) -> list[str]:
    """Of an Accept-Language header, the one liked best first."""
    liked: list[tuple[float, str]] = []
    for each in accepted[:1000].split(","):
        code, _, weight = each.partition(";")
        try:
            liked.append((float(weight.strip().removeprefix("q=") or 1), code.strip()))
        except ValueError:
            continue
    return [code for weight, code in sorted(liked, key=lambda each: -each[0]) if weight > 0 and code]


class Speaking:
    """Middleware: whatever is answered is said in the visitor's language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        language = language_of(Headers(scope=scope), scope["query_string"].decode("latin-1"))

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Language"] = language
                    headers.add_vary_header("Accept-Language")
            await send(message)

        with speaking(language):
            await self.app(scope, receive, told)
