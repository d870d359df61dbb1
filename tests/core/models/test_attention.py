"""The network with attention: NumPy against Keras in every state, weight and probability, to 1e-5."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from parity_checks import assert_close, check_beam, check_scores_of_many, check_texts_of_many
from sample_pairs import PAIRS
from toy_translators import assert_equal

from seq2seq_core import DecodeTrace, Translator, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.training_data import make_vocabularies
from seq2seq_core.data.vectorization import encode_pairs, network_inputs
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.layers.attention import Attention, Memory, context
from seq2seq_core.saving.model_folder import save_checkpoint

SENTENCES = [pair for pair in PAIRS if len(pair.source) < 20][::2]
CONFIGS = {
    config.name: config
    for config in [
        ModelConfig("lstm-1", "", architecture="attention", units=6),
        ModelConfig("lstm-2", "", architecture="attention", units=5, layers=2, dropout=0.3),
        ModelConfig("lstm-3-reversed", "", architecture="attention", units=4, layers=3, reverse_source=True),
        ModelConfig("gru-2", "", architecture="attention", units=6, layers=2, cell="gru"),
        ModelConfig("word-lstm", "", architecture="attention", units=7, level="word"),
        ModelConfig("lstm-zeros", "", architecture="attention", units=5, source_padding="zeros"),
    ]
}


@dataclass(frozen=True)
class Case:
    """The same weights twice, and all that Keras computes for the sentences: layer name → array (pairs, steps, …)."""

    folder: Path
    ours: Translator
    theirs: Any
    found: dict[str, np.ndarray]

    @property
    def layers(self) -> range:
        return range(1, self.ours.config.layers + 1)

    def named(self, side: str, number: int) -> np.ndarray:
        return self.found[side if len(self.layers) == 1 else f"{side}_{number}"]


def make_case(config: ModelConfig, folder: Path) -> Case:
    import keras

    from seq2seq_core.models import build_network

    vocabularies = make_vocabularies(config, SENTENCES)
    keras.utils.set_random_seed(5)
    network = build_network(config, vocabularies)
    rng = np.random.default_rng(5)
    network.set_weights([2.5 * w + rng.normal(scale=0.2, size=w.shape) for w in network.get_weights()])
    save_checkpoint(folder, network, config, vocabularies)

    attention = network.get_layer("attention")
    query, memory = attention.input
    outputs = {"query": query, "memory": memory, "probabilities": network.output}
    for layer in network.layers:
        if layer.name.startswith(("encoder", "decoder")) and isinstance(layer.output, list | tuple):
            outputs[layer.name] = layer.output[0]
    ids = encode_pairs(SENTENCES, vocabularies, config)
    found = keras.Model(network.inputs, outputs)(network_inputs(ids, vocabularies))
    mask = ids.encoder_input >= 0 if config.source_padding == "mask" else None
    _, found["attention"] = attention([found["query"], found["memory"]], [None, mask], return_attention_scores=True)
    return Case(folder, load_model(folder), network, {name: np.asarray(value) for name, value in found.items()})


@pytest.fixture(scope="module")
def case_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    made: dict[str, Case] = {}

    def get(name: str) -> Case:
        if name not in made:
            made[name] = make_case(CONFIGS[name], tmp_path_factory.mktemp(name))
        return made[name]

    return get


@pytest.fixture(params=CONFIGS)
def case(request: pytest.FixtureRequest, case_of: Callable[[str], Case]) -> Case:
    return case_of(request.param)


def test_every_number_of_a_sentence(case: Case) -> None:
    """Teacher-forced, one sentence at a time; Keras reads them all at once, the shorter ones masked."""
    vocabulary = case.ours.vocabularies.target
    compared = 0
    for row, pair in enumerate(SENTENCES):
        if vocabulary.unknown(pair.target):
            continue  # cannot be forced
        trace = case.ours.translate(pair.source, prefix=pair.target + "\n")
        steps, read = len(trace), len(trace.encoder.tokens)
        assert steps == len(vocabulary.split(pair.target)) + 1
        assert_close(trace.probabilities, case.found["probabilities"][row, :steps], f"probabilities of {pair}")
        assert trace.attention is not None
        assert trace.attention.shape == (steps, read)
        assert_close(trace.attention, case.found["attention"][row, :steps, :read], f"attention of {pair}")
        assert_close(trace.attention.sum(axis=1), np.ones(steps), "weights are a distribution")
        for number, layer in zip(case.layers, trace.encoder.layers, strict=True):
            assert_close(layer.h, case.named("encoder", number)[row, :read], f"encoder layer {number} of {pair}")
        for number, layer in zip(case.layers, trace.layers, strict=True):
            assert_close(layer.h, case.named("decoder", number)[row, :steps], f"decoder layer {number} of {pair}")
        compared += 1
    assert compared > 10
    assert case.found["attention"].max(axis=-1).std() > 500 * 1e-5  # sharp here, spread there: worth comparing


def test_many_at_once(case: Case) -> None:
    check_scores_of_many(case.ours, SENTENCES, case.found["probabilities"])
    check_texts_of_many(case.ours, [pair.source for pair in SENTENCES])


def test_sizes(case: Case) -> None:
    network = case.ours.network
    assert network.parameters == case.theirs.count_params()
    assert len(network.encoder) == len(network.backward_encoder) == len(network.decoder) == case.ours.config.layers


def test_the_trace_survives_json_and_csv(case: Case) -> None:
    trace = case.ours.translate(SENTENCES[0].source)
    assert_equal(DecodeTrace.from_json(trace.to_json()), trace)
    assert_equal(DecodeTrace.from_csv(trace.to_csv()), trace)


def test_beam(case: Case) -> None:
    """The beam's rows share one memory."""
    check_beam(case.ours, SENTENCES[:5])


