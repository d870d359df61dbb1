"""The dial sees the gradient that the optimizer is given. That it turns the rate: test_watched_run.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from seq2seq_core.config import ModelConfig

CONFIG = ModelConfig(
    name="dialled",
    title="",
    task="addition-two-digits",
    num_samples=70,
    validation_split=0.1,
    units=24,
    batch_size=63,
    epochs=1,
    optimizer="muon",
    clipnorm=1.0,
)


@pytest.mark.parametrize(
    "changes", [{}, {"cell": "gru", "layers": 2}, {"level": "word"}, {"teacher_forcing": False}], ids=str
)
def test_gradient_norms_are_those_of_a_pass_of_its_own(changes: dict[str, Any]) -> None:
    """The first batch: the loss of the same rows by a network with the same weights, differentiated here."""
    import keras
    import tensorflow as tf

    from seq2seq_core.data.training_data import make_vocabularies, training_data
    from seq2seq_core.data.vectorization import encode_pairs, network_inputs
    from seq2seq_core.models import build_network
    from seq2seq_core.training.free_running import free_running
    from seq2seq_core.training.learning_rate_dial import OptimizerDial
    from seq2seq_core.training.train import train

    config = replace(CONFIG, **changes)
    _, batch, *_ = train(config, dial=OptimizerDial(), jit_compile=False)
    training, validation = training_data(config)
    vocabularies = make_vocabularies(config, training, validation)
    keras.utils.set_random_seed(config.seed)
    network = build_network(config, vocabularies)
    network = network if config.teacher_forcing else free_running(network)
    ids = encode_pairs(training, vocabularies, config)
    target = np.maximum(ids.decoder_target, 0)
    weights = (ids.decoder_target >= 0).astype(np.float32)
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(target, network(network_inputs(ids, vocabularies)))
        loss = tf.reduce_sum(losses * weights) / weights.sum()
    gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, network.trainable_variables)]
    assert batch.gradient_norm == pytest.approx(float(tf.linalg.global_norm(gradients)), rel=1e-4)
