"""The LSTM cell in NumPy, stepping in the open: every gate of every unit can be kept.

Keras' LSTM computes the same (checked to 1e-5) but shows none of it.
Source: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000, in Keras' gate order i, f, g, o:

    i, f, o = σ(x·W + h·U + b)    g = tanh(x·W + h·U + b)    c ← f∘c + i∘g    h ← o∘tanh(c)
"""

from __future__ import annotations

import numpy as np

GATES = ("i", "f", "g", "o")  # input, forget, candidate ("cell gate"), output


class LSTMCell:
    """Weights as Keras stores them: kernel (inputs, 4·units), recurrent_kernel (units, 4·units), bias (4·units)."""

    gates = GATES

    def __init__(self, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> None:
        self.units = recurrent_kernel.shape[0]
        # σ(z) = ½·tanh(½z) + ½: with the three sigmoid gates' weights halved here (exact in floating point), one
        # tanh over all four gates does the work of four activations
        half = np.repeat(np.array([0.5, 0.5, 1, 0.5], np.float32), self.units)
        # row k is what a one-hot input with a 1 at k adds: no multiplication by zeros
        self._input_table = (kernel + bias) * half  # (inputs, 4·units)
        self._recurrent = np.ascontiguousarray(recurrent_kernel * half)
        self._bias = bias * half

    def step(
        self, ids: np.ndarray, h: np.ndarray, c: np.ndarray, out: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One step for a batch of one-hot inputs.

        Args:
            ids: int (batch,), the position of the 1; -1 is an all-zero vector (padding).
            h, c: float32 (batch, units), the state before.
            out: float32 (batch, 4, units) to write the gates into.

        Returns:
            gates (batch, 4, units) after their activations, in the order of `gates`; h and c (batch, units) after.
        """
        batch = len(ids)
        z = np.empty((batch, 4, self.units), np.float32) if out is None else out
        flat = z.reshape(batch, -1)
        np.dot(h, self._recurrent, out=flat)
        flat += self._bias if batch == 1 and ids[0] < 0 else self._input_table[ids]
        if batch > 1 and (padding := ids < 0).any():
            flat[padding] += self._bias - self._input_table[-1]
        np.tanh(flat, out=flat)
        for gate in (0, 1, 3):
            z[:, gate] *= 0.5
            z[:, gate] += 0.5
        c = z[:, 1] * c
        c += z[:, 0] * z[:, 2]
        h = np.tanh(c)
        h *= z[:, 3]
        return z, h, c
