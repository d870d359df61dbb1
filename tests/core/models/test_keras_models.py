"""The networks: layers, shapes, and that padding does not count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sample_pairs import PAIRS

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.batching import Batch, batches
from seq2seq_core.data.vectorization import IdArrays, encode_pairs, one_hot
from seq2seq_core.data.vocabulary import PADDING_ID, VocabularyPair

VOCABULARIES = VocabularyPair.from_pairs(PAIRS)
IDS = encode_pairs(PAIRS, VOCABULARIES, ModelConfig("tiny", ""))


def build(config: ModelConfig) -> Any:
    import keras

    from seq2seq_core.models import build_network

    keras.utils.set_random_seed(1)
    return build_network(config, VOCABULARIES)


def compiled(config: ModelConfig, optimizer: str = "sgd") -> Any:
    """As train() compiles it, but step by step, so that every shape costs no compilation of its own."""
    network = build(config)
    network.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        weighted_metrics=["accuracy"],
        run_eagerly=True,
    )
    return network


def widened(ids: IdArrays, columns: int, fill: int = PADDING_ID) -> IdArrays:
    """The same sentences with more padding behind them."""

    def wider(array: np.ndarray, value: int) -> np.ndarray:
        return np.pad(array, ((0, 0), (0, columns)), constant_values=value)

    return IdArrays(
        wider(ids.encoder_input, PADDING_ID), wider(ids.decoder_input, fill), wider(ids.decoder_target, PADDING_ID)
    )


def rows_that_count(found: Iterable[Batch]) -> np.ndarray:
    """The targets of all batches, one after the other, without the rows that fill a batch up."""
    return np.concatenate([batch.ids.decoder_target[batch.weights.any(axis=1)] for batch in found])


def run_batch(network: Any, config: ModelConfig, batch: Batch) -> tuple[float, float]:
    """One training step, as train() takes it."""
    from seq2seq_core.training.train import CompiledNetwork

    return CompiledNetwork(network, config, VOCABULARIES, ()).run(batch, network.train_on_batch)


def batch_of(ids: IdArrays) -> Batch:
    (batch,) = batches(ids, len(ids))
    return batch


def test_the_tutorials_layers_by_name(tiny_config: ModelConfig) -> None:
    network = build(replace(tiny_config, source_padding="zeros"))
    assert [layer.name for layer in network.layers] == [
        "encoder_input",
        "decoder_input",
        "encoder",
        "decoder",
        "softmax",
    ]
    encoder, decoder, softmax = network.layers[2:]
    assert (encoder.units, encoder.return_state, encoder.return_sequences) == (12, True, False)
    assert (decoder.units, decoder.return_state, decoder.return_sequences) == (12, True, True)
    assert (softmax.units, softmax.activation.__name__) == (len(VOCABULARIES.target), "softmax")
    assert network.output_shape == (None, None, len(VOCABULARIES.target))
    masked = build(tiny_config)
    assert "source_mask" in [layer.name for layer in masked.layers]
    assert masked.count_params() == network.count_params()


def test_masked_padding_leaves_the_encoders_state_alone(tiny_config: ModelConfig) -> None:
    network = build(tiny_config)
    rows, wider = IDS[:6], widened(IDS[:6], 9)
    outputs = [
        np.asarray(
            network(
                [
                    one_hot(ids.encoder_input, len(VOCABULARIES.source)),
                    one_hot(rows.decoder_input, len(VOCABULARIES.target)),
                ]
            )
        )
        for ids in (rows, wider)
    ]
    np.testing.assert_allclose(outputs[0], outputs[1], atol=1e-6)
    unmasked = build(replace(tiny_config, source_padding="zeros"))
    other = [
        np.asarray(
            unmasked(
                [
                    one_hot(ids.encoder_input, len(VOCABULARIES.source)),
                    one_hot(rows.decoder_input, len(VOCABULARIES.target)),
                ]
            )
        )
        for ids in (rows, wider)
    ]
    assert np.abs(other[0] - other[1]).max() > 1e-5  # there it does change: the tutorial's encoder reads it


def test_weights_are_zero_at_padding_alone() -> None:
    *full, last = batches(IDS, 16)
    assert [len(batch.ids) for batch in (*full, last)] == [16, 16, 16]
    for batch, rows in (*((batch, 16) for batch in full), (last, len(PAIRS) - 32)):
        real = batch.ids.decoder_target != PADDING_ID
        real[rows:] = False  # rows that fill the batch up
        assert batch.weights.dtype == np.float32
        np.testing.assert_array_equal(batch.weights, real.astype(np.float32))
        assert batch.tokens == real.sum()
    lengths = [len(pair.target) + 1 for pair in PAIRS]
    assert batch_of(IDS).tokens == sum(lengths)


def test_batches_hold_every_pair_once_in_an_order_of_their_own() -> None:
    np.testing.assert_array_equal(rows_that_count(batches(IDS, 16)), IDS.decoder_target)
    first, again, other = (rows_that_count(batches(IDS, 16, np.random.default_rng(seed))) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert sorted(map(tuple, first)) == sorted(map(tuple, IDS.decoder_target))


@pytest.mark.parametrize("fill", [PADDING_ID, 7], ids=["padding", "characters"])
def test_padding_changes_neither_loss_nor_step(tiny_config: ModelConfig, fill: int) -> None:
    """Seven more columns behind every sentence, even with characters read there: the same loss, the same gradient."""
    results = []
    for ids in (IDS[:8], widened(IDS[:8], 7, fill)):
        network = compiled(tiny_config)
        reported = run_batch(network, tiny_config, batch_of(ids))
        results.append((reported, network.get_weights()))
    (first, weights), (second, wider_weights) = results
    assert first == pytest.approx(second, rel=1e-5)
    for one, other in zip(weights, wider_weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_step_follows_the_mean_over_real_tokens(tiny_config: ModelConfig) -> None:
    """The gradient of the output bias by hand: mean over real tokens of (probabilities - target)."""
    network = compiled(tiny_config)  # plain gradient descent, so that the step is the gradient
    rate = float(np.asarray(network.optimizer.learning_rate))
    batch = batch_of(IDS[:8])
    probabilities = np.asarray(
        network(
            [
                one_hot(batch.ids.encoder_input, len(VOCABULARIES.source)),
                one_hot(batch.ids.decoder_input, len(VOCABULARIES.target)),
            ]
        )
    )
    before = network.get_weights()[-1]
    loss, accuracy = run_batch(network, tiny_config, batch)
    step = before - network.get_weights()[-1]

    real = batch.weights > 0
    targets = one_hot(batch.ids.decoder_target, len(VOCABULARIES.target))
    gradient = (probabilities - targets)[real].mean(axis=0)
    np.testing.assert_allclose(step, rate * gradient, atol=1e-7)
    assert loss == pytest.approx(-np.log(probabilities[targets > 0]).mean(), rel=1e-5)
    hits = probabilities.argmax(-1) == batch.ids.decoder_target
    assert accuracy == pytest.approx(hits[real].mean())


def test_rows_that_fill_a_batch_up_do_not_count(tiny_config: ModelConfig) -> None:
    """Five pairs in a batch of eight: the loss, the accuracy and the step of the five alone."""
    *_, filled = batches(IDS[:13], 8)
    assert (len(filled.ids), np.count_nonzero(filled.weights.any(axis=1))) == (8, 5)
    results = []
    for batch in (filled, batch_of(IDS[8:13])):
        network = compiled(tiny_config)
        results.append((run_batch(network, tiny_config, batch), network.get_weights()))
    (first, weights), (second, other_weights) = results
    assert first == pytest.approx(second, rel=1e-5)
    for one, other in zip(weights, other_weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_stacks_are_named_and_handed_over_layer_by_layer(tiny_config: ModelConfig, cell: str) -> None:
    network = build(replace(tiny_config, cell=cell, layers=2))  # type: ignore[arg-type]
    recurrent = [layer for layer in network.layers if hasattr(layer, "cell")]
    assert sorted(layer.name for layer in recurrent) == ["decoder_1", "decoder_2", "encoder_1", "encoder_2"]
    assert {type(layer).__name__ for layer in recurrent} == {cell.upper()}
    layers = {layer.name: layer for layer in recurrent}
    assert (layers["encoder_1"].return_sequences, layers["encoder_2"].return_sequences) == (True, False)
    for number in "12":
        handed = layers[f"encoder_{number}"].output[1:]
        assert len(handed) == {"lstm": 2, "gru": 1}[cell]
        read = layers[f"decoder_{number}"].input[1:]
        assert [id(state) for state in read] == [id(state) for state in handed]


def test_words_are_read_as_ids(tiny_config: ModelConfig) -> None:
    network = build(replace(tiny_config, level="word"))
    assert [tuple(tensor.shape) for tensor in network.inputs] == [(None, None), (None, None)]
    embeddings = {layer.name: layer for layer in network.layers if hasattr(layer, "embeddings")}
    assert embeddings.keys() == {"encoder_embedding", "decoder_embedding"}
    assert embeddings["encoder_embedding"].mask_zero
    assert not embeddings["decoder_embedding"].mask_zero


def test_repeat_vector_has_one_input_and_a_fixed_length(tiny_config: ModelConfig) -> None:
    network = build(replace(tiny_config, architecture="repeat_vector", layers=2))
    (tensor,) = network.inputs
    assert tensor.name == "encoder_input"
    assert network.output_shape == (None, VOCABULARIES.max_target_length - 1, len(VOCABULARIES.target))


def test_repeat_vector_writes_all_its_steps_whatever_the_batchs_length(tiny_config: ModelConfig) -> None:
    """A bucket's targets are shorter than what it writes: padded for it, and not counted."""
    config = replace(tiny_config, architecture="repeat_vector")
    results = []
    for lengths in (None, (8, IDS.decoder_target.shape[1])):
        network = compiled(config)
        short = [row for row in range(len(PAIRS)) if len(PAIRS[row].target) < 8][:6]
        batch = next(iter(batches(IDS[np.array(short)], 6, lengths=lengths)))
        assert batch.weights.shape[1] <= IDS.decoder_target.shape[1]
        results.append((run_batch(network, config, batch), network.get_weights()))
    (first, weights), (second, other_weights) = results
    assert first == pytest.approx(second, rel=1e-5)
    for one, other in zip(weights, other_weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_gates_of_a_new_network_stand_where_the_chart_says() -> None:
    """Before the first batch: the forget gate near 0.73, which is σ(1), all others near 0.5."""
    from seq2seq_core.saving.load_model import translator_of

    lstm = ModelConfig("new", "", units=64)
    for config, expected in ((lstm, [0.73, 0.5, 0.5]), (replace(lstm, cell="gru"), [0.5, 0.5])):
        trace = translator_of(build(config), config, VOCABULARIES).translate(PAIRS[0].source)
        for layer in (trace.encoder.layers[0], trace.layers[0]):
            means = dict(zip(layer.gate_names, layer.gates.mean(axis=(0, 2)), strict=True))
            found = [means[name] for name in ("f", "i", "o", "z", "r") if name in means]
            np.testing.assert_allclose(found, expected, atol=0.03)
