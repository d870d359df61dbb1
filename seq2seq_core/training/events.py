"""The events of a training, as `train()` yields them. Without Keras: curves, charts and files speak of them, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import ModelConfig
from ..data.pairs import Pair
from ..data.vocabulary import VocabularyPair

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class TrainingStarted:
    config: ModelConfig
    vocabularies: VocabularyPair
    parameters: int
    training_pairs: int
    validation_pairs: int
    batches_per_epoch: int
    epochs_done: int  # > 0 when a run is resumed
    network: keras.Model  # its weights move while the run goes on
    training: tuple[Pair, ...]  # the pairs it learns from
    validation: tuple[Pair, ...]  # the held-out pairs themselves
    remarks: tuple[str, ...] = ()  # sentences: what of the pairs was left out, and why


@dataclass(frozen=True)
class BatchTrained:
    epoch: int  # counted from 1
    batch: int  # counted from 1
    loss: float  # nats per real target token of this batch
    accuracy: float  # share of its real target tokens
    tokens: int  # real target tokens, padding not counted
    seconds: float  # for this batch
    gradient_norm: float | None = None  # Euclidean, over all weights, before clipping; None: no dial was given
    learning_rate: float | None = None  # the batch's own; None: no dial was given


@dataclass(frozen=True)
class EpochTrained:
    epoch: int  # counted from 1
    loss: float  # nats per real target token, mean over the epoch while the weights moved
    accuracy: float
    val_loss: float  # nats per real target token of the held-out pairs, after the epoch
    val_accuracy: float
    seconds: float  # of training since the first epoch, validation and saving not counted
    best: bool  # lowest value so far of what the config monitors; these weights are kept


@dataclass(frozen=True)
class TrainingFinished:
    history: tuple[EpochTrained, ...]
    best: EpochTrained
    model: keras.Model  # with the best epoch's weights


TrainingEvent = TrainingStarted | BatchTrained | EpochTrained | TrainingFinished
