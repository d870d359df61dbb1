"""Products and softmaxes against float64."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core.layers.numerics import SMALL, log_softmax, product, softmax


@pytest.mark.parametrize("count", [0, 1, 2, 5, 20, 300])
@pytest.mark.parametrize(("depth", "columns"), [(3, 2), (384, 1536), (768, 90), (256, 1030), (SMALL // 64, 70)])
def test_a_product_is_one_however_it_is_cut(count: int, depth: int, columns: int) -> None:
    rng = np.random.default_rng(count)
    rows = rng.normal(0, depth**-0.5, (count, depth)).astype(np.float32)
    matrix = rng.normal(size=(depth, columns)).astype(np.float32)
    expected = rows.astype(np.float64) @ matrix
    np.testing.assert_allclose(product(rows, matrix), expected, atol=1e-5)
    out = np.empty((count, columns), np.float32)
    assert product(rows, matrix, out=out) is out
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_softmaxes_add_up_and_do_not_overflow() -> None:
    logits = np.array([[1000.0, 999.0, -1000.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(softmax(logits)[0], [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0], atol=1e-12)
    np.testing.assert_allclose(np.exp(log_softmax(logits)), softmax(logits), atol=1e-12)