def test_what_is_padding_is_not_looked_at() -> None:
    rng = np.random.default_rng(0)
    attention = Attention(rng.normal(size=(4, 4)).astype(np.float32))
    outputs, h = rng.normal(size=(2, 5, 4)).astype(np.float32), rng.normal(size=(2, 4)).astype(np.float32)
    padding = np.array([[False] * 5, [False] * 3 + [True] * 2])
    weights = attention.weights(h, Memory(outputs, padding))
    assert (weights[1, 3:] == 0).all()
    alone = attention.weights(h[1:], Memory(outputs[1:, :3]))
    assert_close(weights[1, :3], alone[0], "weights")
    assert_close(context(weights, outputs)[1], context(alone, outputs[1:, :3])[0], "context")


def changed(case: Case, folder: Path, change: Callable[[dict[str, dict[str, Any]]], None]) -> Path:
    """The case's folder with another graph: `change` is given layer name → entry."""
    shutil.copytree(case.folder, folder)
    with zipfile.ZipFile(case.folder / "model.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    graph = json.loads(members["config.json"])
    change({entry["config"]["name"]: entry for entry in graph["config"]["layers"]})
    members["config.json"] = json.dumps(graph).encode()
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return folder


CHANGES: dict[str, tuple[Callable[[dict[str, dict[str, Any]]], None], str]] = {
    "additive scores": (lambda of: of["attention"]["config"].update(score_mode="concat"), "unscaled dot product"),
    "a scale": (lambda of: of["attention"]["config"].update(use_scale=True), "unscaled dot product"),
    "summed directions": (lambda of: of["encoder_1"]["config"].update(merge_mode="sum"), "side by side"),
    "an activation of the query": (lambda of: of["query"]["config"].update(activation="tanh"), "must be linear"),
    "a hard sigmoid": (
        lambda of: of["encoder_2"]["config"]["layer"]["config"].update(recurrent_activation="hard_sigmoid"),
        "recurrent_activation='hard_sigmoid'",
    ),
    "a forward backward layer": (
        lambda of: of["encoder_1"]["config"]["backward_layer"]["config"].update(go_backwards=False),
        "go_backwards=False",
    ),
    "other units": (lambda of: of["encoder_1"]["config"]["layer"]["config"].update(units=6), "must be alike"),
    "another cell": (lambda of: of["decoder_1"].update(class_name="GRU"), "cells of one kind were expected"),
    "an unknown layer": (lambda of: of["attention"].update(class_name="Lambda"), "is a "),
    "an offset": (lambda of: of["scale"]["config"].update(offset=1), "offset=1"),
    "two softmaxes": (lambda of: of["query"]["config"].update(activation="softmax"), "2 softmax layers"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_graph_is_refused_by_name(case_of: Callable[[str], Case], tmp_path: Path, what: str) -> None:
    change, message = CHANGES[what]
    with pytest.raises(Seq2SeqError, match=message):
        load_model(changed(case_of("lstm-2"), tmp_path / "changed", change))


def test_the_unchanged_copy_opens(case_of: Callable[[str], Case], tmp_path: Path) -> None:
    case = case_of("lstm-2")
    copy = load_model(changed(case, tmp_path / "copy", lambda of: None))
    text = SENTENCES[0].source
    assert copy.translate(text).text == case.ours.translate(text).text
