"""Models by name, and what is known of them without their weights."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from subprocess import CompletedProcess
from typing import Any

import pytest

from seq2seq_core import DEFAULT_MODEL, Seq2SeqError, Translator, list_pretrained, load_model
from seq2seq_ui import library
from seq2seq_ui.library import config_of, examples_of, kin_of, model_choices, pretrained, suits, way_back


@pytest.mark.parametrize("name", ["../pretrained/en-fr-char-lstm", "/etc", "nope", ""])
def test_only_pretrained_names_open_a_model(name: str) -> None:
    for open_model in (pretrained, config_of):
        with pytest.raises(Seq2SeqError, match="en-fr-char-lstm"):
            open_model(name)


def test_every_model_is_a_choice_by_its_title_beside_those_of_its_task() -> None:
    choices = model_choices()
    grouped = {name: "" if config_of(name).task == "pairs" else "Task · " for name in list_pretrained()}
    assert dict(choices) == {f"{grouped[name]}{load_model(name).config.title}": name for name in list_pretrained()}
    assert choices[0][1] == DEFAULT_MODEL
    assert [grouped[name] for _, name in choices] == sorted(grouped.values())
    tasks = [config_of(name).task for _, name in choices]
    assert len(list(groupby(tasks))) == len(set(tasks))


def test_the_page_loads_the_weights_of_the_model_it_shows_and_no_others(
    run_python: Callable[..., CompletedProcess[str]],
) -> None:
    code = """
import seq2seq_core.saving.load_model as loading
read, opened = loading.read_keras_file, []
loading.read_keras_file = lambda path, **options: opened.append(path.parent.name) or read(path, **options)
from seq2seq_ui.page import build_page
build_page()
print(*opened)
"""
    result = run_python("-c", code)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["en-fr-char-attention"]


def test_a_model_knows_its_languages_and_has_examples_in_the_one_it_reads() -> None:
    languages = {name: pretrained(name).languages for name in list_pretrained()}
    assert languages["en-fr-char-attention"] == languages["phrases-lstm"] == ("en", "fr")
    assert languages["number-words-lstm"] == ("", "fr")
    assert languages["addition-lstm"] == ("", "")
    there = pretrained("en-fr-char-attention")
    back = Translator(replace(there.config, swap=True), there.vocabularies, there.network)
    assert back.languages == ("fr", "en")
    assert "Où est la gare ?" in examples_of(back)


def test_the_way_back_is_the_model_of_the_other_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    there = pretrained("en-fr-char-attention")
    assert way_back(there) == way_back(pretrained("en-fr-word-lstm")) == "fr-en-char-attention"
    assert way_back(pretrained("fr-en-char-attention")) == "en-fr-char-attention"
    assert way_back(pretrained("addition-lstm")) is None
    without = [name for name in list_pretrained() if name != "fr-en-char-attention"]
    monkeypatch.setattr(library, "list_pretrained", lambda: without)
    assert way_back(there) is None


@pytest.mark.parametrize(
    ("before", "text", "name", "stays"),
    [
        ("en-fr-char-attention", "Where is my shoe?", "en-fr-char-lstm", True),  # the same sentence, by another network
        ("en-fr-char-attention", "Where is my ☂?", "en-fr-char-lstm", False),
        ("dates-gru", "29 Sep 2017", "en-fr-char-lstm", False),
        ("addition-lstm", "535+61", "number-words-lstm", False),
        ("number-words-lstm", "42", "addition-lstm", False),
        ("en-fr-char-lstm", "I love this city", "phrases-lstm", True),
        ("en-fr-char-lstm", "I love you.", "phrases-lstm", False),
        ("phrases-lstm", "I love this city", "en-fr-char-gru", True),
        ("reverse-lstm", "computer", "en-fr-char-gru", False),
        ("yours-gone", "Be nice.", "en-fr-char-gru", False),
    ],
)
def test_a_text_stays_where_another_model_could_have_been_given_it(
    before: str, text: str, name: str, stays: bool
) -> None:
    assert suits(pretrained(name), text, before) is stays


@pytest.mark.parametrize(
    ("changed", "text", "kin"),
    [
        ({"task": "addition-two-digits", "languages": ""}, "48+26", "addition-lstm"),
        ({"task": "dates", "languages": ""}, "29 Sep 2017", "dates-gru"),
        ({"task": "pairs", "languages": "en-fr"}, "Be nice.", DEFAULT_MODEL),
        ({"task": "pairs", "languages": ""}, "Guten Tag.", ""),  # of a visitor's own pairs
    ],
)
def test_a_model_is_compared_with_its_own_kin(changed: dict[str, Any], text: str, kin: str) -> None:
    there = pretrained("en-fr-char-gru")
    own = Translator(replace(there.config, name="yours", **changed), there.vocabularies, there.network)
    assert kin_of(own, text) == kin
