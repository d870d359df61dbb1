"""Label smoothing: what is minimised, what is reported, and that padding and the script know of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_pairs import PAIRS

from seq2seq_core import load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.splits import split_pairs
from seq2seq_core.inference.translate_many import log_probabilities
from seq2seq_core.keras_script.render import keras_script

SHARE = 0.2
TARGET = np.array([[2, 0, 1], [1, 1, 3]])


def probabilities() -> np.ndarray:
    """float32 (2, 3, 5)"""
    values = np.random.default_rng(0).uniform(0.05, 1, (2, 3, 5)).astype(np.float32)
    return values / values.sum(axis=-1, keepdims=True)


def by_hand(found: np.ndarray) -> np.ndarray:
    """(2, 3): of the right token's 1, a share is spread over all five."""
    target = (1 - SHARE) * np.eye(5)[TARGET] + SHARE / 5
    return -(target * np.log(found)).sum(axis=-1)


def test_a_share_of_each_target_is_spread_over_all_tokens() -> None:
    from seq2seq_core.training.losses import smoothed_crossentropy

    found = probabilities()
    loss = np.asarray(smoothed_crossentropy(SHARE)(TARGET.astype(np.float32), found))
    np.testing.assert_allclose(loss, by_hand(found), rtol=1e-5)


def test_the_scripts_loss_is_the_same_one_averaged_over_what_counts() -> None:
    import keras

    script = keras_script(ModelConfig("any", "", label_smoothing=SHARE))
    source = script[script.index("class Smoothed") : script.index("model.compile(")]
    made: dict[str, Any] = {"keras": keras, "num_decoder_tokens": 5, "LABEL_SMOOTHING": SHARE}
    exec(source, made)
    found, weights = probabilities(), np.array([[1, 1, 0], [1, 0, 0]], np.float32)
    loss = made["SmoothedCrossentropy"](reduction="mean_with_sample_weight")(TARGET, found, sample_weight=weights)
    assert float(loss) == pytest.approx((by_hand(found) * weights).sum() / 3, rel=1e-5)


def test_what_is_reported_is_the_plain_loss_of_real_tokens_and_what_is_minimised_is_not(
    tiny_config: ModelConfig, tmp_path: Path
) -> None:
    """The first batch is seen before any step; the held-out loss by the weights that are kept."""
    from seq2seq_core.training.train import train

    config = replace(tiny_config, epochs=1, batch_size=32, label_smoothing=SHARE)
    pairs = PAIRS[:40]
    _, validation = split_pairs(pairs, config.split, config.validation_split)
    _, plain, _, _ = train(replace(config, label_smoothing=0.0), pairs, jit_compile=False)
    _, batch, epoch, finished = train(config, pairs, tmp_path / "out", jit_compile=False)
    assert batch.loss == pytest.approx(plain.loss, rel=1e-5)
    nats = float(-np.concatenate(log_probabilities(load_model(tmp_path / "out"), validation)).mean())
    assert epoch.val_loss == pytest.approx(nats, rel=1e-4)

    _, _, _, other = train(replace(config, label_smoothing=0.0), pairs, jit_compile=False)
    kernels = [trained.model.get_weights()[-2] for trained in (finished, other)]
    assert np.abs(kernels[0] - kernels[1]).max() > 1e-5
