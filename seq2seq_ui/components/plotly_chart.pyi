"""PlotlyChart: a Plotly figure that is updated in place, follows a cursor and reports clicks."""

from __future__ import annotations

from ..routes import PLOTLY_URL
from .base import JsonComponent

class PlotlyChart(JsonComponent):
    """Value: a figure `{"data", "layout", "frames", "cursor"}`; `cursor` is the frame shown first.

    `gr.Plot` builds the chart anew at every update (flicker, lost zoom) and knows no clicks. This one calls
    Plotly.react, applies a frame when the stepper of the same `group` moves, sends a click on a point that has
    customdata to that stepper, and follows the page's colours.
    """

    script = "plotly_chart.js"

    def __init__(self, title: str, help: str, *, group: str, height: int, **options: Any) -> None:
        self.template = (
            f'<figure class="lab-chart"><figcaption>{title}</figcaption>'
            f'<div class="lab-plot" role="img" aria-label="{title}. {help}" style="height:{height}px"></div>'
            f'<p class="lab-help">{help}</p></figure>'
        )
        super().__init__(**{"head": f'<script src="{PLOTLY_URL}"></script>', "group": group, **options})
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
