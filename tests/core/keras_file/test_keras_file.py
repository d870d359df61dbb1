"""A `.keras` file is data: what is not the known architecture, or no honest file, is refused by name."""

from __future__ import annotations

import io
import json
import random
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from sample_pairs import PAIRS, write_zip

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.keras_file.reader import layers_in_memory, read_keras_file
from seq2seq_core.models import build_network, network_from_layers
from seq2seq_core.models.encoder_decoder.network import EncoderDecoder

ENCODER_KERNEL, SOFTMAX_BIAS = "layers/lstm/cell/vars/0", "layers/dense/vars/1"

Graph = dict[str, Any]


def read(path: Path) -> EncoderDecoder:
    return network_from_layers(read_keras_file(path))


def refusal(path: Path) -> str:
    with pytest.raises(Seq2SeqError) as raised:
        read(path)
    return str(raised.value)


@pytest.fixture
def members(tiny_checkpoint: Path) -> dict[str, bytes]:
    """What is in a good file."""
    with zipfile.ZipFile(tiny_checkpoint / "model.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


Edited = Callable[..., Path]


@pytest.fixture
def edited(members: dict[str, bytes], tmp_path: Path) -> Edited:
    """The good file with its graph or its weights changed by a function."""

    def edit(
        graph: Callable[[Graph], None] = lambda graph: None, weights: Callable[[h5py.File], None] = lambda file: None
    ) -> Path:
        config = json.loads(members["config.json"])
        graph(config)
        stream = io.BytesIO(members["model.weights.h5"])
        with h5py.File(stream, "r+") as file:
            weights(file)
        changed = {"config.json": json.dumps(config).encode(), "model.weights.h5": stream.getvalue()}
        return write_zip(tmp_path / "upload.keras", members | changed)

    return edit


def layer(graph: Graph, name: str) -> Graph:
    """A layer's entry in the graph."""
    return next(entry for entry in graph["config"]["layers"] if entry["name"] == name)


def test_the_good_file_is_read(tiny_checkpoint: Path, edited: Edited) -> None:
    network, unpacked = read(tiny_checkpoint / "model.keras"), read(edited())
    assert [cell.units for cell in (*network.encoder, *network.decoder)] == [12, 12]
    assert not network.reads_padding
    np.testing.assert_array_equal(network.output_kernel, unpacked.output_kernel)


def test_parameters_are_counted_as_keras_counts_them(tiny_run: Any) -> None:
    assert read(tiny_run.folder / "model.keras").parameters == tiny_run.events[-1].model.count_params()


def test_every_layer_finds_its_weights(tmp_path: Path) -> None:
    """The groups of the weights file have Keras' names for the classes, those with digits in them too."""
    import keras

    inputs = x = keras.Input((None, 3))
    for _ in range(2):
        x = keras.layers.Conv1D(4, 2, padding="causal")(x)
        x = keras.layers.SpatialDropout1D(0.1)(x)
        x = keras.layers.LayerNormalization()(x)
    network = keras.Model(inputs, keras.layers.Dense(5)(x))
    network.save(tmp_path / "network.keras")
    read_back = read_keras_file(tmp_path / "network.keras")
    for layer in network.layers:
        theirs = [values for values in layer.get_weights() if values.dtype.kind == "f"]
        assert len(read_back[layer.name].weights) == len(theirs)
        for ours, expected in zip(read_back[layer.name].weights, theirs, strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_a_network_in_memory_is_read_as_its_file_is(tmp_path: Path) -> None:
    """While it trains and when it is saved, a bidirectional encoder's two directions are the same two."""
    config = ModelConfig(name="a", title="A", architecture="attention", layers=2, units=4)
    keras_network = build_network(config, VocabularyPair.from_pairs(PAIRS))
    keras_network.save(tmp_path / "a.keras")
    saved = read_keras_file(tmp_path / "a.keras")
    for name, layer in layers_in_memory(keras_network).items():
        for ours, theirs in zip(layer.weights, saved[name].weights, strict=True):
            np.testing.assert_array_equal(ours, theirs, name)


# --- older files, and other spellings of the same network


def assert_same_network(found: EncoderDecoder, expected: EncoderDecoder) -> None:
    ids = np.arange(expected.source_size)[None]
    outcomes = []
    for network in (found, expected):
        state = network.initial_state(network.encode(ids, np.array([ids.shape[1]])))
        outcomes.append(network.step(state, np.array([3]))[1])
    np.testing.assert_array_equal(outcomes[0], outcomes[1])


@pytest.mark.parametrize("name", ["s2s_model.h5", "s2s_model.keras"])
def test_an_hdf5_file_is_known_by_its_content(tiny_run: Any, tmp_path: Path, name: str) -> None:
    """As Keras 2 and TensorFlow up to 2.11 save a model, under any name."""
    tiny_run.events[-1].model.save(tmp_path / "saved.h5")
    path = (tmp_path / "saved.h5").rename(tmp_path / name)
    assert_same_network(read(path), read(tiny_run.folder / "model.keras"))


def test_an_hdf5_file_of_weights_alone_says_so(tiny_run: Any, tmp_path: Path) -> None:
    path = tmp_path / "upload.h5"
    with h5py.File(path, "w") as file:
        file.create_group("model_weights")
    assert "weights alone" in refusal(path)


def test_a_layer_named_as_a_path_reaches_nothing(tiny_run: Any, tmp_path: Path) -> None:
    """An absolute name in the graph could follow a link that the walk over the weights has not met."""
    path = tmp_path / "upload.h5"
    tiny_run.events[-1].model.save(path)
    with h5py.File(path, "r+") as file:
        file["other"] = h5py.Group(file["model_weights/encoder"].id)
        file.attrs["model_config"] = file.attrs["model_config"].replace('"encoder"', '"/other"')
    assert "'/other' has weights of shapes ()" in refusal(path)


def as_keras_2(graph: Graph) -> None:
    """What each layer reads as a list, and an input's size under its old name."""

    def references(node: Any) -> Iterator[list[Any]]:
        if isinstance(node, dict) and node.get("class_name") == "__keras_tensor__":
            yield [*node["config"]["keras_history"], {}]
        elif isinstance(node, dict | list):
            for value in node.values() if isinstance(node, dict) else node:
                yield from references(value)

    for entry in graph["config"]["layers"]:
        if entry["class_name"] == "InputLayer":
            entry["config"]["batch_input_shape"] = entry["config"].pop("batch_shape")
        entry["inbound_nodes"] = [list(references(node)) for node in entry["inbound_nodes"]]


def test_the_zip_of_keras_2_is_read(edited: Edited, tiny_checkpoint: Path) -> None:
    assert_same_network(read(edited(as_keras_2)), read(tiny_checkpoint / "model.keras"))


def test_another_layout_of_the_weights_names_the_version_and_what_converts_it(edited: Edited) -> None:
    def move(file: h5py.File) -> None:
        file.move("layers", "_layer_checkpoint_dependencies")

    message = refusal(edited(weights=move))
    assert "Keras 3." in message
    assert '.save("s2s_model.h5")' in message


def in_place_of_the_softmax(graph: Graph, *entries: tuple[str, dict[str, Any]]) -> None:
    """A chain of layers, as (class, config), that reads what the softmax read."""
    layers = graph["config"]["layers"]
    last = layers.pop()
    reads = last["inbound_nodes"]
    for number, (class_name, config) in enumerate(entries):
        name = f"top{number}"
        layers.append(last | {"class_name": class_name, "name": name, "config": {"name": name} | config})
        layers[-1]["inbound_nodes"] = reads
        tensor = {"class_name": "__keras_tensor__", "config": {"shape": [], "keras_history": [name, 0, 0]}}
        reads = [{"args": [tensor], "kwargs": {}}]


def dense(graph: Graph, **config: Any) -> dict[str, Any]:
    return layer(graph, "softmax")["config"] | config


def time_distributed(graph: Graph) -> None:
    inside = {"module": "keras.layers", "class_name": "Dense", "config": dense(graph)}
    in_place_of_the_softmax(graph, ("TimeDistributed", {"layer": inside}))


def softmax_apart(graph: Graph) -> None:
    in_place_of_the_softmax(graph, ("Dense", dense(graph, activation="linear", name="top0")), ("Softmax", {"axis": -1}))


def activation_apart(graph: Graph) -> None:
    linear = ("Dense", dense(graph, activation="linear", name="top0"))
    in_place_of_the_softmax(graph, linear, ("Activation", {"activation": "softmax"}))


def with_dropout(graph: Graph) -> None:
    in_place_of_the_softmax(graph, ("Dropout", {"rate": 0.2}), ("Dense", dense(graph, name="top1")))


def encoder_with_sequences(graph: Graph) -> None:
    layer(graph, "encoder")["config"]["return_sequences"] = True


def below_the_wrapper(file: h5py.File) -> None:
    file.create_group("layers/time_distributed")
    file.move("layers/dense", "layers/time_distributed/layer")


def as_it_is(file: h5py.File) -> None:
    pass


@pytest.mark.parametrize(
    ("spelt", "weights"),
    [
        (time_distributed, below_the_wrapper),
        (softmax_apart, as_it_is),
        (activation_apart, as_it_is),
        (with_dropout, as_it_is),
        (encoder_with_sequences, as_it_is),
    ],
)
def test_the_same_network_spelt_otherwise_is_the_same(
    edited: Edited, tiny_checkpoint: Path, spelt: Callable[[Graph], None], weights: Callable[[h5py.File], None]
) -> None:
    assert_same_network(read(edited(spelt, weights)), read(tiny_checkpoint / "model.keras"))


def test_a_layer_that_is_called_twice_is_two(tmp_path: Path) -> None:
    """One embedding for both sides: each call reads what it reads."""
    import keras

    source, target = keras.Input((None,)), keras.Input((None,))
    shared = keras.layers.Embedding(20, 6, name="shared")
    _, *states = keras.layers.LSTM(4, return_state=True)(shared(source))
    x = keras.layers.LSTM(4, return_sequences=True)(shared(target), initial_state=states)
    keras.Model([source, target], keras.layers.Dense(20, activation="softmax")(x)).save(tmp_path / "shared.keras")
    network = read(tmp_path / "shared.keras")
    np.testing.assert_array_equal(network.encoder_embedding, network.decoder_embedding)


def test_a_users_own_layer_is_refused_by_name(edited: Edited) -> None:
    """A registered class says no module."""

    def own(graph: Graph) -> None:
        add_layer("Look")(graph)
        graph["config"]["layers"][-1]["module"] = None

    assert "'smuggled' is a Look" in refusal(edited(own))


# --- the zip


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload.keras"
    path.write_bytes(content)
    assert "upload.keras is not a .keras file: it cannot be read as a zip file" in refusal(path)


def test_a_damaged_hdf5_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload.keras"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    assert "upload.keras is not laid out as Keras writes its files" in refusal(path)


@pytest.mark.parametrize("missing", ["config.json", "model.weights.h5"])
def test_a_zip_without_one_of_its_parts_is_refused(members: dict[str, bytes], tmp_path: Path, missing: str) -> None:
    del members[missing]
    assert f"upload.keras has no {missing}" in refusal(write_zip(tmp_path / "upload.keras", members))


def test_weights_that_unpack_to_too_much_are_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bomb.keras", members | {"model.weights.h5": b"\0" * 20_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(Seq2SeqError, match="unpacks to more than 8 MB"):
        read_keras_file(path, max_parameters=1_000_000)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path / "nothing.keras")


# --- the graph


@pytest.mark.parametrize("config", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
def test_a_config_that_is_no_graph_is_refused(members: dict[str, bytes], tmp_path: Path, config: bytes) -> None:
    assert "upload.keras" in refusal(write_zip(tmp_path / "upload.keras", members | {"config.json": config}))


def test_another_kind_of_model_is_refused_by_name(edited: Edited) -> None:
    assert "'Sequential' model" in refusal(edited(lambda graph: graph.update(class_name="Sequential")))


def add_layer(class_name: str, **config: Any) -> Callable[[Graph], None]:
    def add(graph: Graph) -> None:
        copied = json.loads(json.dumps(layer(graph, "softmax")))
        copied |= {"class_name": class_name, "name": "smuggled", "config": {"name": "smuggled", **config}}
        graph["config"]["layers"].append(copied)

    return add


@pytest.mark.parametrize(
    "class_name", ["Lambda", "SimpleRNN", "Bidirectional", "Conv1D", "RNN", "TFSMLayer", "evil>Layer"]
)
def test_an_unknown_layer_is_refused_by_name(edited: Edited, class_name: str) -> None:
    message = refusal(edited(add_layer(class_name, function=["__lambda__", "AAAA"])))
    assert "'smuggled'" in message
    assert class_name in message


@pytest.mark.parametrize("class_name", ["LSTM", "GRU", "InputLayer"])
def test_a_layer_that_belongs_to_nothing_is_refused_by_name(edited: Edited, class_name: str) -> None:
    assert "'smuggled' is not part of the encoder or the decoder" in refusal(edited(add_layer(class_name)))


@pytest.mark.parametrize("class_name", ["SimpleRNN", "Bidirectional", "Conv1D", "Lambda"])
@pytest.mark.parametrize("name", ["encoder", "decoder", "source_mask"])
def test_another_layer_in_the_place_of_a_known_one_is_refused_by_name(
    edited: Edited, name: str, class_name: str
) -> None:
    message = refusal(edited(lambda graph: layer(graph, name).update(class_name=class_name)))
    assert f"{name!r} is a {class_name}" in message


def test_gru_in_the_place_of_one_lstm_is_refused_by_name(edited: Edited) -> None:
    assert "'decoder' does not start" in refusal(edited(lambda graph: layer(graph, "encoder").update(class_name="GRU")))
    assert "'decoder' does not start" in refusal(edited(lambda graph: layer(graph, "decoder").update(class_name="GRU")))


def test_grus_with_the_weights_of_lstms_are_refused_by_name(edited: Edited) -> None:
    def to_gru(graph: Graph) -> None:
        for name in ("encoder", "decoder"):
            layer(graph, name).update(class_name="GRU")
            layer(graph, name)["config"]["reset_after"] = True
        node = layer(graph, "decoder")["inbound_nodes"][0]
        node["kwargs"]["initial_state"] = node["kwargs"]["initial_state"][:1]

    assert "'encoder' has weights of shapes ()" in refusal(edited(to_gru))


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("encoder", "activation", "relu"),
        ("decoder", "activation", {"class_name": "function", "config": "evil"}),
        ("decoder", "recurrent_activation", "hard_sigmoid"),
        ("encoder", "use_bias", False),
        ("encoder", "go_backwards", True),
        ("encoder", "stateful", True),
        ("decoder", "return_sequences", False),
        ("decoder", "units", 13),
        ("softmax", "activation", "sigmoid"),
        ("softmax", "activation", None),
    ],
)
def test_another_setting_is_refused_by_name(edited: Edited, name: str, setting: str, value: Any) -> None:
    message = refusal(edited(lambda graph: layer(graph, name)["config"].update({setting: value})))
    assert f"{name!r}" in message
    assert f"{setting}={value!r}" in message


