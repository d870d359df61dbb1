"""What the Translate tab shows of a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seq2seq_core import DecodeTrace, Seq2SeqError
from seq2seq_core.charts import Figure, TraceChart
from seq2seq_core.charts.candidates import candidates
from seq2seq_core.charts.network import network
from seq2seq_core.charts.numbers import numbers
from seq2seq_core.charts.strips import strips
from seq2seq_core.insights import Instrument
from seq2seq_core.insights.round_trip import round_trip
from seq2seq_core.language import tr

from ..library import pretrained, token_of, way_back
from ..links import PICTURES, View, within
from .base import Screen, remarks, translation, word_under_word


def stage(view: View) -> Screen:
    """Notice, strips and charts. Raises Seq2SeqError for what cannot be translated."""
    trace = view.translate()
    view = replace(view, step=within(view.step, trace))
    token = token_of(pretrained(view.model))
    query = replace(view, step=0, reference="").to_query()
    return Screen.of(
        view.to_query(),
        notice=remarks(trace, token, view.text),
        translation=translation(trace),
        round_trip=_and_back(view, trace),
        # what else could have been written, and what a beam arrived at, stands among the candidates
        stepper=strips(trace, view.step, query, token, what_if=False) | {"hypotheses": []},
        candidates=candidates(trace, token) | {"step": view.step},
        chart={"figures": figures(view, trace), "step": view.step},
    )


def figures(view: View, trace: DecodeTrace) -> dict[str, Figure]:
    """What can be drawn large of a view's translation; without data, what takes long and was not asked for."""
    model = pretrained(view.model)
    layer = view.layer - 1 if 0 < view.layer <= len(trace.layers) else -1
    found: dict[str, Figure] = {"network": network(trace, layer)}
    for name, chart in PICTURES.items():
        if isinstance(chart, TraceChart):
            figure = chart.build(trace, layer, token_of(model))
            if figure["data"]:
                found[name] = figure | {"file": _file(view, name)}
        elif isinstance(chart, Instrument) and not chart.refuses(model):
            found[name] = {"title": tr(chart.title)}
            if name == view.chart:
                found[name] = chart.build(model, trace) | {"file": _file(view, name)}
    return found


def chart_numbers(view: View) -> str:
    """What the view's chart shows, as a table (CSV). Raises Seq2SeqError for one that is made of no numbers."""
    figure = figures(view, view.translate()).get(view.chart, {})
    if not figure.get("data"):
        raise Seq2SeqError(f"There are no numbers of {view.chart!r} for this model.")
    return numbers(figure)


def _file(view: View, chart: str) -> str:
    """Where these are, whatever is drawn large now."""
    return f"_lab/chart.csv?{replace(view, chart=chart, step=0).to_query()}"


def _and_back(view: View, trace: DecodeTrace) -> dict[str, Any] | None:
    model = pretrained(view.model)
    back = way_back(model) if view.back and trace.text.strip() else None
    if back is None:
        return None
    return word_under_word(round_trip(pretrained(back), trace.source, trace.text), model.languages[0])
