"""The environment variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.settings import Settings, read_settings

VARIABLES = {
    "SEQ2SEQ_PRETRAINED": "/models",
    "SEQ2SEQ_TRAININGS_AT_ONCE": "3",
    "SEQ2SEQ_TRAINING_MINUTES": "2.5",
    "SEQ2SEQ_TRAINING_MEMORY_MB": "800",
    "SEQ2SEQ_ENGINE": "ray",
    "SEQ2SEQ_RAY_ADDRESS": "192.168.1.20:6379",
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("empty", [False, True])
def test_without_values_the_defaults_hold(monkeypatch: pytest.MonkeyPatch, empty: bool) -> None:
    for name in VARIABLES if empty else ():
        monkeypatch.setenv(name, "")
    assert read_settings() == Settings(None, None, 15, 1500)


def test_each_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    ray = {"engine": "ray", "ray_address": "192.168.1.20:6379"}
    assert read_settings() == Settings(Path("/models"), 3, 2.5, 800, **ray)


def test_what_the_pages_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_HOSTS", "lab.example, school.example")
    monkeypatch.setenv("SPACE_HOST", "someone-lab.example")
    monkeypatch.setenv("SEQ2SEQ_METRICS", "1")
    assert read_settings().metrics
    assert read_settings().hosts == ("lab.example", "school.example")
    assert read_settings().space_host == "someone-lab.example"


def test_no_trainings_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_TRAININGS_AT_ONCE", "0")
    assert read_settings().trainings_at_once == 0


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SEQ2SEQ_TRAININGS_AT_ONCE", "two", "a whole number, 0 or above,"),
        ("SEQ2SEQ_TRAININGS_AT_ONCE", "1.5", "a whole number, 0 or above,"),
        ("SEQ2SEQ_TRAININGS_AT_ONCE", "-1", "a whole number, 0 or above,"),
        ("SEQ2SEQ_TRAINING_MINUTES", "15m", "a number above 0"),
        ("SEQ2SEQ_TRAINING_MINUTES", "nan", "a number above 0"),
        ("SEQ2SEQ_TRAINING_MINUTES", "inf", "a number above 0"),
        ("SEQ2SEQ_TRAINING_MEMORY_MB", "0", "a whole number above 0"),
    ],
)
def test_a_value_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Seq2SeqError, match=f"{name}='{value}': {expected} was expected"):
        read_settings()


def test_how_many_processes_answer_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, expected in (("", None), ("auto", None), ("0", 0), ("3", 3)):
        monkeypatch.setenv("SEQ2SEQ_DECODERS", value)
        assert read_settings().decoders == expected
    monkeypatch.setenv("SEQ2SEQ_DECODERS", "many")
    with pytest.raises(Seq2SeqError, match="'many': auto, or a whole number, 0 or above, was expected"):
        read_settings()