def test_a_decoder_larger_than_its_encoder_is_refused(edited: Edited) -> None:
    """Its weights fit it, but no state that it is given does."""

    def widen(graph: Graph) -> None:
        layer(graph, "decoder")["config"]["units"] = 13

    def weights(file: h5py.File) -> None:
        for path, axes in (
            ("layers/lstm_1/cell/vars/0", [(0, 0), (0, 4)]),
            ("layers/lstm_1/cell/vars/1", [(0, 1), (0, 4)]),
            ("layers/lstm_1/cell/vars/2", [(0, 4)]),
            ("layers/dense/vars/0", [(0, 1), (0, 0)]),
        ):
            values = np.pad(file[path][()], axes)
            del file[path]
            file[path] = values

    message = refusal(edited(widen, weights))
    assert "'decoder'" in message
    assert "'encoder'" in message


def without(name: str) -> Callable[[Graph], None]:
    def remove(graph: Graph) -> None:
        graph["config"]["layers"].remove(layer(graph, name))

    return remove


def read_instead(graph: Graph, reader: str, before: str, now: str) -> None:
    """Lets a layer read the first output of another."""
    text = json.dumps(layer(graph, reader)["inbound_nodes"])
    old = f'"keras_history": ["{before}", 0, 0]'
    assert old in text
    layer(graph, reader)["inbound_nodes"] = json.loads(text.replace(old, f'"keras_history": ["{now}", 0, 0]'))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without("encoder"), "'decoder' must start from the states of an encoder"),
        (without("decoder"), "'softmax' does not read the outputs"),
        (without("softmax"), "0 Dense layers where 1"),
        (without("decoder_input"), "'decoder' does not read the outputs"),
        (without("source_mask"), "'encoder' does not read the outputs"),
        (lambda graph: layer(graph, "encoder").update(inbound_nodes=[]), "'encoder' does not read"),
        (lambda graph: layer(graph, "source_mask").update(inbound_nodes=[]), "'source_mask' does not read"),
        (lambda graph: layer(graph, "source_mask")["config"].update(mask_value=1.0), "'source_mask' masks"),
        (
            lambda graph: layer(graph, "decoder").update(inbound_nodes=layer(graph, "softmax")["inbound_nodes"]),
            "'decoder' reads itself",
        ),
        (lambda graph: read_instead(graph, "decoder", "decoder_input", "encoder_input"), "an input of their own"),
        (lambda graph: read_instead(graph, "decoder", "decoder_input", "source_mask"), "must not be masked"),
        (lambda graph: read_instead(graph, "decoder", "decoder_input", "encoder"), "1 layers and the decoder 2"),
        (lambda graph: read_instead(graph, "softmax", "decoder", "encoder"), "must start from the states"),
        (lambda graph: read_instead(graph, "softmax", "decoder", "decoder_input"), "must read the outputs of a rec"),
        (lambda graph: layer(graph, "softmax").update(inbound_nodes=[]), "'softmax' does not read"),
        (lambda graph: layer(graph, "encoder")["config"].update(units="many"), "how large"),
        (lambda graph: layer(graph, "encoder_input")["config"].pop("batch_shape"), "how large"),
    ],
)
def test_a_graph_put_together_differently_is_refused(
    edited: Edited, change: Callable[[Graph], None], expected: str
) -> None:
    assert expected in refusal(edited(change))


