"""Training: a generator of events. Whoever wants to know how it goes iterates; nobody else owns a loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np

from ..config import ModelConfig
from ..data.batching import Batch, batches, batches_by_length, bucket_lengths
from ..data.pairs import Pair
from ..data.training_data import make_vocabularies, readable, training_data
from ..data.training_mix import TrainingMix
from ..data.vectorization import IdArrays, encode_pairs
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..language import tr
from ..models import build_network, kind_of
from ..recipes import check
from ..saving.load_model import load_model, pretrained_folder
from ..saving.model_folder import MODEL_FILE, refuse_unwritable
from .events import BatchTrained, EpochTrained, TrainingEvent, TrainingFinished, TrainingStarted
from .free_running import free_running
from .learning_rate_dial import OptimizerDial
from .losses import build_loss, build_metrics
from .optimizers import build_optimizer
from .resume import restore_progress, save_progress

ON_PYTORCH = keras.backend.backend() == "torch"
if ON_PYTORCH:
    from .torch_backend import clip_at_once, fuse_lstm, half_precision, orthogonalise_in_half

    fuse_lstm()


def train(
    config: ModelConfig,
    pairs: Sequence[Pair] = (),
    out: str | Path | None = None,
    resume: bool = True,
    dial: OptimizerDial | None = None,
    jit_compile: bool = True,
    save_every: float = 0.0,
) -> Iterator[TrainingEvent]:
    """Trains one model and yields what happens.

    The loss is the mean cross-entropy of the real target tokens; padding has weight 0. With label smoothing the
    smoothed one is minimised, and what is reported and monitored is the plain one all the same. (The 2017 text pads
    targets with all-zero vectors and counts on their loss being 0. Keras 3 on TensorFlow computes the loss of a
    softmax layer from its logits, where such a row pulls every probability towards 0, so a weight is the only
    safe way.)

    Args:
        pairs: for the task "pairs"; the others generate theirs.
        out: folder for the checkpoint. After every epoch it is complete and loadable: `model.keras` holds the
            best epoch so far, `resume.npz` the last. None keeps everything in memory.
        resume: continue the run that `out` holds, if it was made from this config (epochs may differ) and data.
        dial: turns the learning rate while it runs; batches then carry their gradient norm. A run with a dial
            resumes only with one.
        jit_compile: let XLA compile each batch shape: seconds a shape once, then a third faster.
        save_every: seconds that `out` need not be younger than; what the first and the last epoch leave is always
            saved.

    Yields:
        TrainingStarted, then per epoch its BatchTrained and one EpochTrained, then TrainingFinished.

    Raises:
        Seq2SeqError: the pairs cannot be split, `out` cannot be written or holds a run of another config or of other
            pairs, or the model to start from is not there or has another network.
    """
    check(config)
    out = Path(out) if out is not None else None
    remarks: list[str] = []
    training, validation = training_data(config, pairs, remarks.append)
    begun = load_model(config.start_from) if config.start_from else None
    vocabularies = begun.vocabularies if begun else make_vocabularies(config, training, validation)
    validation = readable(validation, vocabularies, remarks.append)
    kind_of(config).refuse_pairs([*training, *validation], vocabularies)
    mix = TrainingMix.for_config(config, training, vocabularies) if config.typed_views else None
    training_ids, validation_ids = (
        encode_pairs(side, vocabularies, config) for side in (mix.epoch(1) if mix else training, validation)
    )
    batches_of = _batching(config, training_ids)
    batch_count = sum(1 for _ in batches_of(training_ids))

    if out is not None:
        refuse_unwritable(out)
    keras.utils.set_random_seed(config.seed)
    network = build_network(config, vocabularies)
    if config.start_from:
        _begin_with(network, config)
    trained = CompiledNetwork(
        network if config.teacher_forcing else free_running(network), config, vocabularies, batches_of
    )
    trained.network.compile(
        optimizer=build_optimizer(config, config.epochs * batch_count, dial),
        loss=build_loss(config),
        weighted_metrics=build_metrics(config),
        jit_compile=jit_compile and not ON_PYTORCH,
    )
    trained.network.optimizer.build(trained.network.trainable_variables)
    if ON_PYTORCH:
        clip_at_once(trained.network.optimizer)
        orthogonalise_in_half(trained.network.optimizer)

    best_weights = network.get_weights()
    history = restore_progress(out, trained.network, config, vocabularies) if out is not None and resume else []

    yield TrainingStarted(
        config,
        vocabularies,
        network.count_params(),
        len(training),
        len(validation),
        batch_count,
        len(history),
        network,
        tuple(training),
        tuple(validation),
        tuple(remarks),
    )
    seconds = history[-1].seconds if history else 0.0
    saved, unsaved = -np.inf, None  # when, and the best weights where they are not
    for epoch in range(len(history) + 1, config.epochs + 1):
        # each epoch's order depends on seed and epoch alone, so a resumed run repeats what a whole one would do
        rng = np.random.default_rng([config.seed, epoch])
        done: list[BatchTrained] = []
        if mix:
            training_ids = encode_pairs(mix.epoch(epoch), vocabularies, config)
        for number, batch in enumerate(batches_of(training_ids, rng), start=1):
            started = time.perf_counter()
            loss, accuracy = trained.run(batch, trained.network.train_on_batch)
            took = time.perf_counter() - started
            event = BatchTrained(epoch, number, loss, accuracy, batch.tokens, took, *(dial.read() if dial else ()))
            seconds += event.seconds
            done.append(event)
            yield event
        tokens = np.array([event.tokens for event in done])
        val_loss, val_accuracy = trained.evaluate(validation_ids)
        result = EpochTrained(
            epoch,
            loss=float(np.average([event.loss for event in done], weights=tokens)),
            accuracy=float(np.average([event.accuracy for event in done], weights=tokens)),
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            seconds=seconds,
            best=False,
        )
        lowest = min((getattr(past, config.monitor) for past in history), default=np.inf)
        result = replace(result, best=getattr(result, config.monitor) < lowest)
        history.append(result)
        if result.best:
            best_weights = unsaved = network.get_weights()
        if out is not None and (epoch == config.epochs or time.monotonic() - saved >= save_every):
            save_progress(out, network, trained.network, config, vocabularies, history, unsaved)
            saved, unsaved = time.monotonic(), None
        yield result

    if not history:
        raise Seq2SeqError(tr("There is nothing to train: the config asks for no epoch."))
    best = [event for event in history if event.best][-1]
    if out is not None:
        # the best may be from before this run was resumed; the file holds no optimizer, so neither may the target
        keras.Model(network.inputs, network.outputs).load_weights(out / MODEL_FILE)
    else:
        network.set_weights(best_weights)
    yield TrainingFinished(tuple(history), best, network)


def _begin_with(network: keras.Model, config: ModelConfig) -> None:
    """Puts the weights of the model that the config starts from into the network."""
    try:
        network.load_weights(pretrained_folder() / config.start_from / MODEL_FILE)
    except ValueError:
        raise Seq2SeqError(
            tr(
                "{name} cannot start from {start_from}: their networks are not of one shape.",
                name=config.name,
                start_from=config.start_from,
            )
        ) from None


def _batching(config: ModelConfig, training: IdArrays) -> Callable[..., Iterator[Batch]]:
    """(ids, rng or None) → batches: of few shapes where each has to be compiled, else of any."""
    if ON_PYTORCH and config.source_padding == "mask":
        return lambda ids, rng=None: batches_by_length(ids, config.batch_size, rng)
    lengths = bucket_lengths(training, config.length_buckets)

    def bucketed(ids: IdArrays, rng: np.random.Generator | None = None) -> Iterator[Batch]:
        longest = ids.decoder_target.shape[1]  # held-out rows may be longer than any trained on
        return batches(ids, config.batch_size, rng, (*(n for n in lengths if n < longest), longest))

    return bucketed


@dataclass(frozen=True)
class CompiledNetwork:
    """The compiled network and how batches are put to it."""

    network: keras.Model
    config: ModelConfig
    vocabularies: VocabularyPair
    batches_of: Callable[..., Iterator[Batch]]  # (ids, rng or None)

    def run(self, batch: Batch, method: Callable[..., Sequence[float]]) -> tuple[float, float]:
        """(cross-entropy in nats a real token, accuracy) of one call of train_on_batch or test_on_batch."""
        inputs, target, weights = kind_of(self.config).training_arrays(batch, self.vocabularies)
        # Keras divides the summed loss by batch × steps: scaled so, that is the mean over the real tokens alone
        weights = weights * np.float32(weights.size / np.count_nonzero(weights))
        self.network.reset_metrics()  # it would return the mean since the last reset
        with half_precision() if ON_PYTORCH else nullcontext():
            loss, accuracy, *plain = method(inputs[0] if len(inputs) == 1 else inputs, target, weights)
        return float(plain[0] if plain else loss), float(accuracy)

    def evaluate(self, ids: IdArrays) -> tuple[float, float]:
        """(nats a real target token, accuracy) over all rows."""
        found = [(*self.run(batch, self.network.test_on_batch), batch.tokens) for batch in self.batches_of(ids)]
        losses, accuracies, tokens = zip(*found, strict=True)
        return float(np.average(losses, weights=tokens)), float(np.average(accuracies, weights=tokens))
