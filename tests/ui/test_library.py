"""Models by name, and what is known of them without their weights."""

from collections.abc import Callable
from dataclasses import replace
from subprocess import CompletedProcess

import pytest

from seq2seq_core import Seq2SeqError, Translator, list_pretrained, load_model
from seq2seq_ui.library import config_of, examples_of, model_choices, pretrained


@pytest.mark.parametrize("name", ["../pretrained/en-fr-char-lstm", "/etc", "nope", ""])
def test_only_pretrained_names_open_a_model(name: str) -> None:
    for open_model in (pretrained, config_of):
        with pytest.raises(Seq2SeqError, match="en-fr-char-lstm"):
            open_model(name)


def test_every_model_is_a_choice_by_its_title() -> None:
    assert model_choices() == [(load_model(name).config.title, name) for name in list_pretrained()]


def test_the_page_loads_the_weights_of_the_model_it_shows_and_no_others(
    run_python: Callable[..., CompletedProcess[str]],
) -> None:
    code = """
import seq2seq_core.saving.load_model as loading
read, opened = loading.read_keras_file, []
loading.read_keras_file = lambda path, **options: opened.append(path.parent.name) or read(path, **options)
from seq2seq_ui import build_page
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
    there = pretrained("en-fr-char-gru")
    back = Translator(replace(there.config, swap=True), there.vocabularies, there.network)
    assert back.languages == ("fr", "en")
    assert "Où est la gare ?" in examples_of(back)
