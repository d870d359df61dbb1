"""The LSTM cell in NumPy, stepping in the open: every gate of every unit can be kept.

Keras' LSTM computes the same (checked to 1e-5) but shows none of it.
Source: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000, in Keras' gate order i, f, g, o:

    i, f, o = σ(x·W + h·U + b)    g = tanh(x·W + h·U + b)    c ← f∘c + i∘g    h ← o∘tanh(c)
"""

from __future__ import annotations

import numpy as np

from .numerics import product
from .recurrent import RecurrentCell


class LSTMCell(RecurrentCell):
    """Weights as Keras stores them: kernel (inputs, 4·units), recurrent_kernel (units, 4·units), bias (4·units)."""

    gates = ("i", "f", "g", "o")  # input, forget, candidate, output
    has_c = True

    def __init__(self, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> None:
        self.units = recurrent_kernel.shape[0]
        # σ(z) = ½·tanh(½z) + ½: with the three sigmoid gates' weights halved here (exact in floating point), one
        # tanh over all four gates does the work of four activations
        self._half = np.repeat(np.array([0.5, 0.5, 1, 0.5], np.float32), self.units)
        self._kernel, self._bias = kernel * self._half, bias * self._half
        self._recurrent = np.ascontiguousarray(recurrent_kernel * self._half)

    def step(
        self, projected: np.ndarray, h: np.ndarray, c: np.ndarray | None, out: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        assert c is not None
        z = np.empty((len(h), 4, self.units), np.float32) if out is None else out
        flat = z.reshape(len(h), -1)
        product(h, self._recurrent, out=flat)
        flat += projected
        np.tanh(flat, out=flat)
        for gate in (0, 1, 3):
            z[:, gate] *= 0.5
            z[:, gate] += 0.5
        c = z[:, 1] * c
        c += z[:, 0] * z[:, 2]
        h = np.tanh(c)
        h *= z[:, 3]
        return h, c

    def parts(self, projected: np.ndarray, h: np.ndarray) -> np.ndarray:
        parts = [self.from_input(projected), product(h, self._recurrent), np.broadcast_to(self._bias, projected.shape)]
        return (np.stack(parts) / self._half).reshape(3, len(h), 4, self.units)

    def backward(
        self, d_h: np.ndarray, d_c: np.ndarray | None, gates: np.ndarray, h: np.ndarray, c: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        assert c is not None
        assert d_c is not None
        i, f, g, o = gates
        bent = np.tanh(f * c + i * g)
        d_c = d_c + d_h * (o * (1 - bent**2))
        slopes = [d_c * (g * i * (1 - i)), d_c * (c * f * (1 - f)), d_c * (i * (1 - g**2)), d_h * (bent * o * (1 - o))]
        projected = np.concatenate(slopes, axis=1) / self._half
        return projected, projected @ self._recurrent.T, d_c * f
