"""PlotlyChart: a Plotly figure that is updated in place, follows a cursor and reports clicks."""

from __future__ import annotations

from typing import Any

from ...server.routes import PLOTLY_URL
from ..base import JsonComponent


class PlotlyChart(JsonComponent):
    """Value: a chart's figure with `step`, where the cursor stands first, counted from the hand-off.

    `gr.Plot` builds the chart anew at every update (flicker, lost zoom) and knows no clicks. This one calls
    Plotly.react, applies a frame when the stepper of the same `group` moves, sends a click on a point that has
    customdata to that stepper, and follows the page's colours.
    """

    script = "plotly_chart.js"

    def __init__(self, *, group: str, height: int, channel: str = "", **options: Any) -> None:
        """`channel`: it also draws the figures that other components send to it in the browser."""
        self.template = (
            '<figure class="lab-chart"><figcaption></figcaption>'
            f'<div class="lab-plot" role="img" style="height:{height}px"></div><p class="lab-help"></p></figure>'
        )
        super().__init__(
            **{"head": f'<script src="{PLOTLY_URL}"></script>', "group": group, "channel": channel, **options}
        )
