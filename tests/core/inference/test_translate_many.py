"""Many sentences at once: the same texts and the same probabilities as one at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import Translator
from seq2seq_core.data.pairs import Pair
from seq2seq_core.inference.translate_many import log_probabilities, translate_batch

TEXTS = ["abc", "a", "dé cab", "abc", "b a d", "é" * 12, "cabcab", "🙂b"]


def reads_padding(model: Translator, source_padding: str) -> Translator:
    config = replace(model.config, source_padding=source_padding)  # type: ignore[arg-type]
    return Translator(config, model.vocabularies, replace(model.network, reads_padding=True))


MODELS = {
    f"{cell}-{layers}{'-repeats' * repeats}": toy_translator(3, cell=cell, layers=layers, repeats=repeats, scale=0.8)
    for cell in ("LSTM", "GRU")
    for layers in (1, 2)
    for repeats in (False, True)
}
# their sentences are padded to 10 characters; one of the texts is longer
MODELS |= {padding: reads_padding(toy_translator(4, scale=0.8), padding) for padding in ("zeros", "space")}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Translator:
    return MODELS[request.param]


def test_texts_are_those_of_one_at_a_time(model: Translator) -> None:
    found = dict(translate_batch(model, TEXTS))
    assert sorted(found) == list(range(len(TEXTS)))
    assert [found[index] for index in range(len(TEXTS))] == [model.translate(text).text for text in TEXTS]


def test_log_probabilities_are_those_of_the_forced_translation(model: Translator) -> None:
    pairs = [
        Pair(text, target)
        for text, target in zip(TEXTS, ["x", "", "zé y", "xyz", "yy", "z", "é" * 7, "x y"], strict=True)
    ]
    for pair, ours in zip(pairs, log_probabilities(model, pairs), strict=True):
        trace = model.translate(pair.source, prefix=pair.target + "\n")
        assert len(ours) == len(trace) == len(pair.target) + 1
        np.testing.assert_allclose(np.exp(ours), trace.chosen_probabilities, rtol=1e-4, atol=1e-6)


def test_nothing_is_nothing(model: Translator) -> None:
    assert list(translate_batch(model, [])) == []
    assert log_probabilities(model, []) == []
