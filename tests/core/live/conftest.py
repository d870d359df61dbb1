"""A run that was watched to its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from seq2seq_core.config import ModelConfig
from seq2seq_core.live.presets import PRESETS

if TYPE_CHECKING:
    from seq2seq_core.live.watched_run import WatchedRun


@pytest.fixture(scope="session")
def watched_config() -> ModelConfig:
    config = PRESETS["addition-two-digits"].config
    return replace(config, num_samples=600, units=24, batch_size=64, epochs=8, learning_rate=0.01)


@pytest.fixture(scope="session")
def whole_run(watched_config: ModelConfig) -> WatchedRun:
    """Looked at now and then, as by a worker."""
    from seq2seq_core.live import report
    from seq2seq_core.live.watched_run import WatchedRun

    run = WatchedRun(watched_config)
    for number, _ in enumerate(run.events()):
        if number % 7 == 3:
            report.look(run)
            run.set_probe(f"{number}+1")
            report.history(run)
    run.examine_at_the_end()
    run.set_probe("12+34")
    return run
