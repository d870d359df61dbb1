"""The convolutional network: NumPy against Keras in every activation, weight and probability, to 1e-5."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from parity_checks import assert_close, check_beam, check_scores_of_many, check_texts_of_many
from sample_pairs import PAIRS
from toy_translators import assert_equal

from seq2seq_core import DecodeTrace, Translator, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.training_data import make_vocabularies
from seq2seq_core.data.vectorization import encode_pairs, network_inputs, one_hot
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.layers.convolution import Convolution
from seq2seq_core.layers.numerics import softmax
from seq2seq_core.models import kind_of
from seq2seq_core.saving.model_folder import save_checkpoint

SENTENCES = [pair for pair in PAIRS if len(pair.source) < 20][::2]
CONFIGS = {
    config.name: config
    for config in [
        ModelConfig("one-block", "", architecture="convolutional", units=7, source_padding="zeros"),
        ModelConfig("three-blocks", "", architecture="convolutional", units=6, layers=3, source_padding="zeros"),
        ModelConfig(
            "reversed-spaces", "", architecture="convolutional", units=5, layers=2, source_padding="space",
            reverse_source=True,
        ),
    ]
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """The same weights twice, and all that Keras computes for the sentences: layer name → array (pairs, steps, …)."""

    folder: Path
    ours: Translator
    theirs: Any
    inputs: list[np.ndarray]
    found: dict[str, np.ndarray]

    def named(self, side: str, number: int) -> np.ndarray:
        return self.found[side if self.ours.config.layers == 1 else f"{side}_{number}"]


def make_case(config: ModelConfig, folder: Path) -> Case:
    import keras

    from seq2seq_core.models import build_network

    vocabularies = make_vocabularies(config, SENTENCES)
    keras.utils.set_random_seed(5)
    network = build_network(config, vocabularies)
    rng = np.random.default_rng(5)
    network.set_weights(
        [
            (2.5 if variable.name == "kernel" else 1) * w + rng.normal(scale=0.2, size=w.shape)
            for variable, w in zip(network.weights, network.get_weights(), strict=True)
        ]
    )
    save_checkpoint(folder, network, config, vocabularies)

    attention = network.get_layer("attention")
    query, memory = attention.input
    outputs = {"query": query, "memory": memory, "probabilities": network.output}
    for layer in network.layers:
        if type(layer).__name__ == "LayerNormalization":
            outputs[layer.name] = layer.output
    inputs = network_inputs(encode_pairs(SENTENCES, vocabularies, config), vocabularies)
    found = keras.Model(network.inputs, outputs)(inputs)
    _, found["attention"] = attention([found["query"], found["memory"]], return_attention_scores=True)
    return Case(folder, load_model(folder), network, inputs, {name: np.asarray(value) for name, value in found.items()})


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
    """Teacher-forced, one step at a time from what is cached; Keras computes all steps of all sentences at once."""
    vocabulary = case.ours.vocabularies.target
    for row, pair in enumerate(SENTENCES):
        trace = case.ours.translate(pair.source, prefix=pair.target + "\n")
        steps, read = len(trace), len(trace.encoder.tokens)
        assert (steps, read) == (len(vocabulary.split(pair.target)) + 1, case.inputs[0].shape[1])
        assert_close(trace.probabilities, case.found["probabilities"][row, :steps], f"probabilities of {pair}")
        assert trace.attention is not None
        assert_close(trace.attention, case.found["attention"][row, :steps], f"attention of {pair}")
        assert_close(trace.attention.sum(axis=1), np.ones(steps), "weights are a distribution")
        assert len(trace.layers) == len(trace.encoder.layers) == case.ours.config.layers
        for number, layer in enumerate(trace.encoder.layers, start=1):
            assert_close(layer.h, case.named("encoder", number)[row], f"encoder block {number} of {pair}")
        for number, layer in enumerate(trace.layers, start=1):
            assert_close(layer.h, case.named("decoder", number)[row, :steps], f"decoder block {number} of {pair}")
    assert case.found["attention"].max(axis=-1).std() > 500 * 1e-5  # sharp here, spread there: worth comparing
    assert case.found["probabilities"].std(axis=1).max() > 500 * 1e-5


def test_the_trace_claims_no_state(case: Case) -> None:
    trace = case.ours.translate(SENTENCES[0].source)
    assert not trace.claims.recurrent
    assert not trace.claims.hands_over
    assert trace.claims.looks_back
    for side in (trace, trace.encoder):
        for layer in side.layers:
            assert layer.gate_names == ()
            assert layer.gates.shape == (len(side.seconds), 0, case.ours.config.units)
            assert layer.c is None
        assert side.c_norms is None
        np.testing.assert_array_equal(side.h_norms, np.linalg.norm(side.layers[-1].h, axis=1))


@pytest.mark.parametrize("rows", [1, 8])
def test_random_ids(case: Case, rows: int) -> None:
    """Tokens that no sentence has and no method would choose, one row and several at once."""
    rng = np.random.default_rng(rows)
    network = case.ours.network
    read = rng.integers(0, network.source_size, (rows, 15))
    written = rng.integers(0, network.target_size, (rows, 25))
    inputs = [one_hot(read, network.source_size), one_hot(written, network.target_size)]
    theirs = np.asarray(case.theirs(inputs))
    state = network.initial_state(network.encode(read, np.full(rows, 15)))
    for step, ids in enumerate(written.T):
        state, logits = network.step(state, ids)
        assert_close(softmax(logits), theirs[:, step], f"step {step}")


def test_a_step_reads_no_more_than_the_blocks_span(case: Case) -> None:
    """What is kept does not grow: a step costs the same at the end of a long text as at its beginning."""
    network = case.ours.network
    state = network.initial_state(network.encode(np.zeros((1, 15), int), np.array([15])))
    for _ in range(30):
        state, _ = network.step(state, np.zeros(1, int))
        assert [past.shape[1] for past in state.pasts] == [2 * 2**block for block in range(case.ours.config.layers)]


def test_many_at_once(case: Case) -> None:
    """Beside a sentence longer than any it was made for."""
    check_scores_of_many(case.ours, SENTENCES, case.found["probabilities"])
    texts = [*(pair.source for pair in SENTENCES), "Where are you and where am I? I see."]
    assert len(texts[-1]) > case.ours.vocabularies.max_source_length
    check_texts_of_many(case.ours, texts)


def test_beam(case: Case) -> None:
    """Its rows share one memory and have pasts of their own."""
    check_beam(case.ours, SENTENCES[:5])


def test_sizes_and_settings(case: Case) -> None:
    assert case.ours.network.parameters == case.theirs.count_params()
    config = case.ours.config
    expected = {"architecture": "convolutional", "units": config.units, "layers": config.layers}
    assert case.ours.kind.settings(case.ours.network) == expected


def test_the_trace_survives_json_and_csv(case: Case) -> None:
    trace = case.ours.translate(SENTENCES[0].source)
    assert_equal(DecodeTrace.from_json(trace.to_json()), trace)
    assert_equal(DecodeTrace.from_csv(trace.to_csv()), trace)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dilation", [1, 3])
def test_a_convolution_by_its_formula(causal: bool, dilation: int) -> None:
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(3, 4, 5)).astype(np.float32), rng.normal(size=5).astype(np.float32)
    convolution = Convolution(kernel, bias, dilation, causal)
    x = rng.normal(size=(2, 9, 4)).astype(np.float32)
    past = 2 if causal else 1
    expected = np.tile(bias, (2, 9, 1))
    for t in range(9):
        for tap in range(3):
            if 0 <= (at := t + (tap - past) * dilation) < 9:
                expected[:, t] += x[:, at] @ kernel[tap]
    assert_close(convolution(x), expected, "all steps")
    if causal:
        kept = convolution.no_past(2)
        for t in range(9):
            kept, y = convolution.step(kept, x[:, t])
            assert_close(y, expected[:, t], f"step {t}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_padding": "mask"}, "source_padding='zeros' was expected"),
        ({"source_padding": "mask", "level": "word"}, "convolutional reads characters"),
        ({"teacher_forcing": False}, "without teacher forcing is not known for convolutional"),
        ({"dropout": 0.1}, "dropout is not known for convolutional"),
    ],
)
def test_what_it_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        kind_of(replace(CONFIGS["one-block"], **change))


PLAIN_KERAS = """
import sys
sys.modules["seq2seq_core"] = None  # whoever imports it fails
import numpy as np
import keras
model = keras.models.load_model("model.keras")
with np.load("inputs.npz") as arrays:
    np.save("outputs.npy", np.asarray(model([arrays["source"], arrays["target"]])))
