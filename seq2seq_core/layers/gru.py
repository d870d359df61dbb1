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
        half = np.repeat(np.array([0.5, 0.5, 1], np.float32), self.units)  # σ by tanh, as in the LSTM cell
        self._kernel, self._bias = kernel * half, bias[0] * half
        self._recurrent = np.ascontiguousarray(recurrent_kernel * half)
        self._recurrent_bias = bias[1] * half

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
