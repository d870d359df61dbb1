"""The optimizers: each is what its config says, from the first step to the last."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core.recipes import CONFIGS
from seq2seq_core.saving.load_model import list_pretrained, pretrained_config, pretrained_folder


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_optimizers_are_the_configs(name: str) -> None:
    from seq2seq_core.training.optimizers import build_optimizer

    config, steps = CONFIGS[name], 200
    optimizer = build_optimizer(config, steps)
    assert optimizer.name.startswith(config.optimizer[:2])
    assert optimizer.clipnorm == config.clipnorm
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(config.learning_rate)
    last = {"constant": 1, "cosine": 0.01}[config.schedule]
    optimizer.iterations.assign(steps)
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(config.learning_rate * last)
    optimizer.iterations.assign(steps // 2)
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(config.learning_rate * (1 + last) / 2)


@pytest.mark.parametrize(("cell", "by_adam"), [("lstm", True), ("gru", False)])
def test_muon_leaves_an_lstms_biases_to_adam_and_takes_a_grus(cell: str, by_adam: bool) -> None:
    """As `build_optimizer` and the models' cards say: a GRU's bias is a matrix of two rows."""
    from keras import layers

    from seq2seq_core.training.optimizers import build_optimizer

    optimizer = build_optimizer(CONFIGS["en-fr-char-lstm"], 10)
    layer = {"lstm": layers.LSTM, "gru": layers.GRU}[cell](3)
    layer.build((None, None, 2))
    optimizer.build(layer.trainable_variables)
    velocities = dict(
        zip((variable.name for variable in layer.trainable_variables), optimizer.adam_velocities, strict=True)
    )
    assert (velocities["bias"] is not None) == by_adam
    assert velocities["kernel"] is None
    cards = {name: (pretrained_folder() / name / "README.md").read_text(encoding="utf-8") for name in list_pretrained()}
    for name in cards:
        config = pretrained_config(name)
        if (config.optimizer, config.cell) == ("muon", cell):
            assert ("biases, softmax" in cards[name]) == by_adam
