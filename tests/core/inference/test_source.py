"""What typed text becomes is what a pair's source becomes in training: one function, held here to that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.source_folding import fold_source
from seq2seq_core.data.vectorization import encode_pairs
from seq2seq_core.data.vocabulary import PADDING_ID, VocabularyPair
from seq2seq_core.inference.translate_many import translate_batch

CONFIG = ModelConfig("some", "")
TYPED = st.text("abc dé'’‘\u00a0\u202f\u00ad-‐.", min_size=1, max_size=30)


@given(
    text=TYPED,
    clean=st.booleans(),
    reverse=st.booleans(),
    padding=st.sampled_from(["mask", "zeros", "space"]),
    longest=st.integers(1, 40),
)
def test_typed_text_is_prepared_as_a_training_source_is(
    text: str, clean: bool, reverse: bool, padding: Any, longest: int
) -> None:
    toy = toy_translator(source=" abcdé'-.")
    network = replace(toy.network, reads_padding=padding != "mask")  # type: ignore[type-var]
    vocabularies = replace(toy.vocabularies, max_source_length=longest)
    config = replace(toy.config, clean=clean, reverse_source=reverse, source_padding=padding)
    model = Translator(config, vocabularies, network)

    def fold(typed: str) -> str:
        return fold_source(typed, vocabularies.source.ids)

    if not text.strip() or not vocabularies.source.encode(fold(text) if clean else text):
        return
    row = encode_pairs([Pair(text, "x")], vocabularies, config).encoder_input[0]
    assert model.source_ids(text) == row.tolist()
    # training folds its sources before; that changes nothing any more
    folded = encode_pairs([Pair(fold(text) if clean else text, "x")], vocabularies, config).encoder_input[0]
    np.testing.assert_array_equal(row, folded)


@pytest.mark.parametrize("typed", ["I can’t swim.", "I can‘t swim.", "I can't\u00a0swim.", " I  can't swim. "])
def test_a_phones_apostrophe_is_an_apostrophe(typed: str) -> None:
    """Left out, it made “I can swim.” of it."""
    model = load_model("en-fr-char-attention")
    trace, plain_trace = model.translate(typed), model.translate("I can't swim.")
    assert trace.text == plain_trace.text
    assert trace.unknown == ()
    assert trace.source == typed


def test_all_known_sources_of_training_data_are_read_whole() -> None:
    vocabularies = VocabularyPair.from_pairs(PAIRS)
    ids = encode_pairs(PAIRS, vocabularies, CONFIG).encoder_input
    for pair, row in zip(PAIRS, ids, strict=True):
        assert vocabularies.source.decode(row[row != PADDING_ID]) == pair.source


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("addition-lstm", "535+61", ""),
        ("addition-lstm", " 535+61 ", ""),
        ("addition-lstm", "1234+5678", "made for a sum of two numbers of up to three digits"),
        ("dates-gru", "tomorrow", "made for a date in English, 1950 to 2049"),
        ("dates-gru", "1 Jan 1900", "made for a date in English, 1950 to 2049"),
        ("en-fr-char-lstm", "Be nice.", ""),
        ("en-fr-char-lstm", "Where is the station?", "texts of up to 16 characters; this has 21"),
        ("en-fr-word-lstm", "Be nice.", ""),
        ("en-fr-char-attention", "1234", "no word in this"),
    ],
)
def test_a_text_that_a_model_was_not_made_for_is_known_as_such(name: str, text: str, why: str) -> None:
    beyond = load_model(name).beyond(text)
    assert why in beyond
    assert bool(beyond) == bool(why)
    assert beyond == "" or beyond.endswith("the answer is a guess.")


def test_what_was_never_trained_on_is_not_called_never_seen_and_the_unknown_word_neither() -> None:
    """The tutorial takes its vocabulary from all pairs: some tokens stand in held-out ones alone."""
    characters, words = load_model("en-fr-char-lstm"), load_model("en-fr-word-lstm")
    assert characters.vocabularies.source.untrained == {"2", "4", "Z"}
    assert len(words.vocabularies.source.untrained) == 353  # of 2,482, the unknown word among them
    assert characters.remarks_on_tokens("Be nice.") == ()
    assert characters.remarks_on_tokens("Zoé is 2.") == (
        "This model has never seen “é”: it read the sentence without.",
        "It was never trained on “Z”, “2”: what it reads there is chance.",
    )
    assert words.remarks_on_tokens("I abhor zebras.") == (
        "This model has never seen “zebras”: it read “unknown word” there, which it was never trained on either.",
        "It was never trained on “abhor”: what it reads there is chance.",
    )


def test_typos_are_taken_back_unless_they_are_wanted() -> None:
    model = load_model("en-fr-char-attention")
    right = model.translate("Where is the station?")
    for typed in ("Wher is teh station?", "Wher is teh station?\u200b"):
        trace = model.translate(typed)
        assert (trace.source, trace.text) == ("Where is the station?", right.text)
        as_typed = model.translate(typed, mend=False)
        assert as_typed.source == typed
        assert "".join(as_typed.encoder.tokens) == "Wher is teh station?"
    # what nobody mistyped stays to the letter, and so does whatever a model of textbook sentences is given
    assert model.translate("  I can’t swim.").source == "  I can’t swim."
    assert load_model("en-fr-char-lstm").translate("Be nicce.").source == "Be nicce."


def test_scores_and_single_translations_read_the_same() -> None:
    model = load_model("en-fr-char-attention")
    typed = ["wher is the station", "where is the station"]
    for mend in (True, False):
        written = dict(translate_batch(model, typed, mend))
        assert [written[0], written[1]] == [model.translate(text, mend=mend).text for text in typed]
