"""A model on disk: opened by plain Keras, written whole or not at all."""

from __future__ import annotations

import errno
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import h5py
import numpy as np
import pytest
from sample_pairs import PAIRS

from seq2seq_core import load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.vectorization import one_hot_arrays
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.saving.model_folder import read_history, read_json, save_checkpoint

VOCABULARIES = VocabularyPair.from_pairs(PAIRS)

PLAIN_KERAS = """
import sys
sys.modules["seq2seq_core"] = None  # whoever imports it fails
import numpy as np
import keras
model = keras.models.load_model(sys.argv[1])
arrays = np.load(sys.argv[2])
outputs = model([arrays["encoder"], arrays["decoder"]])
np.save(sys.argv[3], np.asarray(outputs))
print([layer.name for layer in model.layers if layer.count_params()], getattr(model, "optimizer", None))
"""


@pytest.fixture
def network(tiny_config: ModelConfig) -> Any:
    """An untrained one, compiled as a network in training is."""
    from seq2seq_core.models import build_network

    network = build_network(tiny_config, VOCABULARIES)
    network.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
    network.optimizer.build(network.trainable_variables)
    return network


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_plain_keras_opens_it_without_this_package(
    tiny_checkpoint: Path, tmp_path: Path, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    model = load_model(tiny_checkpoint)
    arrays = one_hot_arrays(PAIRS[:3], model.vocabularies)
    np.savez(tmp_path / "in.npz", encoder=arrays.encoder_input_data, decoder=arrays.decoder_input_data)
    files = [str(tiny_checkpoint / "model.keras"), str(tmp_path / "in.npz"), str(tmp_path / "out.npy")]
    done = run_python("-I", "-c", PLAIN_KERAS, *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['encoder', 'decoder', 'softmax'] None"
    # and computes there what we compute here
    outputs = np.load(tmp_path / "out.npy")
    for row, (source, target) in zip(outputs, PAIRS, strict=False):
        trace = model.translate(source, prefix=target + "\n")
        np.testing.assert_allclose(trace.probabilities, row[: len(trace)], atol=1e-5)


def test_no_optimizer_is_in_the_file(network: Any, tiny_config: ModelConfig, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, network, tiny_config, VOCABULARIES)
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        with archive.open("model.weights.h5") as stream:
            assert "optimizer" not in h5py.File(stream)
        config = json.loads(archive.read("config.json"))
    assert not config.get("compile_config")
    assert network.optimizer is not None  # the one in training still has its own


def test_a_folder_says_what_it_was_made_from(network: Any, tiny_config: ModelConfig, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    save_checkpoint(folder, network, tiny_config, VOCABULARIES)
    assert names(folder) == ["config.json", "model.keras", "vocabulary.json"]
    model = load_model(folder)
    assert model.config == tiny_config
    assert model.vocabularies == VOCABULARIES
    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    assert vocabulary["target"]["tokens"] == list(VOCABULARIES.target.tokens)
    assert (vocabulary["start"], vocabulary["end"]) == ("\t", "\n")
    assert "é" in (folder / "vocabulary.json").read_text(encoding="utf-8")  # for people to read, no \\u00e9


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (FULL, Seq2SeqError, "model.keras cannot be written: No space left on device. What was there before stays."),
        (KeyboardInterrupt(), KeyboardInterrupt, None),
    ],
    ids=["disk full", "Ctrl-C"],
)
def test_a_writer_stopped_midway_leaves_the_model_before(
    network: Any,
    tiny_config: ModelConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    raised: type[BaseException],
    message: str | None,
) -> None:
    import keras

    save_checkpoint(tmp_path, network, tiny_config, VOCABULARIES)
    before = load_model(tmp_path).network.output_bias

    def half(self: Any, path: Any, *_: Any, **__: Any) -> None:
        Path(path).write_bytes(b"PK\x03\x04 half a file")
        raise error

    monkeypatch.setattr(keras.Model, "save", half)
    network.set_weights([weights + 1 for weights in network.get_weights()])
    with pytest.raises(raised, match=message):
        save_checkpoint(tmp_path, network, tiny_config, VOCABULARIES)
    np.testing.assert_array_equal(load_model(tmp_path).network.output_bias, before)
    assert names(tmp_path) == ["config.json", "model.keras", "vocabulary.json"]


def test_a_first_writer_stopped_midway_leaves_no_model(
    network: Any, tiny_config: ModelConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def half(self: Any, path: Any, *_: Any, **__: Any) -> None:
        Path(path).write_bytes(b"PK\x03\x04 half a file")
        raise FULL

    monkeypatch.setattr(keras.Model, "save", half)
    with pytest.raises(Seq2SeqError, match="No space left on device"):
        save_checkpoint(tmp_path, network, tiny_config, VOCABULARIES)
    assert "model.keras" not in names(tmp_path)
    with pytest.raises(Seq2SeqError, match=r"model\.keras"):
        load_model(tmp_path)


def test_read_json_names_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match=r"has no config\.json"):
        read_json(tmp_path / "config.json")
    (tmp_path / "config.json").write_bytes(b"\xff")
    with pytest.raises(Seq2SeqError, match=r"config\.json is not JSON"):
        read_json(tmp_path / "config.json")


def test_a_folder_without_a_history_has_none(tmp_path: Path) -> None:
    assert read_history(tmp_path) == []


def test_half_precision_is_rounding_and_nothing_else(tmp_path: Path) -> None:
    """Plain Keras opens both files; the smaller one's weights are the other's, rounded."""
    import keras

    from seq2seq_core.models import build_network

    config = ModelConfig("tiny", "", architecture="attention", units=8, layers=2, dropout=0.1)
    vocabularies = VocabularyPair.from_pairs(PAIRS)
    network = build_network(config, vocabularies)
    save_checkpoint(tmp_path / "whole", network, config, vocabularies)
    save_checkpoint(tmp_path / "half", network, replace(config, stored="float16"), vocabularies)
    whole, half = (keras.models.load_model(tmp_path / name / "model.keras") for name in ("whole", "half"))
    for one, other in zip(whole.get_weights(), half.get_weights(), strict=True):
        np.testing.assert_array_equal(one.astype(np.float16).astype(np.float32), other)
        assert other.dtype == np.float32
    text = PAIRS[0].source
    ours = load_model(tmp_path / "half").translate(text).probabilities
    np.testing.assert_allclose(ours, load_model(tmp_path / "whole").translate(text).probabilities, atol=2e-3)
