"""What the server answers besides Gradio's own routes: the chart library, and traces as files."""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seq2seq_core import DecodeTrace, Seq2SeqError

from ..links import View
from . import training_routes

# from the installed package, so that page and Python always have the same Plotly, and no CDN is asked
PLOTLY_URL = f"lab/plotly-{importlib.metadata.version('plotly')}.min.js"


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
    # the version is in the name: it never changes
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(zipped, media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})
    return Response(plain, media_type="text/javascript", headers=headers)


def trace_json(request: Request) -> Response:
    """The trace of the view in the query, as a JSON file."""
    return _file(request, "trace.json", "application/json", DecodeTrace.to_json)


def trace_csv(request: Request) -> Response:
    """The trace of the view in the query, as a table."""
    return _file(request, "trace.csv", "text/csv", DecodeTrace.to_csv)


def _file(request: Request, name: str, media_type: str, export: Callable[[DecodeTrace], str | bytes]) -> Response:
    try:
        body = export(View.from_query(request.query_params).translate())
    except Seq2SeqError as error:
        return PlainTextResponse(str(error), status_code=400)
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [
    Route(f"/{PLOTLY_URL}", plotly_js),
    Route("/lab/trace.json", trace_json),
    Route("/lab/trace.csv", trace_csv),
    *training_routes.ROUTES,
]
