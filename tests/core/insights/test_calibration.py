"""How far probabilities can be trusted: each number against one that is known."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.insights.calibration import RELIABILITY, auroc, calibrate, fit_temperature, reliability, thresholds
from seq2seq_core.layers.numerics import softmax
from seq2seq_core.shares import percent


def drawn(temperature: float, steps: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a network that is surer than it should be: its targets are drawn at a higher temperature."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (steps, 6)).astype(np.float32)
    chances = softmax(logits.astype(np.float64) / temperature).cumsum(axis=1)
    return logits, (rng.random((steps, 1)) < chances).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.6])
def test_the_temperature_that_data_were_drawn_at_is_found(temperature: float) -> None:
    logits, targets = drawn(temperature)
    assert fit_temperature(logits, targets) == pytest.approx(temperature, abs=0.05)


def test_at_that_temperature_probabilities_are_true() -> None:
    logits, targets = drawn(1.6)
    before, after = reliability(logits, targets, 1.0), reliability(logits, targets, 1.6)
    assert after.error < 0.02 < 0.05 < before.error
    assert np.array(before.confidence) @ before.count / 20_000 > np.array(before.accuracy) @ before.count / 20_000
    assert sum(after.count) == 20_000


def test_reliability_of_four_characters() -> None:
    logits = np.log(np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.4, 0.6]]))
    found = reliability(logits, np.array([0, 0, 1, 1]), 1.0)
    assert found.confidence == pytest.approx((0.6, 0.9))
    assert found.accuracy == pytest.approx((1, 2 / 3), abs=1e-3)
    assert found.count == (1, 3)
    assert found.error == pytest.approx(0.25 * 0.4 + 0.75 * (0.9 - 2 / 3), abs=1e-4)


def test_auroc_counts_pairs() -> None:
    # of the 4 pairs of a right and a wrong one: 0.9 > 0.5, 0.9 > 0.1, 0.5 = 0.5, 0.5 > 0.1
    scores, right = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert auroc(scores, right) == pytest.approx(3.5 / 4)


def test_levels_hold_what_they_promise() -> None:
    rng = np.random.default_rng(1)
    scores = -rng.exponential(3, 4_000)
    right = rng.random(4_000) < np.exp(scores)
    sure, guessing = thresholds(scores, right)
    assert guessing < sure
    assert right[scores >= sure].mean() >= 0.6
    assert right[scores <= guessing].mean() <= 0.01
    assert thresholds(scores, np.zeros(4_000, bool))[0] == np.inf


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    nouns = ("cat", "dog", "house", "car", "book", "friend", "door", "water", "station", "tree", "table")
    return [
        Pair(f"{start} {noun}.", f"{begun} {noun} .")
        for start, begun in (
            ("I see the", "Je vois le"),
            ("Where is my", "Où est mon"),
            ("This is a", "C'est un"),
            ("We like your", "Nous aimons"),
            ("Take the", "Prends le"),
        )
        for noun in nouns
    ]


def test_a_model_is_calibrated_on_half_of_the_sentences(pairs: list[Pair]) -> None:
    model = load_model("en-fr-char-lstm")
    found = calibrate(model, pairs, pairs[:11])
    assert found.model == model.name
    nouns = "book 1 car 1 cat 1 dog 1 door 1 friend 1 house 1 station 1 table 1 tree 1 water 1"
    assert found.words == f"i 11 see 11 the 11 {nouns}"
    assert sum(found.after.count) == sum(len(pair.target) + 1 for pair in pairs[1::2])
    assert found.levels[-1].least == -np.inf
    figure = RELIABILITY.build(found)
    assert [line["name"] for line in figure["data"][1:]] == [
        f"softmax as it is: off by {percent(found.before.error, 1)}",
        f"at temperature {found.temperature:.2f}: off by {percent(found.after.error, 1)}",
    ]


def test_too_few_sentences_are_refused(pairs: list[Pair]) -> None:
    with pytest.raises(Seq2SeqError, match="20 sentences are too few"):
        calibrate(load_model("en-fr-char-lstm"), pairs[:20], pairs)
