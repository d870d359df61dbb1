"""Can it be believed? The strokes are the steps of this text, and what was measured comes with the model."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights import INSTRUMENTS

TRUST = INSTRUMENTS["trust"]


@pytest.mark.parametrize("name", ["en-fr-char-lstm", "en-fr-char-attention", "fr-en-char-attention"])
def test_the_strokes_are_the_likeliest_of_each_step(name: str) -> None:
    model = load_model(name)
    assert model.calibration
    trace = model.translate("Soyez gentils." if name.startswith("fr") else "Be nice.")
    figure = TRUST.build(model, trace)
    strokes = figure["data"][-1]
    logits = trace.logits.astype(np.float64)
    expected = [max(np.exp(row - row.max()) / np.exp(row - row.max()).sum()) for row in logits]
    assert strokes["x"] == pytest.approx(expected, abs=2e-5)
    for step, share in enumerate(expected):
        shape = figure["frames"][trace.steps_before + step]["layout"]["shapes"][0]
        assert shape["x0"] == shape["x1"] == pytest.approx(share, abs=1e-5)
    before = figure["data"][1]
    assert before["x"] == list(model.calibration.before.confidence)
    assert before["y"] == list(model.calibration.before.accuracy)


def test_a_sentence_of_its_data_is_known_as_one() -> None:
    model = load_model("en-fr-char-attention")
    assert "stood in its data" in TRUST.build(model, model.translate("Be nice."))["help"]
    assert "stood in its data" not in TRUST.build(model, model.translate("Tom ate nine green chairs."))["help"]


def test_where_nothing_was_measured_it_says_so() -> None:
    assert "never measured" in TRUST.refuses(load_model("addition-lstm"))
