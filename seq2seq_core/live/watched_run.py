"""A training run that is watched: `train()`'s events, and what the network can do at any moment of it.

It looks at the weights with the very NumPy inference that the finished model will be opened with, without a file.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import keras
import numpy as np

from ..charts import CHARTS
from ..charts.gate_distribution import gate_distribution
from ..charts.strips import strips
from ..charts.training_curves import accuracy_curves, gradient_curve, loss_curves
from ..config import ModelConfig
from ..data.pairs import Pair, references_by_source
from ..errors import Seq2SeqError
from ..inference.trace import DecodeTrace
from ..inference.translate_many import translate_batch
from ..inference.translator import Translator
from ..saving.load_model import translator_of
from ..training.curves import Curves
from ..training.events import BatchTrained, EpochTrained, TrainingEvent, TrainingFinished, TrainingStarted
from ..training.learning_rate_dial import OptimizerDial
from ..training.train import train

SAMPLES = 6  # held-out sentences decoded again and again
EXAMINED = 150  # held-out sentences whose exact match makes the curve
EXAMINED_AT_THE_END = 1_000
EXAMINE_EVERY = 100  # batches
MOMENTS = 24  # at which the weights are kept for looking back: memory for so many networks, no more
PROBE_CHARTS = ("softmax_heatmap", "state_norms")


@dataclass(frozen=True, eq=False)
class Moment:
    """The network after so many batches."""

    batch: int  # of the whole run; 0: nothing learnt yet
    epoch: int
    model: Translator


class LiveTraining:
    """One run. Whoever iterates over `events()` decides when the next batch is trained, and so pauses or stops.

    Attributes:
        curves: what was measured so far.
        moments: the weights at up to `MOMENTS` batches, denser at the beginning, where more happens.
        probe: the sentence whose decoding is shown; one of the held-out ones until another is given.
    """

    def __init__(self, config: ModelConfig, pairs: Sequence[Pair] = (), probe: str = "") -> None:
        self.config, self.probe = config, probe
        self.curves, self.moments, self.dial = Curves(), [], OptimizerDial()
        self.finished = False
        self.exact_at_the_end: float | None = None
        self._pairs = pairs
        self._factor = 1.0  # what the dial multiplies the config's rate with
        self._epoch = self._batch = 0
        self._recent: deque[tuple[float, int]] = deque(maxlen=40)  # (seconds, examples) of the last batches

    curves: Curves
    moments: list[Moment]

    def events(self) -> Iterator[TrainingEvent]:
        """As `train()` yields them. Raises as it does."""
        last = time.perf_counter()
        # without XLA: it would take seconds before the first batch, and again at every new shape
        for event in train(self.config, self._pairs, dial=self.dial, jit_compile=False):
            match event:
                case TrainingStarted():
                    self._start(event)
                case BatchTrained():
                    self.curves.add(event)
                    self._epoch, self._batch = event.epoch, event.batch
                    if len(self.curves) % EXAMINE_EVERY == 0:
                        self._examine()
                    if len(self.curves) in self._moments_at:
                        self._keep_moment()
                    now = time.perf_counter()
                    if len(self.curves) > 1:  # the first one is traced: that says nothing about the others
                        self._recent.append((now - last, min(self.config.batch_size, self.started.training_pairs)))
                case EpochTrained():
                    self.curves.add(event)
                    if len(self.curves) % EXAMINE_EVERY:
                        self._examine()
                case TrainingFinished():
                    self.finished = True
            yield event
            last = time.perf_counter()

    def _start(self, event: TrainingStarted) -> None:
        self.started = event
        references = references_by_source(event.validation)
        self._references = references
        sources = list(references)
        self._examined = sources[:: max(1, len(sources) // EXAMINED)][:EXAMINED]
        self._samples = self._examined[:: max(1, len(self._examined) // SAMPLES)][:SAMPLES]
        self.probe = self.probe or max(self._samples, key=len)
        total = event.batches_per_epoch * self.config.epochs
        self._moments_at = {max(1, round(total * (k / (MOMENTS - 1)) ** 2)) for k in range(1, MOMENTS)}
        self._keep_moment()

    @property
    def model(self) -> Translator:
        """The network as it is now, in NumPy."""
        return translator_of(self.started.network, self.config, self.started.vocabularies)

    @property
    def network(self) -> keras.Model:
        return self.started.network

    @property
    def examples(self) -> list[str]:
        """Sources to try the model with."""
        return list(self._samples)

    def turn_rate(self, rate: float) -> None:
        """The learning rate of the next batch; a schedule goes on from there.

        Raises:
            Seq2SeqError: a rate that is not above 0, or beyond anything sensible.
        """
        if not 0 < rate <= 1:
            raise Seq2SeqError(f"A learning rate of {rate} cannot be used: a number above 0 and up to 1 was expected.")
        now = self.curves.learning_rate[-1] if len(self.curves) else self.config.learning_rate
        self._factor *= rate / now
        self.dial.turn(self._factor)

    def _examine(self) -> None:
        self.curves.exact.append((len(self.curves), self.exact_match(self.model, self._examined)))

    def exact_match(self, model: Translator, sources: Sequence[str]) -> float:
        """Share of these held-out sources whose greedy translation is one of their references."""
        written = translate_batch(model, sources)
        return float(np.mean([text in self._references[sources[index]] for index, text in written]))

    def examine_at_the_end(self) -> float:
        """Exact match of up to a thousand held-out sources, by the weights as they are now."""
        self.exact_at_the_end = self.exact_match(self.model, list(self._references)[:EXAMINED_AT_THE_END])
        return self.exact_at_the_end

    def _keep_moment(self) -> None:
        self.moments.append(Moment(len(self.curves), self._epoch, self.model))

    # what is shown of it: plain data for the page

    def figures(self) -> dict[str, Any]:
        """The run's numbers, for people."""
        curves, started = self.curves, self.started
        seconds = sum(took for took, _ in self._recent)
        total = started.batches_per_epoch * self.config.epochs
        last_epoch = curves.epochs[-1][1] if curves.epochs else None
        return {
            "batches_done": len(curves),
            "batches_all": total,
            "epoch": self._epoch,
            "epochs": self.config.epochs,
            "batch": self._batch,
            "batches": started.batches_per_epoch,
            "parameters": started.parameters,
            "training_pairs": started.training_pairs,
            "validation_pairs": started.validation_pairs,
            "loss": _mean(curves.loss[-10:]),
            "accuracy": _mean(curves.accuracy[-10:]),
            "val_loss": last_epoch.val_loss if last_epoch else None,
            "val_accuracy": last_epoch.val_accuracy if last_epoch else None,
            "exact": curves.exact[-1][1] if curves.exact else None,
            "exact_at_the_end": self.exact_at_the_end,
            "gradient_norm": curves.gradient_norm[-1] if len(curves) else None,
            "learning_rate": curves.learning_rate[-1] if len(curves) else self.config.learning_rate,
            "examples_per_second": sum(count for _, count in self._recent) / seconds if seconds else None,
            "seconds_left": (total - len(curves)) * seconds / len(self._recent) if seconds else None,
        }

    def charts(self) -> dict[str, Any]:
        """Figures of the curves."""
        return {
            "loss": loss_curves(self.curves),
            "accuracy": accuracy_curves(self.curves),
            "gradient": gradient_curve(self.curves),
        }

    def look(self) -> dict[str, Any]:
        """What the network does now: the held-out sentences, the probe, its gates."""
        model = self.model
        traces = [model.translate(source) for source in self._samples]
        probe = self._probe_trace(model)
        return {
            "samples": [self._sample(trace) for trace in traces],
            "gates": gate_distribution([*traces, *([probe] if probe else [])]),
            "now": self._shown(len(self.curves), self._epoch, probe),
        }

    def history(self) -> list[dict[str, Any]]:
        """The probe's decoding at every moment kept, the oldest first."""
        return [self._shown(moment.batch, moment.epoch, self._probe_trace(moment.model)) for moment in self.moments]

    def last_moment(self) -> dict[str, Any]:
        """The probe's decoding at the moment kept last."""
        moment = self.moments[-1]
        return self._shown(moment.batch, moment.epoch, self._probe_trace(moment.model))

    def set_probe(self, text: str) -> None:
        """Raises Seq2SeqError when the network cannot read it; the one before stays."""
        self.moments[-1].model.source_ids(text)
        self.probe = text

    def _probe_trace(self, model: Translator) -> DecodeTrace | None:
        try:
            return model.translate(self.probe)
        except Seq2SeqError:  # given before the vocabulary was known
            return None

    def _sample(self, trace: DecodeTrace) -> dict[str, Any]:
        references = self._references[trace.source]
        reference = max(references, key=lambda text: SequenceMatcher(None, text, trace.text, autojunk=False).ratio())
        return {
            "source": trace.source,
            "reference": reference,
            "written": marked(trace.text, reference),
            "right": trace.text in references,
        }

    def _shown(self, batch: int, epoch: int, trace: DecodeTrace | None) -> dict[str, Any]:
        shown: dict[str, Any] = {"batch": batch, "epoch": epoch, "text": None}
        if trace is None:
            return shown
        token = self.started.vocabularies.source.kind
        cells = strips(trace, 0, "", token)
        for cell in cells["writes"]:
            cell["others"] = []  # nothing is forced while the weights move
        charts = {name: CHARTS[name].build(trace, -1, token) | {"step": 0} for name in PROBE_CHARTS}
        return shown | {"text": trace.text, "strips": cells, **charts}


def marked(written: str, reference: str) -> list[tuple[str, bool]]:
    """Pieces of what was written, and whether each stands in the reference too, in its order."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for block in SequenceMatcher(None, written, reference, autojunk=False).get_matching_blocks():
        if block.a > end:
            pieces.append((written[end : block.a], False))
        if block.size:
            pieces.append((written[block.a : block.a + block.size], True))
        end = block.a + block.size
    return pieces


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
