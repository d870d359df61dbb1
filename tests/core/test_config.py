"""ModelConfig: what a config.json may say, and what it is told when it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core.config import CONFIGS, ModelConfig, load_config
from seq2seq_core.errors import Seq2SeqError

MINIMAL = {"name": "mine", "title": "My own"}


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_named_configs_round_trip(name: str) -> None:
    config = CONFIGS[name]
    assert config.name == name
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert load_config(name) is config


def test_the_tutorials_recipe_is_named() -> None:
    config = CONFIGS["en-fr-char-lstm"]
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
        ({"cell": "gru"}, "cell='gru' is not known"),
        ({"split": "random"}, "split='random'"),
        ({"split": []}, "split="),
        ({"source_padding": "dots"}, "source_padding='dots'"),
        ({"optimizer": "sgd"}, "optimizer='sgd'"),
        ({"monitor": "accuracy"}, "monitor='accuracy'"),
        ({"units": 0}, "units=0"),
        ({"units": "256"}, "units='256'"),
        ({"units": 1.5}, "units=1.5"),
        ({"units": True}, "units=True"),
        ({"batch_size": None}, "batch_size=None"),
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
