"""The optimizers: each is what its config says, from the first step to the last."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core.recipes import CONFIGS


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
