"""Sampling: the next token is drawn at random, by its probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..decimals import exact
from ..errors import Seq2SeqError
from ..language import later, tr
from ..layers.numerics import log_softmax
from ..models.base import DecoderState, Network
from .base import Bounds, Chooser, Decoding, DecodingMethod

MAX_SEED = 2**63  # what JSON readers take for a whole number


class Sampling(DecodingMethod):
    """`model.translate("Be nice.", method="sample", temperature=0.7, top_k=5, seed=1)`

    Temperature below 1 sharpens the distribution, above 1 flattens it; top_k keeps only the k most probable
    tokens (Fan et al. 2018, arXiv:1805.04833), top_p the fewest that make up that share together (Holtzman et al.
    2020, arXiv:1904.09751). The same seed gives the same translation.
    """

    name, title = "sample", later("Sample: draw by probability")

    def __init__(
        self, temperature: float = 1.0, top_k: int | None = None, seed: int = 0, top_p: float | None = None
    ) -> None:
        if not 0.01 <= temperature <= 10:
            raise Seq2SeqError(
                tr(
                    "The temperature {temperature} is out of range: 0.01 to 10 was expected.",
                    temperature=exact(temperature),
                )
            )
        if top_k is not None and top_k < 1:
            raise Seq2SeqError(tr("top_k={top_k}: at least 1 was expected, or none to keep every token.", top_k=top_k))
        if top_p is not None and not 0 < top_p <= 1:
            raise Seq2SeqError(
                tr("top_p={top_p}: a share above 0, up to 1, was expected, or none to keep every token.", top_p=top_p)
            )
        if not 0 <= seed < MAX_SEED:
            raise Seq2SeqError(
                tr("The seed {seed} is out of range: a whole number from 0, below 2^63, was expected.", seed=seed)
            )
        self.temperature, self.top_k, self.seed, self.top_p = temperature, top_k, seed, top_p

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> Sampling:
        return cls(decoding.temperature, decoding.top_k, decoding.seed, decoding.top_p)

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        rng = np.random.default_rng(self.seed)

        def choose(step: int, logits: np.ndarray) -> int:
            order, cumulative = _kept(logits, self.temperature, self.top_k, self.top_p)
            # one draw a step: scaled by the total, so rounding can never step past the last token
            return int(order[np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right")])

        return choose


def _kept(
    logits: np.ndarray, temperature: float, top_k: int | None, top_p: float | None
) -> tuple[np.ndarray, np.ndarray]:
    """The ids that can be drawn, the likeliest first, and the sums of their probabilities so far; (kept,) both."""
    order = np.argsort(-logits, kind="stable")[:top_k]
    cumulative = np.exp(log_softmax(logits[order].astype(np.float64) / temperature)).cumsum()
    # the first that reaches the share still belongs to it
    kept = len(order) if top_p is None else int(np.searchsorted(cumulative, top_p * cumulative[-1])) + 1
    return order[:kept], cumulative[:kept]


def drawn_from(logits: np.ndarray, decoding: Decoding) -> np.ndarray:
    """What a sampled token is drawn from: the softmax after temperature, top-k and top-p, both (steps, vocabulary)."""
    drawn = np.zeros(logits.shape, np.float32)
    for step, row in enumerate(logits):
        order, cumulative = _kept(row, decoding.temperature, decoding.top_k, decoding.top_p)
        drawn[step, order] = np.diff(cumulative, prepend=0) / cumulative[-1]
    return drawn
