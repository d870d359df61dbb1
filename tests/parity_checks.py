"""What holds for a network of every kind, checked against what Keras computed for the same sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from seq2seq_core import Translator
from seq2seq_core.data.pairs import Pair
from seq2seq_core.inference.translate_many import log_probabilities, translate_batch

TOLERANCE = 1e-5


def assert_close(ours: np.ndarray, theirs: np.ndarray, what: str) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE, err_msg=what)


def check_scores_of_many(model: Translator, pairs: Sequence[Pair], probabilities: np.ndarray) -> None:
    """Sentences of different lengths side by side: their references' probabilities are Keras' (pair, step, token)."""
    vocabulary = model.vocabularies.target
    for row, (pair, ours) in enumerate(zip(pairs, log_probabilities(model, pairs), strict=True)):
        ids = [*vocabulary.encode(pair.target), vocabulary.ids["\n"]]
        assert_close(np.exp(ours), probabilities[row, np.arange(len(ids)), ids], pair.source)


def check_texts_of_many(model: Translator, texts: Sequence[str]) -> None:
    """Side by side, they are translated as one at a time."""
    for index, text in translate_batch(model, texts):
        assert text == model.translate(texts[index]).text


def check_beam(model: Translator, pairs: Sequence[Pair]) -> None:
    """Of width 1 it is greedy, and what it says of a wider one is what the trace of that says."""
    for pair in pairs:
        assert model.translate(pair.source, "beam", beam_width=1).text == model.translate(pair.source).text
        wide = model.translate(pair.source, "beam", beam_width=4)
        assert wide.hypotheses[0].text == wide.text
        log_probability = float(np.log(wide.chosen_probabilities.astype(np.float64)).sum())
        assert wide.hypotheses[0].log_probability == pytest.approx(log_probability, abs=1e-4)
