"""A training run that is watched: `train()`'s events, and the network as it is at any moment of it.

It looks at the weights with the very NumPy inference that the finished model will be opened with, without a file.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ..config import ModelConfig
from ..data.pairs import Pair, references_by_source
from ..decimals import exact
from ..errors import Seq2SeqError
from ..files import write_atomically
from ..inference.translate_many import translate_batch
from ..inference.translator import Translator
from ..language import tr
from ..saving.load_model import translator_of
from ..saving.model_folder import read_history
from ..training.curves import Curves
from ..training.events import BatchTrained, EpochTrained, TrainingEvent, TrainingStarted
from ..training.learning_rate_dial import OptimizerDial
from ..training.train import train

SAMPLES = 6  # held-out sentences decoded again and again
EXAMINED = 150  # held-out sentences, and as many that it is trained on, whose exact match makes a curve each
EXAMINED_AT_THE_END = 1_000
EXAMINE_EVERY = 100  # batches
MOMENTS = 24  # at which the weights are kept for looking back: this bounds the memory they take
CURVES_FILE = "curves.csv"
SAVE_EVERY = 5.0  # seconds, of a run that can be gone on with: saving a small one takes a tenth of a second

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Moment:
    """The network after some batches."""

    batch: int  # of the whole run; 0: nothing learnt yet
    epoch: int
    model: Translator


def spread(items: Sequence[T], count: int) -> list[T]:
    """Up to `count` of them, from beginning to end."""
    return list(items[:: max(1, len(items) // count)][:count])


class WatchedRun:
    """One run. Whoever iterates over `events()` decides when the next batch is trained, and so pauses or stops.

    Args:
        folder: for what it takes to go on after an epoch. A run that it holds already is gone on with: its curves
            and moments are there again, and what follows is what would have followed.

    Attributes:
        started: what is trained on what; there once the first event has come, as all that follows is.
        references: the right answers of every held-out source.
        samples: the held-out sources that are shown.
        probe: the sentence whose decoding is shown; one of the samples until another is given.
        curves: what was measured so far.
        epoch, batch: the last batch's, counted from 1.
        moments: the weights at up to `MOMENTS` batches, denser at the beginning, where more happens.
        exact_at_the_end: once `examine_at_the_end` has measured it.
        last_weights: the last epoch's, if they are not those that are kept.
    """

    started: TrainingStarted
    references: dict[str, list[str]]
    samples: list[str]

    def __init__(
        self, config: ModelConfig, pairs: Sequence[Pair] = (), probe: str = "", folder: Path | None = None
    ) -> None:
        self.config, self.probe = config, probe
        self.curves = Curves()
        self.epoch = self.batch = 0
        self.moments: list[Moment] = []
        self.exact_at_the_end: float | None = None
        self.last_weights: list[np.ndarray] | None = None
        self._pairs, self._dial, self._folder = pairs, OptimizerDial(), folder
        self._recent: deque[float] = deque(maxlen=40)  # seconds of the last batches, examinations included

    def events(self) -> Iterator[TrainingEvent]:
        """As `train()` yields them. Raises as it does."""
        last = time.perf_counter()
        # without XLA: it would take seconds before the first batch, and again at every new shape
        how: dict[str, Any] = {"dial": self._dial, "jit_compile": False, "save_every": SAVE_EVERY}
        for event in train(self.config, self._pairs, self._folder, **how):
            match event:
                case TrainingStarted():
                    self._start(event)
                case BatchTrained():
                    self.curves.add(event)
                    self.epoch, self.batch = event.epoch, event.batch
                    if len(self.curves) % EXAMINE_EVERY == 0:
                        self._examine()
                    if len(self.curves) in self._moments_at:
                        self._keep_moment()
                    if len(self.curves) > 1:  # the first one is traced: that says nothing about the others
                        self._recent.append(time.perf_counter() - last)
                case EpochTrained():
                    self.curves.add(event)
                    if len(self.curves) % EXAMINE_EVERY:
                        self._examine()
                    if event.epoch == self.config.epochs and not event.best:
                        self.last_weights = self.started.network.get_weights()
                    if self._folder:
                        write_atomically(self._folder / CURVES_FILE, self.curves.to_csv().encode())
            yield event
            last = time.perf_counter()

    def _start(self, event: TrainingStarted) -> None:
        self.started = event
        self.references = references_by_source(event.validation)
        self._learnt = references_by_source(event.training)
        self.samples = spread(list(self.references), SAMPLES)
        self.probe = self.probe or max(self.samples, key=len)
        self._moments_at = {max(1, round(self.batches * (k / (MOMENTS - 1)) ** 2)) for k in range(1, MOMENTS)}
        if event.epochs_done and self._folder:
            self._restore(self._folder, event)
        else:
            self._keep_moment()

    def _restore(self, folder: Path, event: TrainingStarted) -> None:
        """`train()` has put the weights back; this does so with what was seen on the way to them."""
        history = [EpochTrained(**epoch) for epoch in read_history(folder)[: event.epochs_done]]
        self.curves = Curves.from_csv((folder / CURVES_FILE).read_text(encoding="utf-8"), history)
        self.epoch, self.batch = event.epochs_done, event.batches_per_epoch
        weights = event.network.get_weights()
        for batch in (0, *sorted(self._moments_at)):
            if batch <= len(self.curves):
                with np.load(_moment_file(folder, batch), allow_pickle=False) as kept:
                    event.network.set_weights([kept[name] for name in kept.files])
                self.moments.append(Moment(batch, -(-batch // event.batches_per_epoch), self.model_now()))
        event.network.set_weights(weights)
        if event.epochs_done == self.config.epochs and not history[-1].best:
            self.last_weights = weights

    @property
    def batches(self) -> int:
        """Of the whole run."""
        return self.started.batches_per_epoch * self.config.epochs

    @property
    def next_rate(self) -> float:
        """The learning rate of the next batch."""
        return self._dial.next_rate

    @property
    def seconds_a_batch(self) -> float | None:
        """As it went lately; None: nothing to go by yet."""
        return float(np.mean(self._recent)) if self._recent else None

    def model_now(self) -> Translator:
        """The network as it is now, in NumPy: its weights are copied."""
        return translator_of(self.started.network, self.config, self.started.vocabularies)

    def turn_rate(self, rate: float) -> None:
        """The learning rate of the next batch; a schedule goes on from there.

        Raises:
            Seq2SeqError: a rate that is not above 0, or beyond anything sensible.
        """
        if not 0 < rate <= 1:
            raise Seq2SeqError(
                tr(
                    "A learning rate of {rate} cannot be used: a number above 0 and up to 1 was expected.",
                    rate=exact(rate),
                )
            )
        self._dial.turn(rate)

    def set_probe(self, text: str) -> None:
        """Raises Seq2SeqError when the network cannot read it; the one before stays."""
        self.moments[-1].model.source_ids(text)
        self.probe = text

    def examine_at_the_end(self) -> tuple[float, float]:
        """Exact match of up to a thousand held-out sources and of some it was trained on, by the weights as they are
        now."""
        self.exact_at_the_end = self._exact_match(self.references, EXAMINED_AT_THE_END)
        return self.exact_at_the_end, self._exact_match(self._learnt, EXAMINED)

    def _examine(self) -> None:
        self.curves.exact.append((len(self.curves), self._exact_match(self.references, EXAMINED)))
        self.curves.learnt.append((len(self.curves), self._exact_match(self._learnt, EXAMINED)))

    def _exact_match(self, references: Mapping[str, Sequence[str]], examined: int) -> float:
        """Share of the sources, or of so many spread over them, whose greedy translation is one of their references."""
        sources = spread(list(references), examined)
        written = translate_batch(self.model_now(), sources)
        return float(np.mean([text in references[sources[index]] for index, text in written]))

    def _keep_moment(self) -> None:
        self.moments.append(Moment(len(self.curves), self.epoch, self.model_now()))
        if self._folder:
            np.savez(_moment_file(self._folder, len(self.curves)), *self.started.network.get_weights())


def _moment_file(folder: Path, batch: int) -> Path:
    return folder / f"moment-{batch}.npz"
