"""PlotlyChart: a Plotly figure that is updated in place, follows a cursor and reports clicks."""

from __future__ import annotations

import importlib.metadata
from typing import Any

from ..base import JsonComponent

# from the installed package, so that page and Python always have the same Plotly, and no CDN is asked
PLOTLY_URL = f"_lab/plotly-{importlib.metadata.version('plotly')}.min.js"


class PlotlyChart(JsonComponent):
    """Value: a chart's figure with `step`, where the cursor stands first, counted from the hand-off; or, where one of
    several is `chosen` by the Pictures of its group, {"figures", by name, and "step"}; a figure without data is yet
    to be made.

    `gr.Plot` builds the chart anew at every update (flicker, lost zoom) and knows no clicks. This one calls
    Plotly.react, applies a frame when the stepper of the same `group` moves, sends a click on a point that has
    customdata to that stepper, and follows the page's colours.
    """

    def __init__(self, *, group: str, height: int, channel: str = "", chosen: bool = False, **options: Any) -> None:
        """`channel`: it also draws the figures that other components send to it in the browser."""
        settings = {"group": group, "height": height, "channel": channel, "chosen": chosen}
        super().__init__(settings=settings, head=f'<script src="{PLOTLY_URL}"></script>', **options)
