"""What the recurrent cells have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from .numerics import product


class RecurrentCell(ABC):
    """One layer's cell. Its input comes projected: x·W + b, computed here from numbers or looked up for tokens."""

    gates: ClassVar[tuple[str, ...]]  # names, in the order of the arrays
    has_c: ClassVar[bool]  # whether it has a state c beside h
    units: int
    _kernel: np.ndarray  # (inputs, gates·units)
    _bias: np.ndarray  # (gates·units,)
    _recurrent: np.ndarray  # (units, gates·units)
    _half: np.ndarray  # (gates·units,): what a gate's weights are multiplied by here

    def project(self, x: np.ndarray) -> np.ndarray:
        """float32 (batch, inputs) to (batch, gates·units)."""
        return product(x, self._kernel) + self._bias

    def project_parts(self, first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What projects the `first` inputs, what projects the others, and the bias."""
        return self._kernel[:first], self._kernel[first:], self._bias

    def input_table(self, embedding: np.ndarray | None = None) -> np.ndarray:
        """float32 (tokens + 1, gates·units): the projected input of every token id, so that none is multiplied.

        Row k belongs to the one-hot vector with its 1 at k, or to row k of the embedding; the last row, which id -1
        finds, to an all-zero vector.
        """
        rows = self._kernel if embedding is None else embedding @ self._kernel
        return np.concatenate([rows, np.zeros_like(rows[:1])]) + self._bias

    def zero_state(self, batch: int) -> tuple[np.ndarray, np.ndarray | None]:
        """h and c before the first step."""
        zeros = np.zeros((batch, self.units), np.float32)
        return zeros, zeros if self.has_c else None

    def project_back(self, slopes: np.ndarray) -> np.ndarray:
        """Slopes at the projected input, (batch, gates·units), to those at the input, (batch, inputs)."""
        return slopes @ self._kernel.T

    def from_input(self, projected: np.ndarray) -> np.ndarray:
        """A projected input without its bias."""
        return projected - self._bias

    @property
    def parameters(self) -> int:
        """Trainable numbers, as Keras counts them."""
        return self._kernel.size + self._recurrent.size + self._bias.size

    @abstractmethod
    def step(
        self, projected: np.ndarray, h: np.ndarray, c: np.ndarray | None, out: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """One step for a batch.

        Args:
            projected: float32 (batch, gates·units), the input as `project` or `input_table` gives it.
            h, c: float32 (batch, units), the state before.
            out: float32 (batch, gates, units): the gates after their activations are written here.

        Returns:
            h and c (batch, units) after; c is None for a cell that has none.
        """

    @abstractmethod
    def parts(self, projected: np.ndarray, h: np.ndarray) -> np.ndarray:
        """What a step's gates are made of before their activations, float32 (3, batch, gates, units): what came from
        the input, from h and from the bias. Their sum goes through σ or tanh.

        Args:
            projected, h: as `step` takes them.
        """

    @abstractmethod
    def backward(
        self, d_h: np.ndarray, d_c: np.ndarray | None, gates: np.ndarray, h: np.ndarray, c: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """One step back: from slopes at what it returned to slopes at what it was given, any number of them at once.

        Args:
            d_h, d_c: float (rows, units), at h and c after the step.
            gates: float32 (gates, units), as the step wrote them.
            h, c: float32 (units,), before the step.

        Returns:
            slopes at the projected input (rows, gates·units), and at h and c before, (rows, units).
        """
