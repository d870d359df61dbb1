"""A dilated 1-D convolution in NumPy: over whole sentences, or one step at a time.

Source: Waibel et al. 1989; dilated, van den Oord et al. 2016 (arXiv:1609.03499). With a kernel of `width` taps:

    y[t] = b + Σ x[t + (tap - past)·dilation]·W[tap]    past: width-1 where it is causal, else half of that
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .numerics import product


@dataclass(frozen=True, eq=False)
class Convolution:
    """Weights as Keras stores them. What lies before a sentence and behind it are zeros."""

    kernel: np.ndarray  # float32 (width, inputs, units)
    bias: np.ndarray  # float32 (units,)
    dilation: int  # steps from one tap to the next
    causal: bool  # reads nothing that is still to come

    @property
    def span(self) -> int:
        """Steps from the first tap to the last."""
        return (len(self.kernel) - 1) * self.dilation

    @property
    def parameters(self) -> int:
        """Trainable numbers, as Keras counts them."""
        return self.kernel.size + self.bias.size

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """float32 (batch, steps, inputs) to (batch, steps, units)."""
        batch, steps, inputs = x.shape
        before = self.span if self.causal else self.span // 2
        padded = np.zeros((batch, steps + self.span, inputs), np.float32)
        padded[:, before : before + steps] = x
        taps = [padded[:, start : start + steps] for start in range(0, self.span + 1, self.dilation)]
        return self._sum(np.stack(taps, axis=2).reshape(batch * steps, -1)).reshape(batch, steps, -1)

    def no_past(self, batch: int) -> np.ndarray:
        """What stands before the first step: zeros, float32 (batch, span, inputs)."""
        return np.zeros((batch, self.span, self.kernel.shape[1]), np.float32)

    def step(self, past: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One step of a causal one.

        Args:
            past: float32 (batch, span, inputs), what it read at the steps before.
            x: float32 (batch, inputs), what it reads now.

        Returns:
            the past of the next step, and float32 (batch, units).
        """
        window = np.concatenate([past, x[:, None]], axis=1)
        return window[:, 1:], self._sum(window[:, :: self.dilation].reshape(len(x), -1))

    def _sum(self, taps: np.ndarray) -> np.ndarray:
        """float32 (rows, width·inputs) to (rows, units)."""
        return product(taps, self.kernel.reshape(-1, self.kernel.shape[2])) + self.bias
