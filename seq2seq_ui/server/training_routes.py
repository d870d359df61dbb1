"""What the server answers a page that watches a training: the stream of reports, its commands, its files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from seq2seq_core import Seq2SeqError
from seq2seq_core.decimals import whole
from seq2seq_core.language import tr
from seq2seq_core.live.pool import POOL
from seq2seq_core.live.protocol import Leave, page_command
from seq2seq_core.live.run import RETURNS_WITHIN

from ..runs import told_of, version_of
from ..visitors import VISITORS, Visitor

LOOK_EVERY = 0.05  # seconds
PING_EVERY = 1.0  # seconds: writing is what shows that nobody reads any more
MAX_COMMAND_BYTES = 10_000


def _visitor(request: Request) -> Visitor | None:
    return VISITORS.of_token(request.query_params.get("visitor", ""))


async def events(request: Request) -> Response:
    """Server-sent events: how the visitor's run stands, and then every message of it, as JSON; and a ping a second."""
    visitor = _visitor(request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if visitor is None:  # who never was, or has been away for too long, or was another server's
        return Response(b'data: {"kind":"nobody"}\n\n', media_type="text/event-stream", headers=headers)

    async def stream() -> AsyncIterator[bytes]:
        run, last, version = None, 0, None
        pinged = 0.0
        stopping = getattr(request.app, "stop_event", None)
        try:
            with VISITORS.listening(visitor):
                while not await request.is_disconnected() and not (stopping and stopping.is_set()):
                    if _visitor(request) is not visitor:  # who gave way to others
                        return
                    if visitor.run is not run:
                        run, last = visitor.run, 0
                        if run is not None:
                            await asyncio.to_thread(run.recall)
                    if run is not None:
                        if visitor.rival:
                            visitor.rival.attend()
                        if version != (version := version_of(visitor)):
                            yield b"data: " + orjson.dumps(told_of(visitor)) + b"\n\n"
                        for number, line in run.after(last):
                            last = number
                            yield b"data: " + line + b"\n\n"
                        if run.state in ("failed", "left"):  # it leaves nothing that the page would have to fetch
                            visitor.move_on()
                    if time.monotonic() - pinged > PING_EVERY:
                        pinged = time.monotonic()
                        yield b"event: ping\ndata: still here\n\n"
                    await asyncio.sleep(LOOK_EVERY)
        finally:
            asyncio.get_running_loop().call_later(RETURNS_WITHIN + 1, VISITORS.forget_the_gone)

    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def command(request: Request) -> Response:
    """One command for the visitor's run, as JSON; answered with a sentence if it cannot be."""
    visitor = _visitor(request)
    if visitor is None or visitor.run is None:
        return PlainTextResponse(tr("There is no training under way."), status_code=409)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_COMMAND_BYTES:
            sentence = tr(
                "What was sent is too long: at most {most} bytes were expected.", most=whole(MAX_COMMAND_BYTES)
            )
            return PlainTextResponse(sentence, status_code=413)
    try:
        asked = page_command(body)
    except Seq2SeqError as error:
        return PlainTextResponse(str(error), status_code=400)
    try:
        if isinstance(asked, Leave):
            for run in filter(None, (visitor.rival, visitor.run)):
                await asyncio.to_thread(POOL.leave, run)
            visitor.rival = None
        else:
            await asyncio.to_thread(visitor.run.tell, asked)
    except Seq2SeqError as error:  # a good request for what cannot be, such as a probe of unknown characters
        return PlainTextResponse(str(error))
    return Response(status_code=204)


def model_zip(request: Request) -> Response:
    """A visitor's own model as the zip of its folder."""
    return _file(request, "model_zip", "zip", "application/zip")


def curves_csv(request: Request) -> Response:
    """The curves of the run that made a visitor's own model."""
    return _file(request, "curves_csv", "csv", "text/csv")


def _file(request: Request, what: str, suffix: str, media_type: str) -> Response:
    model = VISITORS.model(request.query_params.get("model", ""))
    body = getattr(model, what) if model else None
    if model is None or body is None:
        return PlainTextResponse(tr("There is no such file: its page has been closed since."), status_code=404)
    name = f"{model.file_name}.{suffix}"
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route("/_lab/train/events", events),
    Route("/_lab/train/command", command, methods=["POST"]),
    Route("/_lab/train/model.zip", model_zip),
    Route("/_lab/train/curves.csv", curves_csv),
]
