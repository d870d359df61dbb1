"""The GRU cell in NumPy. It has one state, h, and nothing called c.

Source: Cho et al. 2014 (arXiv:1406.1078), in the form Keras computes by default (reset_after: the reset gate acts on
the recurrent term after its matrix product, which has a bias d of its own), in Keras' gate order z, r, n:

    z, r = σ(x·W + b + h·U + d)    n = tanh(x·W + b + r∘(h·U + d))    h ← z∘h + (1-z)∘n
"""

from __future__ import annotations

import numpy as np

from .numerics import product
from .recurrent import RecurrentCell


class GRUCell(RecurrentCell):
    """Weights as Keras stores them: kernel (inputs, 3·units), recurrent_kernel (units, 3·units), bias (2, 3·units)."""

    gates = ("z", "r", "n")  # update, reset, candidate
    has_c = False

    def __init__(self, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> None:
        self.units = recurrent_kernel.shape[0]
        self._half = np.repeat(np.array([0.5, 0.5, 1], np.float32), self.units)  # σ by tanh, as in the LSTM cell
        self._kernel, self._bias = kernel * self._half, bias[0] * self._half
        self._recurrent = np.ascontiguousarray(recurrent_kernel * self._half)
        self._recurrent_bias = bias[1] * self._half

    @property
    def parameters(self) -> int:
        return super().parameters + self._recurrent_bias.size

    def step(
        self, projected: np.ndarray, h: np.ndarray, c: np.ndarray | None, out: np.ndarray | None = None
    ) -> tuple[np.ndarray, None]:
        batch, both = len(h), 2 * self.units
        recurrent = product(h, self._recurrent)
        recurrent += self._recurrent_bias
        gates = np.tanh(projected[:, :both] + recurrent[:, :both])
        gates *= 0.5
        gates += 0.5
        z, r = gates[:, : self.units], gates[:, self.units :]
        n = np.tanh(projected[:, both:] + r * recurrent[:, both:])
        if out is not None:
            out[:, :2] = gates.reshape(batch, 2, self.units)
            out[:, 2] = n
        return z * (h - n) + n, None

    def parts(self, projected: np.ndarray, h: np.ndarray) -> np.ndarray:
        batch, both = len(h), 2 * self.units
        recurrent = product(h, self._recurrent)
        let = np.ones_like(recurrent)  # how much of the recurrent term, its bias included, gets through: r, of n's
        let[:, both:] = (np.tanh(projected + recurrent + self._recurrent_bias)[:, self.units : both] + 1) / 2
        parts = [self.from_input(projected), let * recurrent, self._bias + let * self._recurrent_bias]
        return (np.stack(parts) / self._half).reshape(3, batch, 3, self.units)

    def backward(
        self, d_h: np.ndarray, d_c: np.ndarray | None, gates: np.ndarray, h: np.ndarray, c: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, None]:
        z, r, n = gates
        both = 2 * self.units
        recurrent_n = h @ self._recurrent[:, both:] + self._recurrent_bias[both:]
        d_n = d_h * ((1 - z) * (1 - n**2))
        slopes = [d_h * ((h - n) * z * (1 - z)), d_n * (recurrent_n * r * (1 - r)), d_n]
        projected = np.concatenate(slopes, axis=1) / self._half
        recurrent = projected.copy()
        recurrent[:, both:] *= r
        return projected, d_h * z + recurrent @ self._recurrent.T, None
