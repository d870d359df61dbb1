"""Opening models by name, folder and file, and what is said when there is none."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from sample_pairs import PAIRS, write_zip

import seq2seq_core
from seq2seq_core import Translator, list_pretrained, load_model
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.saving.load_model import DEFAULT_MODEL, pretrained_config
from seq2seq_core.saving.model_zip import pack_model


@pytest.fixture
def shelf(tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pretrained models, two of them."""
    for name in ("another", DEFAULT_MODEL):
        shutil.copytree(tiny_checkpoint, tmp_path / "shelf" / name)
    (tmp_path / "shelf" / "notes").mkdir()  # no model in it
    monkeypatch.setenv("SEQ2SEQ_PRETRAINED", str(tmp_path / "shelf"))
    return tmp_path / "shelf"


@pytest.fixture
def folder(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """A model folder that may be spoilt."""
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "mine"))


def change_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def test_what_the_package_promises_is_there() -> None:
    assert set(seq2seq_core.__all__) >= {"load_model", "list_pretrained", "Translator", "DecodeTrace", "Seq2SeqError"}


@pytest.mark.usefixtures("shelf")
def test_pretrained_models_are_listed_the_default_first() -> None:
    assert list_pretrained() == [DEFAULT_MODEL, "another"]


def test_without_any_model_the_list_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_PRETRAINED", str(tmp_path / "nowhere"))
    assert list_pretrained() == []
    with pytest.raises(Seq2SeqError, match="no pretrained models found"):
        load_model(DEFAULT_MODEL)


def test_a_config_is_read_without_the_weights(shelf: Path) -> None:
    expected = load_model("another").config
    (shelf / "another" / "model.keras").write_bytes(b"weights are not read")
    assert pretrained_config("another") == expected


def test_a_name_a_folder_and_its_file_are_the_same_model(shelf: Path) -> None:
    folder = shelf / "another"
    models = [load_model("another"), load_model(folder), load_model(str(folder / "model.keras"))]
    first, *others = (model.translate("Be nice.") for model in models)
    for trace in others:
        np.testing.assert_array_equal(trace.logits, first.logits)
    assert isinstance(models[0], Translator)
    assert models[0].name == "tiny"


def test_another_file_in_a_model_folder_is_the_one_that_is_opened(folder: Path) -> None:
    """A student keeps two weights beside one vocabulary: the file that is named is the one that counts."""
    with zipfile.ZipFile(folder / "model.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO(members["model.weights.h5"])
    with h5py.File(stream, "r+") as file:
        file["layers/dense/vars/1"][:] = 0.125
    write_zip(folder / "epoch9.keras", members | {"model.weights.h5": stream.getvalue()})
    assert (load_model(folder / "epoch9.keras").network.output_bias == 0.125).all()
    assert not (load_model(folder / "model.keras").network.output_bias == 0.125).all()
    with pytest.raises(Seq2SeqError, match=r"config\.json is not a \.keras file"):
        load_model(folder / "config.json")


def test_the_zip_of_a_folder_opens_as_the_folder_does(folder: Path, tmp_path: Path) -> None:
    """What the page hands out is what a terminal takes."""
    (tmp_path / "mine.zip").write_bytes(pack_model(folder))
    traces = [load_model(path).translate("Be nice.") for path in (tmp_path / "mine.zip", folder)]
    np.testing.assert_array_equal(traces[0].logits, traces[1].logits)
    with pytest.raises(Seq2SeqError, match="vocabulary of its own: leave out pairs"):
        load_model(tmp_path / "mine.zip", pairs="fra.txt")


def test_a_folder_whose_network_has_another_name_opens_whole(folder: Path) -> None:
    """A script of one's own saves s2s_model.keras."""
    expected = load_model(folder).translate("Be nice.")
    (folder / "model.keras").rename(folder / "s2s_model.keras")
    np.testing.assert_array_equal(load_model(folder).translate("Be nice.").logits, expected.logits)
    (folder / "another.keras").write_bytes(b"")
    with pytest.raises(Seq2SeqError, match=r"no file .*model\.keras"):
        load_model(folder)


def test_the_card_is_optional(folder: Path) -> None:
    assert load_model(folder).card == ""
    (folder / "README.md").write_text("# Tiny\n", encoding="utf-8")
    assert load_model(folder).card == "# Tiny\n"


@pytest.mark.parametrize(
    "name", ["nothing", "../nothing", "../../another", "another/..../", "an\0other", "x" * 5000, "ANOTHER?", "C:\\x"]
)
@pytest.mark.usefixtures("shelf")
def test_a_missing_model_lists_those_that_exist(name: str) -> None:
    with pytest.raises(Seq2SeqError, match="There is no model") as raised:
        load_model(name)
    assert f"{DEFAULT_MODEL}, another" in str(raised.value)


@pytest.mark.parametrize("name", ["", ".", "..", "notes", "another/.."])
def test_a_folder_without_a_model_is_no_model(shelf: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A name is looked up on the shelf as a whole, so dots lead nowhere from there."""
    monkeypatch.chdir(shelf / "notes")
    with pytest.raises(Seq2SeqError):
        load_model(name)


@pytest.mark.parametrize("missing", ["model.keras", "vocabulary.json", "config.json"])
def test_an_incomplete_folder_names_what_it_lacks(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(Seq2SeqError, match=missing):
        load_model(folder)


@pytest.mark.parametrize("damaged", ["vocabulary.json", "config.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_json_is_refused_by_name(folder: Path, damaged: str, content: bytes) -> None:
    (folder / damaged).write_bytes(content)
    with pytest.raises(Seq2SeqError, match=damaged):
        load_model(folder)


def test_a_vocabulary_of_another_size_is_refused(folder: Path) -> None:
    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    tokens = vocabulary["source"]["tokens"]
    vocabulary["source"]["tokens"] = tokens[:-1]
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    with pytest.raises(Seq2SeqError, match=f"source vocabulary has {len(tokens) - 1} tokens.* for {len(tokens)}"):
        load_model(folder)


def test_a_config_that_pads_otherwise_than_the_network_is_refused(folder: Path) -> None:
    change_json(folder / "config.json", source_padding="space")
    with pytest.raises(Seq2SeqError, match="Masking"):
        load_model(folder)


def test_a_config_with_unknown_keys_is_refused(folder: Path) -> None:
    change_json(folder / "config.json", latent_dim=256)
    with pytest.raises(Seq2SeqError, match="latent_dim"):
        load_model(folder)


def test_a_folder_needs_no_pairs(folder: Path) -> None:
    with pytest.raises(Seq2SeqError, match="vocabulary of its own"):
        load_model(folder, pairs="fra.txt")


def test_a_failed_opening_leaves_the_model_before_usable(folder: Path) -> None:
    model = load_model(folder)
    before = model.translate("Be nice.")
    (folder / "model.keras").write_bytes(b"broken")
    with pytest.raises(Seq2SeqError):
        load_model(folder)
    np.testing.assert_array_equal(model.translate("Be nice.").logits, before.logits)


def test_every_sentence_of_the_data_can_be_read(tiny_checkpoint: Path) -> None:
    model = load_model(tiny_checkpoint)
    for pair in PAIRS[:40]:
        assert model.translate(pair.source).unknown == ()
