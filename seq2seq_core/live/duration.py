"""How long a run will take on this machine: a formula fitted on a reference machine, and this one's speed."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from ..config import ModelConfig
from ..data.pairs import Pair
from ..data.tasks import TASKS
from ..data.vocabulary import split_words
from ..models import KINDS
from ..training.events import BatchTrained
from .presets import PRESETS

# the reference: 2-core AMD EPYC virtual machine, TensorFlow 2.21
REFERENCE = 0.0095  # median seconds a batch of the run in `measure_speed`
BATCHES = 40  # of that run
# seconds there, fitted to the time a batch with 64 to 256 units, one and two layers
START, EPOCH, OVERHEAD = 2.0, 0.08, 4.3e-4
RATE = 2.1e10  # products in a recurrent step and its way back, a second
LARGE_SOFTMAX = 1.5
AT_ONCE = 3e10  # products of all steps at once and their way back, a second
ORTHOGONALISING = 1e-10  # a matrix, times its smaller side squared and its larger one


def expected_seconds(config: ModelConfig, pairs: Sequence[Pair], speed: float) -> float:
    """How long a run takes, roughly.

    Args:
        pairs: those it is trained on, where they are at hand.
        speed: of this machine, as a ratio to the reference (`measure_speed`).
    """
    if config.task != "pairs":
        pairs = TASKS[config.task].pairs(200, seed=config.seed)
    some = pairs[:: max(1, len(pairs) // 200)] or [Pair(" " * 12, " " * 35)]  # manythings.org's first ones
    length = len if config.level == "character" else lambda text: len(split_words(text))
    source, target = ([length(text) for text in side] for side in zip(*some, strict=True))
    written = max(target) if config.length_buckets == 1 else 1.1 * sum(target) / len(target)
    work = KINDS[config.architecture].work(config, max(source) + 1, written)
    a_batch = work.steps * OVERHEAD + config.batch_size * (work.products / RATE + work.at_once / AT_ONCE)
    if config.level == "word":
        a_batch *= LARGE_SOFTMAX
    if config.optimizer == "muon":
        a_batch += work.cubes * ORTHOGONALISING
    batches = -(-(config.num_samples or len(pairs)) // config.batch_size)
    return (START + config.epochs * (batches * a_batch + EPOCH)) / speed


def measure_speed() -> float:
    """2.0: twice as fast as the reference. Takes about two seconds, most of them TensorFlow's own warming up."""
    from ..training.train import train  # brings Keras

    # with the optimizer that REFERENCE was timed with
    config = replace(PRESETS["addition-two-digits"].config, num_samples=1_500, optimizer="adam")
    seconds: list[float] = []
    for event in train(config, jit_compile=False):
        if isinstance(event, BatchTrained):
            seconds.append(event.seconds)
            if len(seconds) == BATCHES:
                break
    return REFERENCE / statistics.median(seconds)