def test_states_handed_over_in_the_wrong_order_are_refused(edited: Edited) -> None:
    def swap(graph: Graph) -> None:
        (node,) = layer(graph, "decoder")["inbound_nodes"]
        node["kwargs"]["initial_state"].reverse()

    assert "'decoder' does not start from the states of 'encoder'" in refusal(edited(swap))


def test_states_of_another_layer_are_refused(edited: Edited) -> None:
    def own(graph: Graph) -> None:
        (node,) = layer(graph, "decoder")["inbound_nodes"]
        for state in node["kwargs"]["initial_state"]:
            state["config"]["keras_history"][0] = "decoder"

    assert "'decoder'" in refusal(edited(own))


# --- the weights


def replaced(path: str, values: np.ndarray) -> Callable[[h5py.File], None]:
    def replace(file: h5py.File) -> None:
        del file[path]
        file[path] = values

    return replace


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_weights_that_are_not_finite_are_refused(edited: Edited, bad: float) -> None:
    def spoil(file: h5py.File) -> None:
        file[SOFTMAX_BIAS][3] = bad

    assert "not finite" in refusal(edited(weights=spoil))


def test_weights_of_another_shape_are_refused_by_name(edited: Edited) -> None:
    message = refusal(edited(weights=replaced(SOFTMAX_BIAS, np.zeros(7, np.float32))))
    assert "'softmax'" in message
    assert "(7,)" in message
    message = refusal(edited(weights=replaced(ENCODER_KERNEL, np.zeros((3, 48), np.float32))))
    assert "'encoder'" in message


