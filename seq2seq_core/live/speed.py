"""How fast this machine trains, as a ratio to the one the presets were timed on."""

from __future__ import annotations

import statistics
from dataclasses import replace

from ..training.events import BatchTrained
from ..training.train import train
from .presets import PRESETS

REFERENCE = 0.0095  # median seconds a batch of the run below: 2-core AMD EPYC virtual machine, TensorFlow 2.21
BATCHES = 40


def measure_speed() -> float:
    """2.0: twice as fast as the reference. Takes about two seconds, most of them TensorFlow's own warming up."""
    # with the optimizer that REFERENCE was timed with
    config = replace(PRESETS["addition-two-digits"].config, num_samples=1_500, optimizer="adam")
    seconds: list[float] = []
    for event in train(config, jit_compile=False):
        if isinstance(event, BatchTrained):
            seconds.append(event.seconds)
            if len(seconds) == BATCHES:
                break
    return REFERENCE / statistics.median(seconds)
