"""Batching: id arrays to shuffled batches with the weights that mask their padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .vectorization import IdArrays
from .vocabulary import PADDING_ID


@dataclass(frozen=True)
class Batch:
    """What one training step reads."""

    ids: IdArrays  # (batch, steps)
    weights: np.ndarray  # float32 (batch, target steps): 0 at padding, else 1

    @property
    def tokens(self) -> int:
        """Target tokens that count in the loss."""
        return int(np.count_nonzero(self.weights))


def batches(ids: IdArrays, batch_size: int, rng: np.random.Generator | None = None) -> Iterator[Batch]:
    """All rows once, shuffled when `rng` is given; the last batch may be smaller."""
    order = np.arange(len(ids)) if rng is None else rng.permutation(len(ids))
    for start in range(0, len(order), batch_size):
        rows = ids[order[start : start + batch_size]]
        yield Batch(rows, (rows.decoder_target != PADDING_ID).astype(np.float32))