def test_missing_weights_are_refused_by_name(edited: Edited) -> None:
    def remove(file: h5py.File) -> None:
        del file["layers/lstm_1"]

    message = refusal(edited(weights=remove))
    assert "'decoder' has weights of shapes ()" in message


def test_too_many_parameters_are_refused_before_they_are_read(edited: Edited) -> None:
    def inflate(file: h5py.File) -> None:
        del file[SOFTMAX_BIAS]
        file.create_dataset(SOFTMAX_BIAS, (10**12,), "f4", chunks=(1000,))  # takes no room until written to

    assert "more than 50 million parameters" in refusal(edited(weights=inflate))


@pytest.mark.parametrize("values", [np.array(["a"], "S1"), np.zeros(54, np.int64), np.zeros(54, np.complex64)])
def test_weights_that_are_no_floats_do_not_count(edited: Edited, values: np.ndarray) -> None:
    assert "'softmax'" in refusal(edited(weights=replaced(SOFTMAX_BIAS, values)))


@pytest.mark.parametrize("content", [b"", b"no hdf5", b"\x89HDF\r\n\x1a\n" + b"\0" * 200])
def test_weights_that_are_no_hdf5_are_refused(members: dict[str, bytes], tmp_path: Path, content: bytes) -> None:
    assert "upload.keras" in refusal(write_zip(tmp_path / "upload.keras", members | {"model.weights.h5": content}))


