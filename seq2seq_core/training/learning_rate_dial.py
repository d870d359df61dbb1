"""A dial on the optimizer, for whoever watches a training: a rate that can be turned, and what the gradients were."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class OptimizerDial:
    """Turns the learning rate between two batches and tells how the last one moved the weights.

    Both live in variables of the compiled step: nothing is traced anew, and there is no second backward pass.
    """

    def __init__(self) -> None:
        self._optimizer: keras.optimizers.Optimizer | None = None
        self._factor = keras.Variable(1.0, trainable=False, name="rate_factor")
        self._seen = keras.Variable([0.0, 0.0], trainable=False, name="seen")  # gradient norm, learning rate

    def turn(self, rate: float) -> None:
        """The next batch's rate is this one, whatever it was turned to before; a schedule goes on from there."""
        self._factor.assign(self._factor * rate / self.next_rate)

    @property
    def next_rate(self) -> float:
        """The next batch's. There once training has begun."""
        assert self._optimizer
        return float(self._optimizer.learning_rate)

    def read(self) -> tuple[float, float]:
        """(gradient norm, learning rate) of the last batch. The norm is the Euclidean one over all weights, before
        any clipping."""
        norm, rate = ops.convert_to_numpy(self._seen)
        return float(norm), float(rate)

    def schedule(
        self, rate: float | keras.optimizers.schedules.LearningRateSchedule
    ) -> keras.optimizers.schedules.LearningRateSchedule:
        """The rate as the dial turns it: what the optimizer is made with."""
        return _Turned(rate, self._factor)

    def attach(self, optimizer: keras.optimizers.Optimizer) -> None:
        """Lets the dial see every step of the optimizer."""
        self._optimizer, apply = optimizer, optimizer.apply

        def watched(gradients: Any, trainable_variables: Any) -> Any:
            gradients, variables = list(gradients), list(trainable_variables)
            # an embedding's gradient comes as the rows that were read, some of them twice: adding makes it dense. The
            # shape is the variable's: TensorFlow forgets the gradient's after tracing a few shapes of batches
            dense = [
                ops.add(gradient, ops.zeros(variable.shape, gradient.dtype))
                for gradient, variable in zip(gradients, variables, strict=True)
            ]
            norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in dense))
            self._seen.assign(ops.stack([norm, ops.cast(optimizer.learning_rate, "float32")]))
            return apply(gradients, variables)

        optimizer.apply = watched


class _Turned(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate: float | keras.optimizers.schedules.LearningRateSchedule, factor: keras.Variable) -> None:
        self.rate, self.factor = rate, factor

    def __call__(self, step: Any) -> Any:
        return (self.rate(step) if callable(self.rate) else self.rate) * self.factor.value

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate}
