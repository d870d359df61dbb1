"""What the server answers besides Gradio's own routes: JavaScript, and traces as files."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import brotli
import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seq2seq_core import Seq2SeqError
from seq2seq_core.language import ENGLISH, languages

from ..answers import Question
from ..components.base import SCRIPTS, SCRIPTS_URL, WORDS, words_js
from ..components.plotly_chart.plotly_chart import PLOTLY_URL
from ..links import Link, Looking, View
from . import training_routes
from .decoders import DECODERS

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # what has its version in its address


# the best first; a browser takes Brotli over HTTPS and from its own machine alone
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=6),
    "gzip": partial(gzip.compress, compresslevel=5),
}


@cache
def _plotly(packing: str | None) -> bytes:
    """Plotly's script, so packed; found without importing the package."""
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    plain = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    return PACKINGS[packing](plain) if packing else plain


def plotly_js(request: Request) -> Response:
    accepted = request.headers.get("accept-encoding", "")
    packing = next((name for name in PACKINGS if name in accepted), None)
    headers = FOR_EVER | {"Vary": "Accept-Encoding"} | ({"Content-Encoding": packing} if packing else {})
    return Response(_plotly(packing), media_type="text/javascript", headers=headers)


def component_js(request: Request) -> Response:
    """A component's JavaScript, or what they share."""
    path, language = request.path_params["path"], request.path_params["language"]
    if path not in SCRIPTS or language not in languages():
        return PlainTextResponse("There is no such script.", status_code=404)
    script = words_js(language) if path == WORDS and language != ENGLISH else SCRIPTS[path]
    return Response(script, media_type="text/javascript", headers=FOR_EVER)


def trace_json(request: Request) -> Response:
    """The trace of the view in the query, as a JSON file."""
    return _file(request, "trace.json", "application/json", View)


def trace_csv(request: Request) -> Response:
    """The trace of the view in the query, as a table."""
    return _file(request, "trace.csv", "text/csv", View)


def chart_csv(request: Request) -> Response:
    """The numbers of a chart of the Translate tab, as a table."""
    return _file(request, "chart.csv", "text/csv", View)


def inside_csv(request: Request) -> Response:
    """The numbers of the Inside tab's figure, as a table."""
    return _file(request, "inside.csv", "text/csv", Looking)


def _file(request: Request, name: str, media_type: str, kind: type[Link]) -> Response:
    try:
        body = DECODERS.ask(Question.of(name, kind.from_query(request.query_params))).result()
    except Seq2SeqError as error:
        return PlainTextResponse(str(error), status_code=400)
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def place(request: Request) -> Response:
    """Where the questions of a page stand in the queue; null: none of them waits."""
    found = DECODERS.place(request.query_params.get("page", ""))
    return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})


def healthz(request: Request) -> Response:
    """That it answers at all."""
    return PlainTextResponse("ok")


ROUTES = [
    Route("/healthz", healthz),
    Route(f"/{PLOTLY_URL}", plotly_js),
    Route(f"/{SCRIPTS_URL}/{{language}}/{{path:path}}", component_js),
    Route("/_lab/trace.json", trace_json),
    Route("/_lab/trace.csv", trace_csv),
    Route("/_lab/chart.csv", chart_csv),
    Route("/_lab/inside.csv", inside_csv),
    Route("/_lab/place", place),
    *training_routes.ROUTES,
]
