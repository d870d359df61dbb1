"""Decoding as without teacher forcing: the decoder reads its own last softmax, not the token that was written."""

from __future__ import annotations

from collections.abc import Sequence

from ..language import later, tr
from ..models.base import DecoderState, Network
from .base import Bounds, Chooser, Decoding, DecodingMethod


class FedSoftmax(DecodingMethod):
    """`load_model("en-fr-char-lstm-free-running").translate("Be nice.", method="softmax")`

    The most probable token is written, and all of the softmax is read at the next step: what a network trained without
    teacher forcing has learnt to read. What is written changes nothing of what follows: the source alone decides.

    Source: the last section of the Keras ten-minute introduction to seq2seq.
    """

    name, title = "softmax", later("Softmax fed back: as trained without teacher forcing")
    reads_softmax = True

    @classmethod
    def refuses(cls, network: Network) -> str:
        if network.reads_softmax:
            return ""
        return tr("This network cannot be given a softmax to read, as a plain encoder-decoder can.")

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> FedSoftmax:
        return cls()

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        return lambda step, logits: int(logits.argmax())
