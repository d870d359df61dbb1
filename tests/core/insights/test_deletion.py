"""What mattered: against what the translator itself says of the shortened text."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights.deletion import LOWEST, deletion, tokens_read
from seq2seq_core.layers.numerics import log_softmax


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en-fr-char-lstm", "Be nice."),
        ("en-fr-char-attention", "Be nice."),
        ("en-fr-char-lstm-reversed", "Be nice."),
        ("en-fr-char-cnn", "Be nice."),
        ("addition-lstm", "12+34"),
    ],
)
def test_it_is_the_difference_of_two_translations(name: str, text: str) -> None:
    model = load_model(name)
    trace = model.translate(text)
    found = deletion(model, trace)
    assert found.shape == (len(trace), len(text)) == (len(trace), tokens_read(model, trace))

    def log_probabilities(source: str) -> np.ndarray:
        forced = trace.text + "\n" * trace.finished * model.kind.claims.writes_end
        whole = model.translate(source, prefix=forced, mend=False)
        values = log_softmax(whole.logits.astype(np.float64))
        return np.maximum(values[np.arange(len(trace)), trace.ids], LOWEST)

    order = range(len(text) - 1, -1, -1) if trace.reversed else range(len(text))
    for place, index in enumerate(order):
        expected = log_probabilities(text) - log_probabilities(text[:index] + text[index + 1 :])
        np.testing.assert_allclose(found[:, place], expected, atol=2e-3)
