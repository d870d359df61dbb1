"""Batching: id arrays to shuffled batches of few shapes, with the weights that mask their padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def target_lengths(ids: IdArrays) -> np.ndarray:
    """int (rows,): real target tokens of each row."""
    return np.count_nonzero(ids.decoder_target != PADDING_ID, axis=1)


def bucket_lengths(ids: IdArrays, count: int) -> tuple[int, ...]:
    """The `count` lengths to pad targets to that leave the least padding; the last one holds every row.

    One length a bucket: each is one shape for the compiler, and every step beyond a row's own is lost work.
    """
    longest = ids.decoder_target.shape[1]
    # rows_up_to[n]: how many rows have at most n tokens
    rows_up_to = np.bincount(target_lengths(ids), minlength=longest + 1).cumsum()
    # steps[k][n]: least steps computed for all rows of at most n tokens with k + 1 buckets, the last of length n
    steps = [rows_up_to * np.arange(longest + 1)]
    before: list[list[int]] = []
    for _ in range(1, count):
        costs = [[steps[-1][m] + (rows_up_to[n] - rows_up_to[m]) * n for m in range(n + 1)] for n in range(longest + 1)]
        before.append([int(np.argmin(row)) for row in costs])
        steps.append(np.array([min(row) for row in costs]))
    lengths = [longest]
    for choice in reversed(before):
        lengths.append(choice[lengths[-1]])
    return tuple(sorted({length for length in lengths if length > 0}))


def batches(
    ids: IdArrays, batch_size: int, rng: np.random.Generator | None = None, lengths: Sequence[int] | None = None
) -> Iterator[Batch]:
    """All rows once, shuffled when `rng` is given, in batches of one size and one shape a bucket.

    A last batch that is not full is filled up with rows of weight 0: another shape would have to be compiled anew.

    Args:
        lengths: what targets are padded to (`bucket_lengths`); None: all to the longest.
    """
    lengths = lengths or (ids.decoder_target.shape[1],)
    batch_size = min(batch_size, len(ids))
    bucket_of = np.searchsorted(lengths, target_lengths(ids))
    groups: list[tuple[int, np.ndarray]] = []
    for bucket, length in enumerate(lengths):
        rows = np.flatnonzero(bucket_of == bucket)
        if rng is not None:
            rng.shuffle(rows)
        groups += [(length, rows[start : start + batch_size]) for start in range(0, len(rows), batch_size)]
    for index in range(len(groups)) if rng is None else rng.permutation(len(groups)):
        length, rows = groups[index]
        batch = ids[np.resize(rows, batch_size)]
        target = batch.decoder_target[:, :length]
        weights = (target != PADDING_ID).astype(np.float32)
        weights[len(rows) :] = 0
        yield Batch(IdArrays(batch.encoder_input, batch.decoder_input[:, :length], target), weights)


def batches_by_length(ids: IdArrays, batch_size: int, rng: np.random.Generator | None = None) -> Iterator[Batch]:
    """All rows once, in batches whose sources have one length and whose targets nearly so.

    There are hundreds of shapes: for a backend that compiles none. No source is padded, so none needs a mask; targets
    are padded to a multiple of 4, since a shape met again is prepared already.
    """
    sources, targets = np.count_nonzero(ids.encoder_input != PADDING_ID, axis=1), target_lengths(ids)
    # the noise mixes rows of neighbouring lengths, so that batches differ from epoch to epoch
    order = np.lexsort((targets + (0 if rng is None else rng.uniform(0, 3, len(targets))), sources))
    edges = np.flatnonzero(np.diff(sources[order])) + 1
    groups = [
        rows[start : start + batch_size] for rows in np.split(order, edges) for start in range(0, len(rows), batch_size)
    ]
    for index in range(len(groups)) if rng is None else rng.permutation(len(groups)):
        rows = groups[index]
        batch, length = ids[rows], int(targets[rows].max() + 3) // 4 * 4
        target = batch.decoder_target[:, :length]
        source = batch.encoder_input[:, : sources[rows[0]]]
        weights = (target != PADDING_ID).astype(np.float32)
        yield Batch(IdArrays(source, batch.decoder_input[:, :length], target), weights)
