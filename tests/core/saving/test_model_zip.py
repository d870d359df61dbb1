"""A model as a zip: what is packed opens again, and nothing else does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_zip import load_model_zip, pack_model

NAME = "dates-gru"
FOLDER = pretrained_folder() / NAME
FILES = ("model.keras", "vocabulary.json", "config.json")
OTHER_VOCABULARY = (pretrained_folder() / "phrases-lstm" / "vocabulary.json").read_bytes()


def opened(data: bytes) -> Any:
    return load_model_zip(io.BytesIO(data), "mine.zip")


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def parts() -> dict[str, bytes]:
    return {f"{NAME}/{name}": (FOLDER / name).read_bytes() for name in FILES}


def changed_json(name: str, **values: Any) -> bytes:
    return json.dumps(json.loads(parts()[f"{NAME}/{name}"]) | values).encode()


def keras_file(**members: bytes) -> bytes:
    """The model's `.keras` with some members exchanged."""
    with zipfile.ZipFile(FOLDER / "model.keras") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {name.replace("__", "."): data for name, data in members.items()})


def graph(edit: Callable[[list[dict[str, Any]]], None]) -> bytes:
    with zipfile.ZipFile(FOLDER / "model.keras") as archive:
        config = json.loads(archive.read("config.json"))
    edit(config["config"]["layers"])
    return json.dumps(config).encode()


def test_what_is_packed_opens_again() -> None:
    model, examples = opened(pack_model(FOLDER))
    expected = load_model(NAME).translate("29 Sep 2017")
    np.testing.assert_array_equal(model.translate("29 Sep 2017").logits, expected.logits)
    assert examples == ()
    assert model.config == load_model(NAME).config


def test_the_files_may_lie_in_a_folder_or_not() -> None:
    flat = {name.split("/")[1]: data for name, data in parts().items()}
    beside = {"__MACOSX/._model.keras": b"", "notes.txt": b"hello", "examples.json": b'["1 May 2000", 7, ""]'}
    model, examples = opened(zipped(flat | beside))
    assert model.name == NAME
    assert examples == ("1 May 2000",)


def test_the_network_may_have_another_name() -> None:
    """As a script of one's own saves it."""
    files = parts()
    files[f"{NAME}/s2s_model.keras"] = files.pop(f"{NAME}/model.keras")
    assert opened(zipped(files))[0].translate("29 Sep 2017").text == load_model(NAME).translate("29 Sep 2017").text


def lambda_layer(layers: list[dict[str, Any]]) -> None:
    layers[-1].update(class_name="Lambda", module="keras.layers")


def more_units(layers: list[dict[str, Any]]) -> None:
    for layer in layers:
        if layer["class_name"] == "GRU":
            layer["config"]["units"] = 64


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "mine.zip is not the zip of a model folder"),
        (zipped({"a.txt": b"hello"}), "no model.keras in it"),
        (zipped(parts() | {"other/model.keras": b""}), "both dates-gru/model.keras and other/model.keras"),
        (zipped(parts() | {f"{NAME}/model.keras": b"\x00" * 70_000_000}), "unpacks to more than 64 MB"),
        (zipped(parts() | {f"{NAME}/config.json": b"[]"}), "JSON object was expected"),
        (zipped(parts() | {f"{NAME}/config.json": changed_json("config.json", run="rm")}), "unknown keys"),
        (zipped(parts() | {f"{NAME}/vocabulary.json": b'{"source": 3}'}), "whole numbers"),
        (
            zipped(parts() | {f"{NAME}/vocabulary.json": changed_json("vocabulary.json", max_target_length=10**9)}),
            "sentences of 1,000,000,000 tokens",
        ),
        (
            zipped(parts() | {f"{NAME}/vocabulary.json": OTHER_VOCABULARY}),
            "do not belong together",
        ),
        (zipped(parts() | {f"{NAME}/model.keras": b"not a zip"}), "is not a .keras file"),
        (zipped(parts() | {f"{NAME}/model.keras": keras_file(config__json=graph(lambda_layer))}), "is a Lambda"),
        (zipped(parts() | {f"{NAME}/model.keras": keras_file(config__json=graph(more_units))}), "were expected"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_model_is_refused_with_a_sentence(data: bytes, message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        opened(data)
