"""Quality by length: measured on sentences no model has seen, saved, read again, drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest
from sample_pairs import PAIRS
from toy_translators import toy_translator

from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.splits import split_pairs
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.translator import Translator
from seq2seq_core.insights.quality_by_length import (
    FEWEST,
    QUALITY_BY_LENGTH,
    SENTENCES,
    UP_TO,
    measure,
    read_quality,
)

LONG = [
    Pair("a" * (length - 2) + f"{number % 49:02o}", "x" * length) for length in range(3, 60) for number in range(98)
]


def models() -> list[Translator]:
    toy = toy_translator()
    other = Translator(
        replace(toy.config, name="other", title="Another", validation_split=0.6, seed=3), toy.vocabularies, toy.network
    )
    return [toy, other]


def test_the_same_unseen_sentences_for_all(tmp_path: Path) -> None:
    found = measure(models(), LONG)
    unseen = {pair.source for pair in LONG}
    for model in models():
        config = model.config
        unseen -= {pair.source for pair in split_pairs(LONG, config.split, config.validation_split, config.seed)[0]}
    bounds = list(zip((0, *UP_TO), UP_TO, strict=False))
    expected = tuple(sum(low < len(source) <= high for source in unseen) for low, high in bounds)
    assert min(expected) >= FEWEST
    for quality in found:
        assert quality.up_to == UP_TO
        assert quality.sentences == expected
        quality.save(tmp_path)
        assert read_quality(tmp_path) == quality
    figure = go.Figure({key: QUALITY_BY_LENGTH.build(found)[key] for key in ("data", "layout")})
    assert [line.name for line in figure.data] == ["A toy", "Another"]


def test_nothing_measured_is_none_and_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    assert read_quality(tmp_path) is None
    (tmp_path / "quality_by_length.json").write_text('{"models": []}')
    with pytest.raises(Seq2SeqError, match="is not a quality by length"):
        read_quality(tmp_path)


def test_four_sentences_are_no_group() -> None:
    """They are counted with the next longer ones."""
    few = [pair for pair in LONG if len(pair.source) > 15] + [Pair("abc"[:n], "x") for n in (1, 2, 3)]
    (quality,) = measure([toy_translator()], few, all_unseen=True)
    assert quality.up_to == UP_TO[1:]
    assert quality.sentences[0] == len({pair.source for pair in few if len(pair.source) <= UP_TO[1]})


def test_a_file_without_long_sentences_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match="too few sentences"):
        measure(models(), PAIRS[:10])


def test_a_file_of_unseen_sentences_alone_is_measured_whole() -> None:
    (quality,) = measure([toy_translator()], LONG, all_unseen=True)
    sources = {pair.source for pair in LONG}
    for low, high, count in zip((0, *UP_TO), UP_TO, quality.sentences, strict=False):
        assert count == min(SENTENCES, sum(low < len(source) <= high for source in sources))
