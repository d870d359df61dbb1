"""Surgery: against a network whose weights were changed so that the unit cannot but stand still."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.insights.surgery import Held, effects, held_network, written_again
from seq2seq_core.layers.gru import GRUCell
from seq2seq_core.layers.lstm import LSTMCell
from seq2seq_core.layers.numerics import log_softmax


def total(model: Translator, text: str, ids: np.ndarray, layer: int, held: Held) -> float:
    """Log-probability of a text, step by step, one unit held, one row at a time."""
    network = held_network(model, layer, held)
    source = model.source_ids(text)
    state = network.initial_state(network.encode(np.array([source]), np.array([len(source)])))
    previous, found = model.bounds(len(source)).start_id, 0.0
    for token_id in ids:
        state, logits = network.step(state, np.array([previous]))
        found += float(log_softmax(logits[0].astype(np.float64))[token_id])
        previous = token_id
    return found


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
@pytest.mark.parametrize("unit", [0, 3])
def test_a_unit_held_at_zero_is_a_unit_that_nobody_reads(cell: str, unit: int) -> None:
    """Without its row in the recurrent kernel and in the softmax's, a unit may do what it likes."""
    model = toy_translator(5, cell=cell, scale=1.5)
    network, trace = model.network, model.translate("abcd")
    first = network.decoder[0]  # type: ignore[attr-defined]
    half = np.repeat(np.array([0.5, 0.5, 1, 0.5] if cell == "LSTM" else [0.5, 0.5, 1], np.float32), first.units)
    recurrent = first._recurrent / half
    recurrent[unit] = 0
    if cell == "LSTM":
        deaf: LSTMCell | GRUCell = LSTMCell(first._kernel / half, recurrent, first._bias / half)
    else:
        deaf = GRUCell(first._kernel / half, recurrent, np.stack([first._bias, first._recurrent_bias]) / half)
    output = network.output_kernel.copy()  # type: ignore[attr-defined]
    output[unit] = 0
    without = Translator(
        model.config,
        model.vocabularies,
        replace(network, decoder=(deaf,), output_kernel=output),  # type: ignore[type-var]
    )
    zero = np.zeros(1, np.float32)
    nobody = Held(np.array([unit]), zero, zero if cell == "LSTM" else None)
    held = Translator(model.config, model.vocabularies, held_network(model, 0, nobody))
    expected = without.translate("abcd", prefix=trace.text)
    np.testing.assert_allclose(held.translate("abcd", prefix=trace.text).logits, expected.logits, atol=1e-5)
    assert not np.allclose(trace.logits, expected.logits[: len(trace)], atol=1e-2)


@pytest.mark.parametrize(
    ("name", "text", "layer"),
    [
        ("en-fr-char-lstm-2-layers", "Be nice.", 0),
        ("en-fr-char-attention", "Be nice.", 1),
        ("en-fr-char-gru", "Be nice.", 0),
        ("en-fr-char-cnn", "Be nice.", 1),
        ("en-fr-word-lstm", "Be nice.", 0),
        ("addition-lstm", "12+34", 0),
        ("reverse-lstm", "abc", 0),
    ],
)
def test_the_batch_says_of_each_unit_what_it_says_alone(name: str, text: str, layer: int) -> None:
    model = load_model(name)
    trace = model.translate(text)
    found = effects(model, trace, layer)
    states = trace.layers[layer]
    assert found.shape == (states.h.shape[1],)
    before = log_softmax(trace.logits.astype(np.float64))[np.arange(len(trace)), trace.ids].sum()
    for unit in (0, int(found.argmin()), int(found.argmax())):
        mean_c = None if states.c is None else states.c[:, [unit]].mean(axis=0)
        held = Held(np.array([unit]), states.h[:, [unit]].mean(axis=0), mean_c)
        assert found[unit] == pytest.approx(total(model, text, trace.ids, layer, held) - before, abs=2e-3)
        # and what is written has stood still, at the mean
        again = written_again(model, trace, layer, unit)
        np.testing.assert_allclose(again.layers[layer].h[:, unit], held.h[0], atol=1e-6)
    assert found.min() < 0
