"""What a benchmark's visitors do: they speak HTTP as the page in a browser does, and take little of the processor."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

KEPT = 3.0  # seconds that a connection is used again
PATIENCE = 60.0  # seconds; what takes longer is an error


@dataclass(frozen=True)
class Button:
    """The Translate tab's, as the page's config has it."""

    event: int
    trigger: int
    values: list[Any]  # what its inputs hold on a new page
    text: int  # which of them is the sentence
    address: str  # where it is sent at once; "": it goes through Gradio's queue

    @classmethod
    def of(cls, config: dict[str, Any]) -> Button:
        parts = {part["id"]: part["props"] for part in config["components"]}
        (trigger,) = (number for number, part in parts.items() if part.get("elem_id") == "go")
        event = next(each for each in config["dependencies"] if [trigger, "click"] in each["targets"])
        (text,) = (place for place, number in enumerate(event["inputs"]) if parts[number].get("elem_id") == "text")
        values = [parts[number].get("value") for number in event["inputs"]]
        address = f"gradio_api/run/{event['api_name'] or 'predict'}" if event["queue"] is False else ""
        return cls(event["id"], trigger, values, text, address)

    def body(self, session: str, sentence: str) -> bytes:
        data = [*self.values[: self.text], sentence, *self.values[self.text + 1 :]]
        sent = {"data": data, "fn_index": self.event, "session_hash": session, "trigger_id": self.trigger}
        return json.dumps(sent).encode()


class Connection:
    """One that is kept open, for one request after the other."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._path = parts.hostname or "", parts.port or 80, parts.path
        self._used = 0.0  # when
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, body: bytes | None = None) -> bytes:
        """The answer's body. Raises OSError where it is none, or another than 200."""
        try:
            return b"".join([chunk async for chunk in self.chunks(path, body)])
        except EOFError:
            raise ConnectionError("the connection ended before the answer") from None

    async def chunks(self, path: str, body: bytes | None = None) -> AsyncIterator[bytes]:
        """Its parts, as they come."""
        # the server ends one that has been silent for five seconds: a browser makes a new one, too
        if self._streams is None or time.monotonic() - self._used > KEPT:
            self.close()
            self._streams = await asyncio.open_connection(self._host, self._port, limit=2**24)
        self._used = time.monotonic()
        reader, writer = self._streams
        method = "GET" if body is None else "POST"
        head = f"{method} {self._path}{path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n".encode() + (body or b""))
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().splitlines()
        if " 200 " not in f"{status} ":
            self.close()
            raise ConnectionError(status)
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        if "content-length" in headers:
            yield await reader.readexactly(int(headers["content-length"]))
            self._used = time.monotonic()
            return
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        self._used = time.monotonic()

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


class Page:
    """An open page. Close it."""

    def __init__(self, url: str, button: Button) -> None:
        self._button = button
        self._session = secrets.token_hex(6)
        self._asking, self._heartbeat = Connection(url), Connection(url)

    async def open(self) -> None:
        """The document, and the heartbeat, which stays open."""
        await self._asking.ask("")
        beats = self._heartbeat.chunks(f"gradio_api/heartbeat/{self._session}")
        await anext(beats)
        self._beats = beats

    async def translate(self, sentence: str) -> None:
        """Until the answer has come. Raises OSError or TimeoutError where there is none."""
        body = self._button.body(self._session, sentence)
        async with asyncio.timeout(PATIENCE):
            if self._button.address:
                answer = await self._asking.ask(self._button.address, body)
            else:
                answer = await self._queued(body)
        if len(answer) < 3_000:  # a sentence that says why not
            self._asking.close()
            raise ConnectionError(answer[:500])

    async def _queued(self, body: bytes) -> bytes:
        await self._asking.ask("gradio_api/queue/join", body)
        found = b""
        async for chunk in self._asking.chunks(f"gradio_api/queue/data?session_hash={self._session}"):
            if b'"process_completed"' in chunk[:60]:
                found = chunk if b'"success":true' in chunk else chunk[:500]
        return found

    async def close(self) -> None:
        with suppress(RuntimeError):
            await self._beats.aclose()
        self._asking.close()
        self._heartbeat.close()
