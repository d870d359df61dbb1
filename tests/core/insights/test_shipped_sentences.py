"""Shipped sentences: each once, known to the model, and on the side that it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seq2seq_core import list_pretrained, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.insights.map_of_thoughts import map_of
from seq2seq_core.insights.shipped_sentences import shipped_sentences


@pytest.mark.parametrize("name", list_pretrained())
def test_each_shipped_model_has_hundreds_that_it_knows(name: str) -> None:
    model = load_model(name)
    texts = [one.text for kind in shipped_sentences(model).values() for one in kind]
    assert 500 <= len(texts) == len(set(texts)) <= 1000
    assert not any(model.vocabularies.source.unknown(model.read_as(text)) for text in texts)
    if model.task:
        assert all(map(model.task.fits, texts))


def test_a_model_that_reads_french_is_asked_in_french_and_told_in_english() -> None:
    model = load_model("en-fr-char-attention")
    letters = "".join(token for token in model.vocabularies.target.tokens if token not in "\t\n")
    model.vocabularies = VocabularyPair.from_pairs([Pair(letters, letters)])
    model.config = replace(model.config, swap=True)
    pairs = {one.text: one.english for kind in shipped_sentences(model).values() for one in kind}
    assert pairs["Nous sommes heureux aujourd’hui."] == "We are happy today."
    assert all(pairs.values())


def test_the_map_and_the_units_are_asked_the_same() -> None:
    model = load_model("en-fr-char-attention")
    texts = {one.text for kind in shipped_sentences(model).values() for one in kind}
    assert len(texts.intersection(map_of(model).texts)) >= 390
