"""Pictures: a row of small pictures, of which one is chosen to be drawn large."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from seq2seq_core.charts import Chart, TraceChart

from ..base import JsonComponent


class Pictures(JsonComponent):
    """Value: the name of the chart that is chosen; its events are given it. Where the figures of its group
    (PlotlyChart) have no such chart, the first one that they have is shown, and the choice stays.

    Events:
        ask: a figure was chosen that the server has yet to make; carries `step` (where the cursor stands).
    """

    EVENTS: list[Any] = ["ask"]  # noqa: RUF012

    def __init__(self, value: str = "", *, group: str, charts: Iterable[Chart], **options: Any) -> None:
        """`charts`: what can be chosen among; `value` is what a link without a choice means. (Gradio makes a component
        anew without its value where an event changes another of its properties.)"""
        charts = list(charts)
        names = [chart.name for chart in charts]
        layered = [chart.name for chart in charts if isinstance(chart, TraceChart) and chart.by_layer]
        super().__init__(
            value, settings={"group": group, "charts": names, "layered": layered, "fallback": value}, **options
        )

    def preprocess(self, payload: str | None) -> str | None:
        return None if payload is None else str(orjson.loads(payload))
