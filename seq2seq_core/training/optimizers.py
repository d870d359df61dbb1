"""The optimizers a config can name, and its learning rate's schedule."""

from __future__ import annotations

from functools import partial

import keras

from ..config import ModelConfig
from .learning_rate_dial import OptimizerDial

OPTIMIZERS = {
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "muon": partial(keras.optimizers.Muon, exclude_layers=["softmax"], weight_decay=None, adam_weight_decay=None),
}


def build_optimizer(config: ModelConfig, steps: int, dial: OptimizerDial | None = None) -> keras.optimizers.Optimizer:
    """The config's optimizer and schedule over this many training steps; everything else is Keras' default.

    Muon orthogonalises the updates of matrices (Jordan et al. 2024; scaled as in Liu et al. 2025, arXiv:2502.16982)
    and leaves embeddings, the softmax and an LSTM's biases to Adam. A GRU's bias is a matrix of two rows, so Keras
    gives it to Muon, too; the shipped GRUs were trained so. No weight decays, as with the others.
    """
    rate: float | keras.optimizers.schedules.LearningRateSchedule = config.learning_rate
    if config.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps, alpha=0.01)
    optimizer = OPTIMIZERS[config.optimizer](
        learning_rate=dial.schedule(rate) if dial else rate, clipnorm=config.clipnorm
    )
    if dial:
        dial.attach(optimizer)
    return optimizer
