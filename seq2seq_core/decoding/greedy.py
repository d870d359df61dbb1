"""Greedy decoding: always the most probable token."""

from __future__ import annotations

from collections.abc import Sequence

from ..language import later
from ..models.base import DecoderState, Network
from .base import Bounds, Chooser, Decoding, DecodingMethod
from .loop_guard import GuardedGreedy


class Greedy(DecodingMethod):
    """`model.translate("Be nice.")`"""

    name, title = "greedy", later("Greedy: the most probable each time")

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> Greedy:
        return cls()

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        if bounds.guard:
            guarded = GuardedGreedy(bounds.guard, prefix)
            return lambda step, logits: guarded.choose(logits)
        return lambda step, logits: int(logits.argmax())
