"""Traces in notebooks: a trace shows itself, and charts and instruments come as Plotly's figures.

Registered in `seq2seq_core/__init__.py`; loaded, and Plotly with it, when the first trace is looked at.
"""

from __future__ import annotations

import html as markup
import textwrap
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import plotly.graph_objects as go

from .charts import CHARTS, Figure
from .charts.strips import strips
from .charts.style import cell_colors
from .errors import Seq2SeqError
from .inference.trace import DecodeTrace
from .inference.translator import Translator, translator_of
from .insights import INSTRUMENTS, Focus
from .saving.load_model import list_pretrained, load_model

WIDTH = 110  # characters of a line of help
LINE_HEIGHT = 17  # pixels
DEFAULT_HEIGHT = 360  # pixels

_CELL = (
    "display:inline-block;min-width:1.3em;padding:0.1em 0.15em;margin:1px;border-radius:4px;text-align:center;"
    "border:1px solid rgba(139,147,161,0.6);font-family:ui-monospace,Consolas,monospace"
)


def html(trace: DecodeTrace) -> str:
    """What was read and what was written, cell by cell, the latter shaded by probability; all of it escaped."""
    shown = strips(trace, what_if=False)
    reads = "".join(
        _cell(cell, "text-decoration:line-through;opacity:0.6" if cell["unknown"] else "", cell["name"])
        for cell in shown["reads"]
    )
    writes = ""
    for cell in shown["writes"]:
        background, color = cell_colors(cell["probability"])
        said = f"{'forced' if cell['forced'] else 'wrote'} {cell['name']}, probability {cell['probability']:.4f}"
        writes += _cell(cell, f"background:{background};color:{color}", said)
    rows = "".join(
        f'<div style="margin:0.3em 0"><span style="display:inline-block;width:4em;opacity:0.75">{name}</span>'
        f"{cells}</div>"
        for name, cells in (("reads", reads), ("writes", writes))
    )
    # colours of the notebook's own, but for the cells, which bring both of theirs
    return (
        f'<div style="color:inherit"><div style="font-size:1.4em;white-space:pre-wrap">{markup.escape(trace.text)}'
        f"</div>{rows}</div>"
    )


def _cell(cell: dict[str, Any], style: str, says: str) -> str:
    return f'<span style="{_CELL};{style}" title="{markup.escape(says)}">{markup.escape(cell["shown"])}</span>'


def chart(trace: DecodeTrace, name: str, step: int = 0, layer: int = 0) -> go.Figure:
    """As `DecodeTrace.chart`."""
    if name not in CHARTS:
        raise Seq2SeqError(f"There is no chart {name!r}: it is one of {', '.join(CHARTS)}.")
    model = translator_of(trace)
    token = model.vocabularies.source.kind if model else "character"
    place = min(layer, len(trace.layers)) - 1 if layer > 0 else -1
    figure = CHARTS[name].build(trace, place, token, step)
    return plotted({"height": CHARTS[name].height, **figure})


class Inside:
    """The instruments by their names, a hyphen as an underscore; each takes the fields of `Focus` that it looks at."""

    def __init__(self, trace: DecodeTrace) -> None:
        self._trace = trace

    def __dir__(self) -> list[str]:
        return [name.replace("-", "_") for name in INSTRUMENTS]

    def __getattr__(self, name: str) -> Callable[..., go.Figure]:
        instrument = INSTRUMENTS.get(name.replace("_", "-"))
        if instrument is None:
            raise AttributeError(f"There is no instrument {name!r}: it is one of {', '.join(dir(self))}.")

        def figure(**focus: Any) -> go.Figure:
            known = [field.name for field in fields(Focus)]
            if unknown := [dial for dial in focus if dial not in known]:
                raise Seq2SeqError(f"{name} has no dial {unknown[0]!r}: it is one of {', '.join(known)}.")
            return plotted(instrument.build(_model_of(self._trace), self._trace, Focus(**focus)))

        figure.__doc__ = f"{instrument.question} {instrument.help}"
        return figure


def inside(trace: DecodeTrace) -> Inside:
    """As `DecodeTrace.inside`."""
    return Inside(trace)


def _model_of(trace: DecodeTrace) -> Translator:
    if model := translator_of(trace):
        return model
    if trace.model in list_pretrained():
        return load_model(trace.model)
    raise Seq2SeqError(
        f"This trace was read from a file, and {trace.model!r}, whose network it came from, is not among the shipped "
        "models: translate the text again, then look inside."
    )


def plotted(figure: Figure) -> go.Figure:
    """A figure of ours as Plotly's, its cursor where it stands and its words above it.

    Raises:
        Seq2SeqError: there is nothing to draw; it says why.
    """
    if not figure["data"]:
        raise Seq2SeqError(figure["help"])
    frames = figure["frames"]
    frame = frames[min(max(0, figure["step"] + figure["reads"]), len(frames) - 1)] if frames else {}
    layout = nested(nested({}, figure["layout"]), frame.get("layout", {}))
    for axis in ("xaxis", "yaxis"):
        layout[axis] = {"automargin": True, **layout.get(axis, {})}
    said = layout.get("title", {}).get("text", "")
    title = f"{figure['title']} · {said}" if said else figure["title"]
    lines = textwrap.wrap(figure["help"], WIDTH)
    above = 70 + LINE_HEIGHT * (len(lines) + title.count("<br>"))  # pixels
    margin = layout.get("margin", {})
    layout |= {
        "title": {
            "text": title,
            "subtitle": {"text": "<br>".join(markup.escape(line, quote=False) for line in lines), "font": {"size": 13}},
            **{"x": 0.01, "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 14}},
        },
        "margin": {**margin, "t": margin.get("t", 0) + above},
        "height": figure.get("height", DEFAULT_HEIGHT) + above,
        "template": "plotly_white",  # its own ground: it reads the same in a dark notebook
    }
    return go.Figure(frame.get("data", figure["data"]), layout)


def nested(layout: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The layout with a frame's changes, whose keys may have dots (`yaxis.ticktext`): as the page has it."""
    result = dict(layout)
    for path, value in changes.items():
        *above, last = path.split(".")
        place = result
        for key in above:
            place[key] = dict(place.get(key, {}))
            place = place[key]
        place[last] = value
    return result
