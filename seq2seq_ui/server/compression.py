"""What goes to a browser compressed: Gradio packs files, by their endings, but not the page itself, 400 kB of text."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEVEL = 5  # 400 kB are 76 kB after some 10 ms; the highest level takes twice as long for 72 kB


class PageCompression:
    """ASGI middleware: gzip for what has no ending, where the browser takes it. Streams stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = scope["type"] == "http" and scope["method"] == "GET" and "." not in scope["path"]
        await (self._compressed if page else self._app)(scope, receive, send)
