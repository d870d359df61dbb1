"""What the server answers besides Gradio's own routes: JavaScript, and traces as files."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seq2seq_core import DecodeTrace, Seq2SeqError
from seq2seq_core.charts.numbers import numbers

from ..components.base import SCRIPTS, SCRIPTS_URL
from ..components.plotly_chart.plotly_chart import PLOTLY_URL
from ..links import Looking, View
from . import training_routes

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # what has its version in its address


@cache
def _plotly() -> tuple[bytes, bytes]:
    """(plain, gzipped); found without importing the package."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    plain = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    return plain, gzip.compress(plain, 5)


def plotly_js(request: Request) -> Response:
    plain, zipped = _plotly()
    headers = FOR_EVER | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(zipped, media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})
    return Response(plain, media_type="text/javascript", headers=headers)


def component_js(request: Request) -> Response:
    """A component's JavaScript, or what they share."""
    script = SCRIPTS.get(request.path_params["path"])
    if script is None:
        return PlainTextResponse("There is no such script.", status_code=404)
    return Response(script, media_type="text/javascript", headers=FOR_EVER)


def trace_json(request: Request) -> Response:
    """The trace of the view in the query, as a JSON file."""
    return _file(request, "trace.json", "application/json", DecodeTrace.to_json)


def trace_csv(request: Request) -> Response:
    """The trace of the view in the query, as a table."""
    # with the byte order mark by which Excel knows UTF-8
    return _file(request, "trace.csv", "text/csv", lambda trace: trace.to_csv().encode("utf-8-sig"))


def inside_csv(request: Request) -> Response:
    """The numbers of the Inside tab's figure, as a table."""

    def table() -> bytes:
        looking = Looking.from_query(request.query_params)
        return numbers(looking.figure(looking.translate())).encode("utf-8-sig")

    return _answer("inside.csv", "text/csv", table)


def _file(request: Request, name: str, media_type: str, export: Callable[[DecodeTrace], str | bytes]) -> Response:
    return _answer(name, media_type, lambda: export(View.from_query(request.query_params).translate()))


def _answer(name: str, media_type: str, make: Callable[[], str | bytes]) -> Response:
    try:
        body = make()
    except Seq2SeqError as error:
        return PlainTextResponse(str(error), status_code=400)
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def healthz(request: Request) -> Response:
    """That it answers at all."""
    return PlainTextResponse("ok")


ROUTES = [
    Route("/healthz", healthz),
    Route(f"/{PLOTLY_URL}", plotly_js),
    Route(f"/{SCRIPTS_URL}/{{path:path}}", component_js),
    Route("/_lab/trace.json", trace_json),
    Route("/_lab/trace.csv", trace_csv),
    Route("/_lab/inside.csv", inside_csv),
    *training_routes.ROUTES,
]
