"""ModelConfig: what a config.json may say, and what it is told when it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.recipes import CONFIGS, load_config

MINIMAL = {"name": "mine", "title": "My own"}


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_named_configs_round_trip(name: str) -> None:
    config = CONFIGS[name]
    assert config.name == name
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert load_config(name) is config


def test_the_tutorials_recipe_is_named() -> None:
    config = CONFIGS["en-fr-char-lstm-as-written"]
    assert (config.cell, config.layers, config.teacher_forcing, config.reverse_source) == ("lstm", 1, True, False)
    assert (config.schedule, config.clipnorm, config.length_buckets) == ("constant", None, 1)
    assert (config.units, config.batch_size, config.optimizer) == (256, 64, "rmsprop")
    assert (config.num_samples, config.split, config.validation_split) == (10_000, "last", 0.2)
    assert config.epochs >= 100


def test_a_file_needs_a_name_and_a_title_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(MINIMAL))
    assert load_config(path) == ModelConfig(name="mine", title="My own")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"latent_dim": 256}, "unknown keys.*latent_dim"),
        ({"cell": "rnn"}, "cell='rnn' is not known: it is one of 'lstm', 'gru'"),
        ({"level": "syllable"}, "level='syllable'"),
        ({"architecture": "transformer"}, "architecture='transformer'"),
        ({"schedule": "linear"}, "schedule='linear'"),
        ({"split": "random"}, "split='random'"),
        ({"split": []}, "split="),
        ({"source_padding": "dots"}, "source_padding='dots'"),
        ({"optimizer": "sgd"}, "optimizer='sgd'"),
        ({"monitor": "accuracy"}, "monitor='accuracy'"),
        ({"languages": "english"}, "languages='english': two codes such as 'en-fr'"),
        ({"languages": "en-fr", "task": "dates"}, "a task knows its own"),
        ({"units": 0}, "units=0"),
        ({"units": "256"}, "units='256'"),
        ({"units": 1.5}, "units=1.5"),
        ({"units": True}, "units=True"),
        ({"batch_size": None}, "batch_size=None"),
        ({"layers": 0}, "layers=0"),
        ({"layers": "2"}, "layers='2'"),
        ({"length_buckets": 0}, "length_buckets=0"),
        ({"length_buckets": 2.0}, r"length_buckets=2\.0"),
        ({"max_words": 0}, "max_words=0"),
        ({"reverse_source": 1}, "reverse_source=1"),
        ({"reverse_source": "yes"}, "reverse_source='yes'"),
        ({"teacher_forcing": None}, "teacher_forcing=None"),
        ({"teacher_forcing": 0}, "teacher_forcing=0"),
        ({"clipnorm": 0}, "clipnorm=0"),
        ({"clipnorm": -1.0}, r"clipnorm=-1\.0"),
        ({"clipnorm": float("inf")}, "clipnorm=inf"),
        ({"clipnorm": "1"}, "clipnorm='1'"),
        ({"clipnorm": True}, "clipnorm=True"),
        ({"dropout": 1}, "dropout=1"),
        ({"label_smoothing": 1.0}, r"label_smoothing=1\.0: a share from 0 to less than 1"),
        ({"label_smoothing": -0.1}, r"label_smoothing=-0\.1"),
        ({"label_smoothing": None}, "label_smoothing=None"),
        ({"task": "chess"}, "task='chess' is not known: it is 'pairs' or one of addition, "),
        ({"task": None}, "task=None"),
        ({"task": []}, r"task=\[\]"),
        ({"no_loops": 1}, "no_loops=1"),
        ({"typed_views": "german"}, "typed_views='german' is not known"),
        ({"epoch_parts": 0}, "epoch_parts=0"),
        ({"start_from": None}, "start_from=None"),
        # each may be, but not together
        ({"typed_views": "english"}, "cleaned sentence pairs, read by character"),
        ({"typed_views": "english", "clean": True, "level": "word"}, "cleaned sentence pairs, read by character"),
        ({"epoch_parts": 2}, "epoch_parts is for typed_views only"),
        ({"task": "addition"}, "how many examples of 'addition'"),
        ({"level": "word", "source_padding": "zeros"}, "Word-level models mask their padding"),
        ({"level": "word", "source_padding": "space"}, "Word-level models mask their padding"),
        ({"level": "word", "teacher_forcing": False}, "a word embedding cannot read"),
        ({"architecture": "repeat_vector", "teacher_forcing": False}, "no teacher forcing to leave out"),
        ({"epochs": -1}, "epochs=-1"),
        ({"num_samples": 1}, "num_samples=1"),
        ({"num_samples": "all"}, "num_samples='all'"),
        ({"validation_split": 0}, "validation_split=0"),
        ({"validation_split": 1}, "validation_split=1"),
        ({"validation_split": "0.2"}, "validation_split='0.2'"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"learning_rate": float("nan")}, "learning_rate=nan"),
        ({"learning_rate": float("inf")}, "learning_rate=inf"),
        ({"learning_rate": "fast"}, "learning_rate='fast'"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"seed": 2**32}, "seed=4294967296"),
        ({"name": 5}, "name=5"),
        ({"name": ""}, "name=''"),
        ({"name": "../elsewhere"}, "name='../elsewhere'"),
        ({"title": None}, "title=None"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(MINIMAL | change))
    with pytest.raises(Seq2SeqError, match=expected):
        load_config(path)


@pytest.mark.parametrize(
    "change",
    [
        {"cell": "gru", "layers": 3},
        {"level": "word", "max_words": 1},
        {"level": "word", "architecture": "repeat_vector"},
        {"clean": True, "split": "hash", "typed_views": "french", "epoch_parts": 4, "start_from": "another"},
        {"no_loops": True},
        {"teacher_forcing": False, "cell": "gru", "layers": 2, "source_padding": "zeros"},
        {"architecture": "repeat_vector", "reverse_source": True, "source_padding": "space"},
        {"schedule": "cosine", "optimizer": "adam", "clipnorm": 1},
        {"clipnorm": None, "length_buckets": 7},
        *({"task": name, "num_samples": 2} for name in TASKS),
    ],
)
def test_what_can_be_is_accepted(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(MINIMAL | change))
    config = load_config(path)
    assert config == ModelConfig(**(MINIMAL | change))
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_missing_keys_are_named() -> None:
    with pytest.raises(Seq2SeqError, match=r"lacks \['title'\]"):
        ModelConfig.from_dict({"name": "mine"})


@pytest.mark.parametrize(
    ("content", "expected"), [(b"{", "not JSON"), (b"\xff\xfe", "not JSON"), (b"[]", "JSON object"), (b"", "not JSON")]
)
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(Seq2SeqError, match=expected) as raised:
        load_config(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("name", ["nothing", "../nothing", "", "x" * 5000, "a\0b"])
def test_a_missing_name_lists_those_that_exist(name: str) -> None:
    with pytest.raises(Seq2SeqError, match="There is no config") as raised:
        load_config(name)
    assert all(known in str(raised.value) for known in CONFIGS)


def test_configs_are_frozen() -> None:
    with pytest.raises(AttributeError):
        CONFIGS["en-fr-char-lstm"].units = 3  # type: ignore[misc]
