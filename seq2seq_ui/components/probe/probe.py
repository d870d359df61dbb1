"""Probe: one sentence, decoded by the network as it was at each moment of the run."""

from __future__ import annotations

from ..base import JsonComponent


class Probe(JsonComponent):
    """Shows nothing itself: it feeds the stepper and the charts of its channels, live or as of an earlier moment."""
