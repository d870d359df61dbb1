"""Products and softmaxes, as everything here computes them."""

from __future__ import annotations

import numpy as np

FEW = 6


def product(rows: np.ndarray, matrix: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """float32 (batch, n) times (n, m).

    A few rows go one by one: for more than one row BLAS first copies the matrix, which takes longer than reading it
    once a row (five rows of 384 × 1,536: 0.27 ms instead of 0.40).
    """
    if not 1 < len(rows) <= FEW:
        return np.dot(rows, matrix, out=out)
    out = np.empty((len(rows), matrix.shape[1]), np.float32) if out is None else out
    for row, result in zip(rows, out, strict=True):
        np.dot(row, matrix, out=result)
    return out


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    exponentials /= exponentials.sum(axis=-1, keepdims=True)
    return exponentials


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities over the last axis, in nats."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
