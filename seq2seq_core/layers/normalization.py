"""Layer normalization in NumPy.

Source: Ba, Kiros & Hinton 2016 (arXiv:1607.06450):

    y = (x - mean(x)) / √(var(x) + ε) · γ + β    over the units of each step
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Normalization:
    """Weights as Keras stores them."""

    gamma: np.ndarray  # float32 (units,)
    beta: np.ndarray  # float32 (units,)
    epsilon: float

    @property
    def parameters(self) -> int:
        """Trainable numbers, as Keras counts them."""
        return self.gamma.size + self.beta.size

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """float32 (…, units), the same shape."""
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        return centred / np.sqrt(variance + np.float32(self.epsilon)) * self.gamma + self.beta
