"""The guard: what stands before every request, and the headers on every answer.

who may ask    a page of ours, or a program; never the page of another site in a visitor's browser
which name     where SEQ2SEQ_HOSTS says by which names this server is reached, no other one is answered
how much       bytes of uploads for the server, a visitor's commands: what has been used comes back with time
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2seq_core.language import tr

READING = ("GET", "HEAD", "OPTIONS")
# the server asks itself whether it answers; a stranger's name that leads to such an address is not among them
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})
UPLOAD, COMMAND = "/gradio_api/upload", "/_lab/train/command"
# a GET that writes what is on screen to the disk, for a link of Gradio's that this page does not have
CLOSED = ("/gradio_api/deep_link",)
MB = 2**20
UPLOADS = (1_000 * MB, 0.5 * MB)  # bytes at once, and a second: a class of thirty brings 33 MB each
COMMANDS = (60, 20)  # of a visitor, at once, and a second: a dial that is dragged sends ten
MOST_VISITORS = 10_000  # counted at once; the one not heard of for longest is forgotten
LONGEST_BODY = 16 * MB  # of anything but an upload; 20,000 pasted pairs of Chinese have ten

# Gradio's page has its settings in an inline script and makes functions from texts; all else is of this server alone
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "connect-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    # the page of a Space stands in a frame of huggingface.co's, that of a notebook in one of this machine's
    "frame-ancestors": "'self' https://huggingface.co https://*.huggingface.co http://localhost:* http://127.0.0.1:*",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the addresses of a visitor's own files hold what only they should know
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
}


@dataclass
class Allowance:
    """So much at once; what has been taken comes back at a rate."""

    most: float
    a_second: float
    clock: Callable[[], float] = time.monotonic
    left: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.at = self.most, self.clock()

    def take(self, amount: float) -> float:
        """Seconds to wait until it could be had; 0: it has been taken. What is more than the most never can."""
        now = self.clock()
        self.left, self.at = min(self.most, self.left + (now - self.at) * self.a_second), now
        if amount <= self.left:
            self.left -= amount
            return 0.0
        return (amount - self.left) / self.a_second if amount <= self.most else math.inf


@dataclass(frozen=True)
class Refusal:
    status: int
    sentence: str
    wait: float = 0.0  # seconds


class Guard:
    """ASGI middleware.

    Args:
        hosts: names by which the server is reached; empty: by any.
        behind: names that its pages have in a browser, though a proxy may have changed them on the way.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...] = (), behind: tuple[str, ...] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._pages = self._hosts | {host.lower() for host in behind}
        self._uploads = Allowance(*UPLOADS)
        self._commands: OrderedDict[str, Allowance] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal := self._refusal(scope, Headers(scope=scope)):
            more = {"Retry-After": str(math.ceil(refusal.wait))} if 0 < refusal.wait < math.inf else None
            answer: ASGIApp = PlainTextResponse(refusal.sentence, refusal.status, more)
        else:
            answer = self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts | OWN_NAMES:
            return Refusal(421, tr("This server is not reached under that name."))
        path = scope["path"]
        if path.endswith(CLOSED):
            return Refusal(404, tr("There is no such address."))
        if scope["method"] in READING:
            return None
        if not self._is_of_our_page(headers, host):
            return Refusal(403, tr("This was sent by a page of another site: open this one and send it from there."))
        if "transfer-encoding" in headers:
            return Refusal(411, tr("What is sent here must say how long it is."))
        length = int(headers.get("content-length") or 0)  # a number, or the server in front has refused it
        if path.endswith(UPLOAD):
            return self._refused_upload(length)
        if length > LONGEST_BODY:
            return Refusal(413, tr("This is too long: {most} MB at most.", most=LONGEST_BODY // MB))
        if path.endswith(COMMAND):
            return self._refused_command(scope)
        return None

    def _is_of_our_page(self, headers: Headers, host: str) -> bool:
        """A program, which is no browser, says neither where it comes from nor what it is to us."""
        if site := headers.get("sec-fetch-site"):  # a browser's word, which no page can change
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None:
            return True
        return _netloc(origin) == host.lower() or _name(_netloc(origin)) in self._pages

    def _refused_upload(self, length: int) -> Refusal | None:
        with self._lock:
            wait = self._uploads.take(length)
        if not wait:
            return None
        if wait == math.inf:
            return Refusal(413, tr("This is too much at once: {most} MB at most.", most=UPLOADS[0] // MB))
        return Refusal(429, tr("Much has been uploaded here in a short time: try again in a while."), wait)

    def _refused_command(self, scope: Scope) -> Refusal | None:
        visitor = parse_qs(scope["query_string"].decode("latin-1")).get("visitor", [""])[0]
        with self._lock:
            allowance = self._commands.pop(visitor, None) or Allowance(*COMMANDS)
            self._commands[visitor] = allowance  # the last one heard of
            while len(self._commands) > MOST_VISITORS:
                self._commands.popitem(last=False)
            wait = allowance.take(1)
        return Refusal(429, tr("These are too many commands at once."), wait) if wait else None


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # such as "http://[::1"
        return ""


def _name(host: str) -> str:
    """A host's name, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:  # such as "[::1"
        return ""
