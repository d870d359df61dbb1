"""Network: the diagram of the network at work, its current step lit and what flows now written on its arrows."""

from __future__ import annotations

from typing import Any

from ..base import JsonComponent


class Network(JsonComponent):
    """It draws the `network` (seq2seq_core.charts.network) among the figures of its group, where that is the picture
    that is chosen, from the numbers that the stepper and the candidates were given.

    Value, where the group has no pictures: {"network", the figure, and "candidates"}; None hides it.
    """

    def __init__(self, *, group: str, **options: Any) -> None:
        super().__init__(settings={"group": group}, **options)
