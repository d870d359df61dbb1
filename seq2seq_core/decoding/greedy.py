"""Greedy decoding: always the most probable next token, as in the tutorial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..inference.trace import Decoding
from .base import Chooser, DecodingMethod

if TYPE_CHECKING:
    from ..inference.translator import DecoderState, Translator


class Greedy(DecodingMethod):
    """`model.translate("Be nice.")`"""

    name, title = "greedy", "Greedy: the most probable each time"

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> Greedy:
        return cls()

    def start(self, translator: Translator, state: DecoderState, prefix: Sequence[int]) -> Chooser:
        return lambda step, logits: int(logits.argmax())
