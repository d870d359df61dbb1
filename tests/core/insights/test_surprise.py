"""Surprise, against what Python's own logarithms say of the trace's probabilities."""

from __future__ import annotations

import math

import pytest
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.surprise import surprise


@pytest.mark.parametrize(
    "model", [toy_translator(1), toy_translator(2, scale=9), load_model("en-fr-word-lstm"), load_model("reverse-lstm")]
)
def test_it_is_of_the_traces_probabilities(model: Translator) -> None:
    trace = model.translate("Be a.", method="sample", temperature=1.5, seed=3)
    surprises, entropies = surprise(trace)
    assert surprises.shape == entropies.shape == (len(trace),)
    for step, row in enumerate(trace.probabilities.astype(float)):
        if row[trace.ids[step]] > 1e-30:
            assert surprises[step] == pytest.approx(-math.log(row[trace.ids[step]]), abs=1e-5)
        assert entropies[step] == pytest.approx(-sum(p * math.log(p) for p in row if p > 0), abs=1e-5)
        assert 0 <= entropies[step] <= math.log(len(trace.vocabulary)) + 1e-9
    assert (surprises >= 0).all()


def test_two_axes_show_the_same_height_in_nats_and_in_bits() -> None:
    model = toy_translator(1)
    figure = INSTRUMENTS["surprise"].build(model, model.translate("abc"))
    nats, bits = (figure["layout"][axis]["range"][1] for axis in ("yaxis", "yaxis2"))
    assert bits * math.log(2) == pytest.approx(nats)
    total = sum(figure["data"][0]["y"])
    assert figure["layout"]["title"]["text"] == f"The whole text: {total:.2f} nats, {total / math.log(2):.2f} bits"


@pytest.mark.parametrize(
    ("name", "text", "reference"),
    [
        ("en-fr-char-lstm", "Be nice.", "Sois gentil."),
        ("en-fr-word-lstm", "Go on.", "Va."),
        ("addition-lstm", "1+2", "4"),
    ],
)
def test_a_reference_is_as_surprising_as_it_is_improbable(name: str, text: str, reference: str) -> None:
    model = load_model(name)
    trace = model.translate(text)
    figure = INSTRUMENTS["surprise"].build(model, trace, Focus(reference=reference))
    pair = Pair(text, reference)
    expected = -log_probabilities(model, [pair])[0]
    count = len(figure["data"][0]["y"])
    assert count >= len(model.vocabularies.target.split(reference))
    assert figure["data"][0]["y"] == pytest.approx(expected[:count].tolist(), abs=1e-3)
    assert figure["layout"]["title"]["text"].startswith("The reference: ")
    assert f"“{trace.text}”, the reference: −" in figure["help"]
    assert len(figure["frames"]) == trace.steps_before + len(trace)
