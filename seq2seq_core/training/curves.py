"""Curves: what a run has measured so far, a number a batch, an epoch, an examination."""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .events import BatchTrained, EpochTrained

COLUMNS = ("loss", "accuracy", "tokens", "gradient_norm", "learning_rate")


def _numbers() -> array[float]:
    return array("d")  # a run may have a hundred thousand batches


@dataclass
class Curves:
    """Filled while training. The columns of batches have one entry each, in order."""

    loss: array[float] = field(default_factory=_numbers)  # nats per real target token
    accuracy: array[float] = field(default_factory=_numbers)  # share of its real target tokens
    tokens: array[float] = field(default_factory=_numbers)
    gradient_norm: array[float] = field(default_factory=_numbers)
    learning_rate: array[float] = field(default_factory=_numbers)
    epochs: list[tuple[int, EpochTrained]] = field(default_factory=list)  # (batches done by then, its figures)
    exact: list[tuple[int, float]] = field(default_factory=list)  # (batches done by then, share of held-out sources)
    learnt: list[tuple[int, float]] = field(default_factory=list)  # the same of sources it is trained on

    def __len__(self) -> int:
        """Batches so far."""
        return len(self.loss)

    def add(self, event: BatchTrained | EpochTrained) -> None:
        if isinstance(event, EpochTrained):
            self.epochs.append((len(self), event))
            return
        for name in COLUMNS:
            getattr(self, name).append(getattr(event, name) or 0.0)

    def thinned(self, name: str, points: int) -> tuple[list[float], list[float]]:
        """(batch numbers, means) of a column in at most `points` groups of equal size, for a chart."""
        values = np.asarray(getattr(self, name))
        size = max(1, -(-len(values) // points))
        starts = np.arange(0, len(values), size)
        counts = np.diff(np.append(starts, len(values)))
        means = np.add.reduceat(values, starts) / counts if len(values) else values
        return [float(x) for x in starts + (counts + 1) / 2], [float(y) for y in means]

    def to_csv(self) -> str:
        """One row a batch; what is measured less often stands in the row of the batch after which it was."""
        epochs, exact, learnt = dict(self.epochs), dict(self.exact), dict(self.learnt)
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("batch", *COLUMNS, "epoch", "val_loss", "val_accuracy", "exact_match", "exact_match_training"))
        columns = (getattr(self, name) for name in COLUMNS)
        for batch, (loss, accuracy, tokens, norm, rate) in enumerate(zip(*columns, strict=True), start=1):
            epoch = epochs.get(batch)
            after = (epoch.epoch, epoch.val_loss, epoch.val_accuracy) if epoch else ("", "", "")
            table.writerow(
                (batch, loss, accuracy, int(tokens), norm, rate, *after, exact.get(batch, ""), learnt.get(batch, ""))
            )
        return out.getvalue()

    @classmethod
    def from_csv(cls, text: str, history: Sequence[EpochTrained]) -> Curves:
        """What `to_csv` wrote, up to the last epoch of the history, which is not empty."""
        curves, epochs = cls(), {str(event.epoch): event for event in history}
        for row in csv.DictReader(io.StringIO(text)):
            batch = int(row["batch"])
            for name in COLUMNS:
                getattr(curves, name).append(float(row[name]))
            for found, column in ((curves.exact, "exact_match"), (curves.learnt, "exact_match_training")):
                if row[column]:
                    found.append((batch, float(row[column])))
            if row["epoch"]:
                curves.epochs.append((batch, epochs[row["epoch"]]))
                if len(curves.epochs) == len(history):
                    break
        return curves
