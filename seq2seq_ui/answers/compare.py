"""What the Compare tab shows of a sentence: a column a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from seq2seq_core import DecodeTrace, Seq2SeqError
from seq2seq_core.charts import CHARTS, Figure, TraceChart
from seq2seq_core.charts.strips import strips

from ..library import pretrained, token_of
from ..links import Comparison, View, within
from .base import Screen, remarks, translation

COMPARED = [chart for chart in CHARTS.values() if chart.align]


def columns(comparison: Comparison) -> Screen:
    """Notices, strips and charts, each with the number of its column, from 0. An empty column stays empty."""
    parts: dict[str, Any] = {}
    traces: list[DecodeTrace | None] = []
    for number, (name, prefix) in enumerate(zip(comparison.models, comparison.prefixes, strict=True)):
        trace = None
        try:
            trace = View(name, comparison.text, prefix=prefix).translate() if name else None
            parts[f"notice{number}"] = remarks(trace, _token(trace), comparison.text) if trace is not None else ""
        except Seq2SeqError as error:
            parts[f"notice{number}"] = str(error)
        traces.append(trace)
    steps = [within(comparison.step, trace) for trace in traces if trace is not None]
    step = max(steps, key=abs, default=0)
    for number, trace in enumerate(traces):
        parts[f"translation{number}"] = parts[f"stepper{number}"] = None
        if trace is not None:
            parts[f"translation{number}"] = translation(trace)
            parts[f"stepper{number}"] = strips(trace, within(step, trace), token=_token(trace))
    for chart in COMPARED:
        for number, figure in enumerate(_aligned(chart, traces, step)):
            parts[f"{chart.name}{number}"] = figure
    return Screen.of(replace(comparison, step=step).to_query(), **parts)


def _token(trace: DecodeTrace) -> str:
    return token_of(pretrained(trace.model))


def _aligned(chart: TraceChart, traces: Sequence[DecodeTrace | None], step: int) -> list[Figure | None]:
    """The same chart of every trace, with one scale for all."""
    figures = [None if trace is None else chart.build(trace, token=_token(trace), step=step) for trace in traces]
    both = [(figure, trace) for figure, trace in zip(figures, traces, strict=True) if figure and trace]
    if both and chart.align:
        chart.align(both)
    return figures
