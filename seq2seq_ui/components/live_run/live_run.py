"""LiveRun: a training run as it goes on: its state, its buttons, its numbers, and the held-out sentences."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class LiveRun(JsonComponent):
    """Value: {"visitor": the page's token, "files": links of a finished run}; the page listens to the server by itself.

    What arrives is handed on in the browser: a figure to the chart of its channel, the decodings of the visitor's own
    sentence to the probe.

    Events:
        kept: a run is over and its model is there.
        compare: {"first", "second"}: numbers of two runs that are to be seen side by side.
        gone: the server has forgotten the visitor, or was started anew: the page needs to be somebody again.
    """

    EVENTS: list[Any] = ["kept", "compare", "gone"]  # noqa: RUF012
