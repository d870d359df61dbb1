"""Curves: everything that was measured, and few points of it for a chart."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from seq2seq_core.training.curves import Curves
from seq2seq_core.training.events import BatchTrained, EpochTrained


@pytest.fixture
def curves() -> Curves:
    """Two epochs of 16 batches and one of 9, which was stopped."""
    curves = Curves()
    for number in range(41):
        epoch, batch = number // 16 + 1, number % 16 + 1
        curves.add(BatchTrained(epoch, batch, 3 / (number + 1), number / 41, 100 + number, 0.01, 0.5, 0.01))
        if batch == 16:
            curves.add(EpochTrained(epoch, 1.0, 0.5, 1.5 / epoch, 0.4, 0.16 * epoch, best=True))
            curves.exact.append((len(curves), epoch / 10))
            curves.learnt.append((len(curves), epoch / 5))
    return curves


def test_a_chart_of_many_batches_has_few_points_and_the_same_mean(curves: Curves) -> None:
    x, y = curves.thinned("loss", 10)
    assert len(x) <= 10
    assert x[0] == 3  # the middle of the first five batches
    assert y[0] == pytest.approx(np.mean(curves.loss[:5]))
    assert y[-1] == curves.loss[-1]  # a group of its own
    assert curves.thinned("loss", 10_000) == ([float(batch) for batch in range(1, 42)], list(curves.loss))
    assert Curves().thinned("loss", 10) == ([], [])


def test_curves_as_a_table(curves: Curves) -> None:
    rows = list(csv.DictReader(io.StringIO(curves.to_csv())))
    assert [float(row["loss"]) for row in rows] == list(curves.loss)
    assert [int(row["batch"]) for row in rows] == list(range(1, 42))
    assert {int(row["batch"]): float(row["val_loss"]) for row in rows if row["val_loss"]} == {16: 1.5, 32: 0.75}
    assert {int(row["batch"]): float(row["exact_match"]) for row in rows if row["exact_match"]} == {16: 0.1, 32: 0.2}
    learnt = {int(row["batch"]): row["exact_match_training"] for row in rows if row["exact_match_training"]}
    assert learnt == {16: "0.2", 32: "0.4"}
