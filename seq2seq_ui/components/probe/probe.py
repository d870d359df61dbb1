"""Probe: one sentence, decoded by the network as it was at each moment of the run."""

from __future__ import annotations

from typing import Any

from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..base import JsonComponent


class Probe(JsonComponent):
    """Shows nothing itself: it feeds the stepper and the charts of its channels, live or as of an earlier moment."""

    def __init__(self, **options: Any) -> None:
        super().__init__(settings={"max_length": MAX_SOURCE_TOKENS}, **options)
