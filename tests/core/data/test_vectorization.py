"""The tutorial's three arrays, against its own loops, and the ids that training uses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS, write_tsv
from tutorial_script import read_data

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.vectorization import encode_pairs, one_hot, one_hot_arrays, pad_ids
from seq2seq_core.data.vocabulary import END, PADDING_ID, START, VocabularyPair
from seq2seq_core.errors import Seq2SeqError

VOCABULARIES = VocabularyPair.from_pairs(PAIRS)
MASKED = ModelConfig("masked", "")
ARRAYS = ("encoder_input_data", "decoder_input_data", "decoder_target_data")


@pytest.mark.parametrize("padding", ["zeros", "space"])
def test_the_three_arrays_are_the_tutorials(tmp_path: Path, padding: str) -> None:
    data = read_data(write_tsv(tmp_path / "fra.txt", PAIRS), len(PAIRS), padding)
    ours = one_hot_arrays(PAIRS, VOCABULARIES, padding)  # type: ignore[arg-type]
    for name in ARRAYS:
        theirs = getattr(data, name)
        assert getattr(ours, name).dtype == theirs.dtype == np.float32
        np.testing.assert_array_equal(getattr(ours, name), theirs, err_msg=name)


def test_shapes_are_pairs_longest_sentence_characters() -> None:
    ours = one_hot_arrays(PAIRS, VOCABULARIES)
    longest_source = max(len(pair.source) for pair in PAIRS)
    longest_target = max(len(pair.target) for pair in PAIRS) + 2  # start and end
    assert ours.encoder_input_data.shape == (len(PAIRS), longest_source, len(VOCABULARIES.source))
    assert ours.decoder_input_data.shape == (len(PAIRS), longest_target, len(VOCABULARIES.target))
    assert ours.decoder_target_data.shape == ours.decoder_input_data.shape


@pytest.mark.parametrize("padding", ["zeros", "space"])
def test_target_is_the_input_one_step_ahead(padding: str) -> None:
    ours = one_hot_arrays(PAIRS, VOCABULARIES, padding)  # type: ignore[arg-type]
    np.testing.assert_array_equal(ours.decoder_target_data[:, :-1], ours.decoder_input_data[:, 1:])


def test_paddings_differ_only_behind_the_sentences() -> None:
    zeros, space = (one_hot_arrays(PAIRS, VOCABULARIES, padding) for padding in ("zeros", "space"))
    for name in ARRAYS:
        without, filled = getattr(zeros, name), getattr(space, name)
        padded = without.sum(-1) == 0
        assert padded.any()
        np.testing.assert_array_equal(without[~padded], filled[~padded])
        vocabulary = VOCABULARIES.source if name == "encoder_input_data" else VOCABULARIES.target
        assert (filled[padded].argmax(-1) == vocabulary.ids[" "]).all()
        assert (filled.sum(-1) == 1).all()


def test_padding_with_spaces_needs_a_space() -> None:
    pairs = [Pair("ab", "x"), Pair("c", "yz")]
    with pytest.raises(Seq2SeqError, match="source vocabulary has no space"):
        one_hot_arrays(pairs, VocabularyPair.from_pairs(pairs), "space")
    with pytest.raises(Seq2SeqError, match="target vocabulary has no space"):
        one_hot_arrays(PAIRS[:1], VocabularyPair.from_pairs([Pair("a b", "Va!")]), "space")


def test_an_unknown_padding_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match="'dots'"):
        one_hot_arrays(PAIRS, VOCABULARIES, "dots")  # type: ignore[arg-type]


def test_id_form_says_the_same_as_the_arrays() -> None:
    ids = encode_pairs(PAIRS, VOCABULARIES, MASKED)
    arrays = one_hot_arrays(PAIRS, VOCABULARIES)
    encoder = one_hot(ids.encoder_input, len(VOCABULARIES.source))
    np.testing.assert_array_equal(encoder, arrays.encoder_input_data)
    targets = one_hot(ids.decoder_target, len(VOCABULARIES.target))
    # the id form has no step at which the end token is read: nothing is to be predicted from it
    np.testing.assert_array_equal(targets, arrays.decoder_target_data[:, : targets.shape[1]])


def test_id_form_of_one_pair() -> None:
    ids = encode_pairs([Pair("Hi.", "Salut."), Pair("Go.", "Va.")], VOCABULARIES, MASKED)
    start, end = VOCABULARIES.target.ids[START], VOCABULARIES.target.ids[END]
    salut, va = VOCABULARIES.target.encode("Salut."), VOCABULARIES.target.encode("Va.")
    assert ids.encoder_input.dtype == np.int32
    assert ids.decoder_input.tolist() == [[start, *salut], [start, *va, *[PADDING_ID] * 3]]
    assert ids.decoder_target.tolist() == [[*salut, end], [*va, end, *[PADDING_ID] * 3]]
    assert ids.encoder_input.tolist() == [VOCABULARIES.source.encode("Hi."), VOCABULARIES.source.encode("Go.")]


@pytest.mark.parametrize("padding", ["zeros", "space"])
def test_ids_for_an_encoder_that_reads_its_padding(padding: str) -> None:
    """As long as the longest source of all data, so that training and inference pad alike."""
    some = PAIRS[:5]
    ids = encode_pairs(some, VOCABULARIES, replace(MASKED, source_padding=padding))  # type: ignore[arg-type]
    arrays = one_hot_arrays(some, VOCABULARIES, padding)  # type: ignore[arg-type]
    np.testing.assert_array_equal(one_hot(ids.encoder_input, len(VOCABULARIES.source)), arrays.encoder_input_data)
    masked = encode_pairs(some, VOCABULARIES, MASKED)
    assert masked.encoder_input.shape[1] == max(len(pair.source) for pair in some) < ids.encoder_input.shape[1]
    np.testing.assert_array_equal(ids.decoder_target, masked.decoder_target)


def test_unknown_characters_are_left_out_of_ids_and_arrays() -> None:
    known, odd = [Pair("Hi.", "Salut.")], [Pair("Hi🙂.", "Sal🙂ut.")]
    for first, second in zip(
        vars(encode_pairs(known, VOCABULARIES, MASKED)).values(),
        vars(encode_pairs(odd, VOCABULARIES, MASKED)).values(),
        strict=True,
    ):
        np.testing.assert_array_equal(first, second)
    for first, second in zip(
        vars(one_hot_arrays(known, VOCABULARIES)).values(),
        vars(one_hot_arrays(odd, VOCABULARIES)).values(),
        strict=True,
    ):
        np.testing.assert_array_equal(first, second)


def test_a_source_without_any_known_character_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match="🙂🙂"):
        encode_pairs([*PAIRS, Pair("🙂🙂", "Salut.")], VOCABULARIES, MASKED)


@pytest.mark.parametrize("padding", ["mask", "zeros", "space"])
def test_a_reversed_source_is_the_source_from_its_end_and_padded_behind(padding: str) -> None:
    plain, reversed_ = (
        encode_pairs(PAIRS, VOCABULARIES, replace(MASKED, source_padding=padding, reverse_source=turned))
        for turned in (False, True)
    )  # type: ignore[arg-type]
    for pair, row, turned in zip(PAIRS, plain.encoder_input, reversed_.encoder_input, strict=True):
        length = len(pair.source)
        assert turned[:length].tolist() == row[:length].tolist()[::-1]
        assert turned[length:].tolist() == row[length:].tolist()
    np.testing.assert_array_equal(plain.decoder_input, reversed_.decoder_input)
    np.testing.assert_array_equal(plain.decoder_target, reversed_.decoder_target)


@given(st.lists(st.lists(st.integers(0, 9)), min_size=1))
def test_pad_ids_keeps_every_row(rows: list[list[int]]) -> None:
    padded = pad_ids(rows)
    assert padded.shape == (len(rows), max(map(len, rows)))
    assert [[i for i in row if i != PADDING_ID] for row in padded.tolist()] == rows


@given(st.lists(st.integers(-1, 4), min_size=1), st.integers(5, 8))
def test_one_hot(ids: list[int], size: int) -> None:
    rows = one_hot(np.array(ids), size)
    assert rows.shape == (len(ids), size)
    for token_id, row in zip(ids, rows, strict=True):
        assert row.tolist() == [float(column == token_id) for column in range(size)]
