"""The losses a config can ask for, and what is reported of them: nats a token, whatever the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from ..config import ModelConfig

PLAIN = "sparse_categorical_crossentropy"  # categorical cross-entropy, from ids instead of one-hot rows


def build_loss(config: ModelConfig) -> str | Callable[[Any, Any], Any]:
    """What is minimised: (ids (batch, steps), probabilities (batch, steps, vocabulary)) → nats, (batch, steps)."""
    return smoothed_crossentropy(config.label_smoothing) if config.label_smoothing else PLAIN


def build_metrics(config: ModelConfig) -> list[Any]:
    """The accuracy; and the cross-entropy of the right tokens alone, where the loss is another.

    A smoothed loss cannot reach 0, so it says little beside that of another run.
    """
    plain = [keras.metrics.SparseCategoricalCrossentropy(name="crossentropy")] if config.label_smoothing else []
    return ["accuracy", *plain]


def smoothed_crossentropy(share: float) -> Callable[[Any, Any], Any]:
    """Of the right token's 1 a share is taken and spread evenly over the whole vocabulary.

    Source: Szegedy et al. 2016 (arXiv:1512.00567), section 7; for translation Vaswani et al. 2017 (arXiv:1706.03762).
    """

    def loss(target: Any, probabilities: Any) -> Any:
        # Keras passes targets on as floats
        one_hot = ops.one_hot(ops.cast(target, "int32"), probabilities.shape[-1])
        return keras.losses.categorical_crossentropy(one_hot, probabilities, label_smoothing=share)

    return loss
