"""The LSTM cell against its equations, written out."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core.data.vocabulary import PADDING_ID
from seq2seq_core.layers.lstm import LSTMCell

INPUTS, UNITS = 7, 5


def random_weights(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = ((INPUTS, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,))
    kernel, recurrent, bias = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return kernel, recurrent, bias


def by_the_book(
    weights: tuple[np.ndarray, np.ndarray, np.ndarray], token_id: int, h: np.ndarray, c: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gates (4, units), h and c of one row, in float64."""
    kernel, recurrent, bias = (array.astype(np.float64) for array in weights)
    x = np.zeros(INPUTS)
    if token_id != PADDING_ID:
        x[token_id] = 1
    z_i, z_f, z_g, z_o = np.split(x @ kernel + h @ recurrent + bias, 4)
    i, f, o = (1 / (1 + np.exp(-z)) for z in (z_i, z_f, z_o))
    g = np.tanh(z_g)
    c = f * c + i * g
    return np.stack([i, f, g, o]), o * np.tanh(c), c


@pytest.mark.parametrize("ids", [[0], [INPUTS - 1], [PADDING_ID], [3, 0, 6], [PADDING_ID, 6, PADDING_ID, 0]])
def test_a_step_is_the_equations_for_every_row(ids: list[int]) -> None:
    weights = random_weights(1)
    rng = np.random.default_rng(2)
    h, c = (rng.normal(size=(len(ids), UNITS)).astype(np.float32) for _ in range(2))
    before = h.copy(), c.copy()
    cell = LSTMCell(*weights)
    gates = np.empty((len(ids), 4, UNITS), np.float32)
    new_h, new_c = cell.step(cell.input_table()[ids], h, c, out=gates)
    for row, token_id in enumerate(ids):
        expected = by_the_book(weights, token_id, h[row], c[row])
        for ours, theirs in zip((gates[row], new_h[row], new_c[row]), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6)
    # the state given stays as it was: a trace, or another row of a beam, may hold it
    np.testing.assert_array_equal(h, before[0])
    np.testing.assert_array_equal(c, before[1])


def test_gates_are_written_where_they_are_wanted() -> None:
    cell = LSTMCell(*random_weights(3))
    h = c = np.zeros((1, UNITS), np.float32)
    room = np.full((4, 4, UNITS), np.nan, np.float32)
    cell.step(cell.input_table()[[2]], h, c, out=room[1:2])
    assert np.isfinite(room[1]).all()
    assert np.isnan(room[[0, 2, 3]]).all()
