"""Sampling: the next token is drawn at random, by its probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import Seq2SeqError
from ..layers.numerics import log_softmax
from ..models.base import DecoderState, Network
from .base import Bounds, Chooser, Decoding, DecodingMethod

MAX_SEED = 2**63  # what JSON readers take for a whole number


class Sampling(DecodingMethod):
    """`model.translate("Be nice.", method="sample", temperature=0.7, top_k=5, seed=1)`

    Temperature below 1 sharpens the distribution, above 1 flattens it; top_k keeps only the k most probable
    tokens (Fan et al. 2018, arXiv:1805.04833). The same seed gives the same translation.
    """

    name, title = "sample", "Sample: draw by probability"

    def __init__(self, temperature: float = 1.0, top_k: int | None = None, seed: int = 0) -> None:
        if not 0.01 <= temperature <= 10:
            raise Seq2SeqError(f"The temperature {temperature} is out of range: 0.01 to 10 was expected.")
        if top_k is not None and top_k < 1:
            raise Seq2SeqError(f"top_k={top_k}: at least 1 was expected, or none to keep every token.")
        if not 0 <= seed < MAX_SEED:
            raise Seq2SeqError(f"The seed {seed} is out of range: a whole number from 0, below 2^63, was expected.")
        self.temperature, self.top_k, self.seed = temperature, top_k, seed

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> Sampling:
        return cls(decoding.temperature, decoding.top_k, decoding.seed)

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        rng = np.random.default_rng(self.seed)

        def choose(step: int, logits: np.ndarray) -> int:
            order = np.argsort(-logits, kind="stable")[: self.top_k]
            cumulative = np.exp(log_softmax(logits[order].astype(np.float64) / self.temperature)).cumsum()
            # one draw a step: scaled by the total, so rounding can never step past the last token
            return int(order[np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")])

        return choose