# --- weights that reach outside the file: each would read something of this machine


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that weights could be made to stand in; read as numbers, its 54 floats would fit."""
    path = tmp_path / "secret.bin"
    path.write_bytes(np.zeros(54, np.float32).tobytes())
    return path


def test_external_storage_is_refused(edited: Edited, secret: Path) -> None:
    def store_outside(file: h5py.File) -> None:
        del file[SOFTMAX_BIAS]
        file.create_dataset(SOFTMAX_BIAS, (54,), "f4", external=[(str(secret), 0, secret.stat().st_size)])

    assert "stores numbers outside itself" in refusal(edited(weights=store_outside))


def test_virtual_datasets_are_refused(edited: Edited, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.h5"
    with h5py.File(elsewhere, "w") as file:
        file["bias"] = np.zeros(54, np.float32)

    def map_elsewhere(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((54,), "f4")
        layout[:] = h5py.VirtualSource(str(elsewhere), "bias", (54,))
        del file[SOFTMAX_BIAS]
        file.create_virtual_dataset(SOFTMAX_BIAS, layout)

    assert "stores numbers outside itself" in refusal(edited(weights=map_elsewhere))


@pytest.mark.parametrize("at", [SOFTMAX_BIAS, "layers/dense", "layers", "another"])
@pytest.mark.parametrize("link", [h5py.ExternalLink("elsewhere.h5", "/layers"), h5py.SoftLink("/vars")])
def test_links_are_refused(edited: Edited, at: str, link: Any) -> None:
    def put(file: h5py.File) -> None:
        if at in file:
            del file[at]
        file[at] = link

    assert "links elsewhere" in refusal(edited(weights=put))


def test_groups_that_hold_one_another_are_read_once(edited: Edited) -> None:
    """Thirty storeys of ten doors each, all into the next: 10^30 paths, and thirty groups."""

    def tie(file: h5py.File) -> None:
        group = file["layers"]
        group["again"] = group["too"] = group
        for _ in range(30):
            lower = group.create_group("0")
            for door in range(1, 10):
                group[str(door)] = lower
            group = lower

    assert read(edited(weights=tie)).source_size


def test_too_many_groups_are_refused(edited: Edited) -> None:
    def fill(file: h5py.File) -> None:
        for number in range(10_001):
            file.create_group(f"layers/{number}")

    assert "more than 10,000 groups" in refusal(edited(weights=fill))


def test_a_chunk_that_unpacks_to_more_than_its_array_counts_whole(edited: Edited) -> None:
    def inflate(file: h5py.File) -> None:
        del file[SOFTMAX_BIAS]
        file.create_dataset(SOFTMAX_BIAS, (54,), "f4", chunks=(10**8,), maxshape=(None,), compression="gzip")

    assert "more than 50 million parameters" in refusal(edited(weights=inflate))


def test_too_many_layers_are_refused(edited: Edited) -> None:
    def stack(graph: Graph) -> None:
        graph["config"]["layers"] += [layer(graph, "encoder")] * 1_000

    assert "layers: at most 500 are read" in refusal(edited(stack))


# --- damage of every kind


def damaged_graph(rng: random.Random, graph: Graph) -> Graph:
    """One value anywhere in the graph replaced or removed."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(graph)
    node, key = rng.choice(places)
    if rng.random() < 0.3:
        del node[key]
    else:
        node[key] = rng.choice([None, [], {}, "x", 1e400, -1, 10**30, [1], {"a": 1}, True, "", [[]]])
    return graph


def test_damage_is_refused_or_harmless_but_never_a_crash(members: dict[str, bytes], tmp_path: Path) -> None:
    """Two hundred damaged files: each is refused in a sentence, or still the architecture that is known."""
    rng = random.Random(0)
    refused = 0
    for _ in range(200):
        weights = bytearray(members["model.weights.h5"])
        graph = json.loads(members["config.json"])
        if rng.random() < 0.5:
            graph = damaged_graph(rng, graph)
        else:
            for _ in range(rng.choice([8, 64])):
                weights[rng.randrange(len(weights))] = rng.randrange(256)
        damaged = {"config.json": json.dumps(graph).encode(), "model.weights.h5": bytes(weights)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numbers too large for float32
            try:
                read(write_zip(tmp_path / "upload.keras", damaged, zipfile.ZIP_STORED))
            except Seq2SeqError:
                refused += 1
    assert refused > 40