"""


def test_plain_keras_opens_the_file_without_this_package(
    case_of: Callable[[str], Case], run_python: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    case = case_of("three-blocks")
    shutil.copy(case.folder / "model.keras", tmp_path)
    np.savez(tmp_path / "inputs.npz", source=case.inputs[0], target=case.inputs[1])
    done = run_python("-I", "-c", PLAIN_KERAS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert_close(np.load(tmp_path / "outputs.npy"), case.found["probabilities"], "plain Keras")


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


def reads(entry: dict[str, Any], *names: str) -> None:
    """Has a layer read other ones."""
    text = json.dumps(entry["inbound_nodes"][0])
    tensors = [value for value in entry["inbound_nodes"][0]["args"]]
    tensors = tensors[0] if isinstance(tensors[0], list) else tensors
    for tensor, name in zip(tensors, names, strict=True):
        text = text.replace(json.dumps(tensor["config"]["keras_history"]), json.dumps([name, 0, 0]), 1)
    entry["inbound_nodes"][0] = json.loads(text)


CHANGES: dict[str, tuple[Callable[[dict[str, dict[str, Any]]], None], str]] = {
    "a decoder that reads ahead": (
        lambda of: of["decoder_2_convolution"]["config"].update(padding="same"),
        "padding='same'; 'causal' was expected",
    ),
    "another activation": (
        lambda of: of["encoder_1_convolution"]["config"].update(activation="gelu"),
        "activation='gelu'",
    ),
    "strides": (lambda of: of["encoder_2_convolution"]["config"].update(strides=[2]), r"strides=\[2\]"),
    "groups": (lambda of: of["encoder_2_convolution"]["config"].update(groups=2), "groups=2"),
    "another width": (lambda of: of["encoder_2_convolution"]["config"].update(kernel_size=[5]), "weights of shapes"),
    "no dilation": (lambda of: of["encoder_2_convolution"]["config"].update(dilation_rate=[0]), "dilation_rate"),
    "more units": (lambda of: of["encoder_1_convolution"]["config"].update(filters=9), "has weights of shapes"),
    "another axis": (lambda of: of["encoder_1"]["config"].update(axis=[1]), r"axis=\[1\]"),
    "no epsilon": (lambda of: of["decoder_1"]["config"].update(epsilon=None), "epsilon=None"),
    "additive scores": (lambda of: of["attention"]["config"].update(score_mode="concat"), "unscaled dot product"),
    "an unknown layer": (lambda of: of["context"].update(class_name="Lambda"), "is a Lambda"),
    "a product for a sum": (lambda of: of["context"].update(class_name="Dense"), "Dense"),
    "a shortcut past the block": (lambda of: reads(of["encoder_2_convolution"], "encoder_3"), "what that reads"),
    "no shortcut": (lambda of: reads(of["encoder_2"], "encoder_2_convolution"), "must have a shortcut"),
    "another asks": (lambda of: reads(of["query"], "decoder_2"), "What asks, 'query'"),
    "one input": (lambda of: reads(of["decoder_1_convolution"], "encoder_input"), "an input of their own"),
    "fewer blocks": (lambda of: reads(of["attention"], "scale", "encoder_2"), "has 2 blocks and the decoder 3"),
    "a circle": (lambda of: reads(of["encoder_1_convolution"], "encoder_3"), "reads itself"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_graph_is_refused_by_name(case_of: Callable[[str], Case], tmp_path: Path, what: str) -> None:
    change, message = CHANGES[what]
    with pytest.raises(Seq2SeqError, match=message):
        load_model(changed(case_of("three-blocks"), tmp_path / "changed", change))


def test_the_unchanged_copy_opens(case_of: Callable[[str], Case], tmp_path: Path) -> None:
    case = case_of("three-blocks")
    copy = load_model(changed(case, tmp_path / "copy", lambda of: None))
    assert copy.translate(SENTENCES[0].source).text == case.ours.translate(SENTENCES[0].source).text
