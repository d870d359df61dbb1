"""One trial of a sweep, wherever it is trained. Imports Keras when it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...config import ModelConfig
from ...data.pairs import Pair
from ...errors import Seq2SeqError
from ...inference.evaluation import evaluate
from ...saving.load_model import translator_of
from ..ctrl_c import until_ctrl_c
from ..events import BatchTrained, EpochTrained, TrainingFinished, TrainingStarted
from ..quietly import quietly
from .result import Ended

EXAMINED = 500  # held-out pairs

Heard = Callable[[int, EpochTrained | Ended], None]  # the trial's number and what it says


def train_trial(config: ModelConfig, pairs: Sequence[Pair]) -> Iterator[BatchTrained | EpochTrained | Ended]:
    """Its batches and epochs, and how it ended."""
    with quietly():
        from ..train import train

    try:
        # without XLA, which takes seconds for every new shape before it saves any: trials are short
        for event in train(config, pairs, jit_compile=False):
            match event:
                case TrainingStarted():
                    started = event
                case BatchTrained() | EpochTrained():
                    yield event
                case TrainingFinished():
                    model = translator_of(event.model, config, started.vocabularies)
                    scores = evaluate(model, started.validation[:EXAMINED])
                    yield Ended(started.parameters, scores.exact_match, scores.chrf)
    except Seq2SeqError as error:
        yield Ended(message=str(error))


def one_after_another(configs: Sequence[ModelConfig], pairs: Sequence[Pair], heard: Heard) -> None:
    """All of them, in this process."""
    for number, config in enumerate(configs):
        for said in until_ctrl_c(train_trial(config, pairs)):
            if not isinstance(said, BatchTrained):
                heard(number, said)
