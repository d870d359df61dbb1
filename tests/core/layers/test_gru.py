"""The GRU cell against its equations, written out, and what both cells share."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core.data.vocabulary import PADDING_ID
from seq2seq_core.layers.gru import GRUCell
from seq2seq_core.layers.lstm import LSTMCell
from seq2seq_core.layers.recurrent import RecurrentCell

INPUTS, UNITS = 7, 5

Weights = tuple[np.ndarray, np.ndarray, np.ndarray]


def random_weights(seed: int) -> Weights:
    rng = np.random.default_rng(seed)
    shapes = ((INPUTS, 3 * UNITS), (UNITS, 3 * UNITS), (2, 3 * UNITS))
    kernel, recurrent, bias = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return kernel, recurrent, bias


def by_the_book(weights: Weights, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gates (3, units) and h of one row, in float64; the reset gate acts after the recurrent product."""
    kernel, recurrent, (input_bias, recurrent_bias) = (array.astype(np.float64) for array in weights)
    x_z, x_r, x_n = np.split(x @ kernel + input_bias, 3)
    h_z, h_r, h_n = np.split(h @ recurrent + recurrent_bias, 3)
    z, r = 1 / (1 + np.exp(-(x_z + h_z))), 1 / (1 + np.exp(-(x_r + h_r)))
    n = np.tanh(x_n + r * h_n)
    return np.stack([z, r, n]), z * h + (1 - z) * n


@pytest.mark.parametrize("ids", [[0], [INPUTS - 1], [PADDING_ID], [3, 0, 6], [PADDING_ID, 6, PADDING_ID, 0]])
def test_a_step_is_the_equations_for_every_row(ids: list[int]) -> None:
    weights = random_weights(1)
    h = np.random.default_rng(2).normal(size=(len(ids), UNITS)).astype(np.float32)
    before = h.copy()
    cell = GRUCell(*weights)
    gates = np.empty((len(ids), 3, UNITS), np.float32)
    new_h, new_c = cell.step(cell.input_table()[ids], h, None, out=gates)
    assert new_c is None
    assert new_h.dtype == np.float32
    for row, token_id in enumerate(ids):
        x = np.zeros(INPUTS) if token_id == PADDING_ID else np.eye(INPUTS)[token_id]
        for ours, theirs in zip((gates[row], new_h[row]), by_the_book(weights, x, h[row]), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6)
    # the state given stays as it was: a trace, or another row of a beam, may hold it
    np.testing.assert_array_equal(h, before)


def test_without_room_for_gates_the_state_is_the_same() -> None:
    cell = GRUCell(*random_weights(3))
    h = np.full((2, UNITS), 0.5, np.float32)
    projected = cell.input_table()[[2, 4]]
    room = np.full((4, 3, UNITS), np.nan, np.float32)
    with_gates, _ = cell.step(projected, h, None, out=room[1:3])
    without, _ = cell.step(projected, h, None)
    np.testing.assert_array_equal(with_gates, without)
    assert np.isfinite(room[1:3]).all()
    assert np.isnan(room[[0, 3]]).all()


def test_zero_state_is_h_alone() -> None:
    h, c = GRUCell(*random_weights(4)).zero_state(3)
    assert h.shape == (3, UNITS)
    assert not h.any()
    assert c is None


@pytest.fixture(params=["LSTM", "GRU"])
def cell(request: pytest.FixtureRequest) -> RecurrentCell:
    if request.param == "GRU":
        return GRUCell(*random_weights(5))
    rng = np.random.default_rng(5)
    shapes = ((INPUTS, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,))
    return LSTMCell(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def test_the_table_is_what_projecting_one_hot_vectors_gives(cell: RecurrentCell) -> None:
    table = cell.input_table()
    assert table.shape == (INPUTS + 1, len(cell.gates) * UNITS)
    np.testing.assert_allclose(table[:INPUTS], cell.project(np.eye(INPUTS, dtype=np.float32)), atol=1e-6)
    zeros = np.zeros((1, INPUTS), np.float32)
    np.testing.assert_allclose(table[[PADDING_ID]], cell.project(zeros), atol=1e-6)


def test_the_table_of_an_embedding_is_what_projecting_its_rows_gives(cell: RecurrentCell) -> None:
    embedding = np.random.default_rng(6).normal(size=(11, INPUTS)).astype(np.float32)
    table = cell.input_table(embedding)
    assert table.shape == (12, len(cell.gates) * UNITS)
    np.testing.assert_allclose(table[:11], cell.project(embedding), atol=1e-6)


def test_a_step_back_is_the_slope_of_the_step(cell: RecurrentCell) -> None:
    """Against differences of the step itself; what each pushes on is a random sum of what the step returns."""
    rng = np.random.default_rng(8)
    width = len(cell.gates) * UNITS
    projected, h, c, weigh_h, weigh_c = (rng.normal(size=n).astype(np.float32) for n in (width, *[UNITS] * 4))

    def pushed(projected: np.ndarray, h: np.ndarray, c: np.ndarray) -> float:
        h, new_c = cell.step(projected[None], h[None], c[None] if cell.has_c else None)
        return float(h[0].astype(float) @ weigh_h + (0 if new_c is None else new_c[0].astype(float) @ weigh_c))

    gates = np.empty((1, len(cell.gates), UNITS), np.float32)
    cell.step(projected[None], h[None], c[None], gates)
    found = cell.backward(weigh_h[None], weigh_c[None] if cell.has_c else None, gates[0], h, c if cell.has_c else None)
    for place, slopes in enumerate(found):
        if slopes is None:
            continue
        for index, slope in enumerate(slopes[0]):
            sides = []
            for sign in (1, -1):
                given = [projected.copy(), h.copy(), c.copy()]
                given[place][index] += sign * 0.01
                sides.append(pushed(*given))
            assert slope == pytest.approx((sides[0] - sides[1]) / 0.02, abs=2e-3)


def test_an_update_gate_of_one_keeps_the_old_state() -> None:
    """What the chart of the gates says of it; some papers have z and 1 − z the other way round."""
    kernel, recurrent, bias = random_weights(4)
    bias[0, :UNITS] = 100  # z = 1 whatever is read
    cell = GRUCell(kernel, recurrent, bias)
    h = np.random.default_rng(5).normal(size=(2, UNITS)).astype(np.float32)
    kept, _ = cell.step(cell.input_table(None)[[0, 3]], h, None)
    np.testing.assert_allclose(kept, h, atol=1e-6)
