"""Attention: at every step the decoder looks back at all the encoder's outputs, and weighs them.

Source: Luong, Pham & Manning 2015 (arXiv:1508.04025), score “general”, scaled as in
Vaswani et al. 2017 (arXiv:1706.03762):

    score(h, s) = hᵀ·W·s / √units    weights = softmax over the source    context = Σ weights · s
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .numerics import product, softmax


@dataclass(frozen=True, eq=False)
class Memory:
    """What can be looked at: the outputs of the encoder's top layer."""

    outputs: np.ndarray  # float32 (batch, source steps, units); a batch of 1 serves any number of translations of it
    padding: np.ndarray | None = None  # bool (batch, source steps): True where a shorter sentence has ended
    # of a single sentence: float32 (1, source steps, gates·units), its outputs as the decoder's second layer projects
    # them, bias included. The context is a sum whose weights add up to 1, so it may as well be projected before it
    # is summed: once a sentence instead of once a step
    projected: np.ndarray | None = None

    def select(self, rows: Sequence[int] | np.ndarray) -> Memory:
        """The memory of these rows, which may repeat."""
        if len(self.outputs) == 1:
            return self
        return Memory(self.outputs[rows], None if self.padding is None else self.padding[rows])


@dataclass(frozen=True, eq=False)
class Attention:
    """The decoder's question and the answer to it."""

    query_kernel: np.ndarray  # float32 (units, units): W / √units

    def weights(self, h: np.ndarray, memory: Memory) -> np.ndarray:
        """float32 (batch, units) to the weights (batch, source steps)."""
        query = product(h, self.query_kernel)
        scores = np.matmul(memory.outputs, query[:, :, None])[:, :, 0]
        if memory.padding is not None:
            scores = np.where(memory.padding, -np.inf, scores)
        return softmax(scores)


def context(weights: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """The weighted sum: (batch, source steps) and (batch or 1, source steps, units) to (batch, units)."""
    return np.matmul(weights[:, None, :], outputs)[:, 0]
