"""Vocabularies: the tutorial's conventions, and characters nobody has seen before."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS

from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.pairs import Pair
from seq2seq_core.vocabulary import END, START, Unknown, Vocabulary, VocabularyPair, name_token, show_token

VOCABULARIES = VocabularyPair.from_pairs(PAIRS)

any_text = st.text()


def test_from_pairs_is_what_the_tutorial_builds() -> None:
    input_texts, target_texts = [], []
    input_characters, target_characters = set(), set()
    for input_text, target_text in PAIRS:
        target_text = "\t" + target_text + "\n"
        input_texts.append(input_text)
        target_texts.append(target_text)
        for char in input_text:
            input_characters.add(char)
        for char in target_text:
            target_characters.add(char)
    input_token_index = {char: i for i, char in enumerate(sorted(input_characters))}
    target_token_index = {char: i for i, char in enumerate(sorted(target_characters))}

    assert VOCABULARIES.source.ids == input_token_index
    assert VOCABULARIES.target.ids == target_token_index
    assert list(VOCABULARIES.target.tokens) == sorted(target_characters)
    assert VOCABULARIES.max_source_length == max(len(text) for text in input_texts)
    assert VOCABULARIES.max_target_length == max(len(text) for text in target_texts)


def test_start_and_end_come_first_and_are_the_targets_alone() -> None:
    assert VOCABULARIES.target.tokens[:2] == (START, END) == ("\t", "\n")
    assert START not in VOCABULARIES.source.ids
    assert END not in VOCABULARIES.source.ids


@given(any_text)
def test_what_is_known_comes_back(text: str) -> None:
    vocabulary = Vocabulary.from_texts([text, "x"])
    normalized = unicodedata.normalize("NFC", text)
    assert vocabulary.unknown(text) == ()
    assert len(vocabulary.encode(text)) == len(normalized)
    assert "".join(vocabulary.tokens[i] for i in vocabulary.encode(text)) == normalized
    assert vocabulary.decode(vocabulary.encode(text)) == normalized.replace(START, "").replace(END, "")


@given(any_text)
def test_unknown_characters_are_named_with_their_places(text: str) -> None:
    vocabulary = VOCABULARIES.source
    characters = unicodedata.normalize("NFC", text)
    unknown = vocabulary.unknown(text)
    assert [item.position for item in unknown] == [i for i, char in enumerate(characters) if char not in vocabulary.ids]
    assert all(characters[item.position] == item.text for item in unknown)
    # known and unknown together are the whole text again
    assert len(vocabulary.encode(text)) + len(unknown) == len(characters)


def test_unknown_examples() -> None:
    assert VOCABULARIES.source.unknown("Hi 🙂ß.") == (Unknown(3, "🙂"), Unknown(4, "ß"))
    assert VOCABULARIES.source.decode(VOCABULARIES.source.encode("Hi 🙂ß.")) == "Hi ."


def test_typed_text_is_normalized_like_the_data() -> None:
    vocabulary = Vocabulary.from_texts(["é"])
    assert vocabulary.encode("e\u0301") == vocabulary.encode("é") == [0]
    as_typed = Vocabulary.from_texts(["e\u0301"], normalization=None)
    assert as_typed.tokens == ("e", "\u0301")
    assert as_typed.encode("e\u0301") == [0, 1]
    assert as_typed.unknown("é") == (Unknown(0, "é"),)


@given(st.lists(st.builds(Pair, st.text(min_size=1), st.text(min_size=1)), min_size=1))
def test_json_round_trip(pairs: list[Pair]) -> None:
    vocabularies = VocabularyPair.from_pairs(pairs)
    assert VocabularyPair.from_dict(json.loads(json.dumps(vocabularies.to_dict()))) == vocabularies


def _changed(**changes: Any) -> dict[str, Any]:
    return {**VOCABULARIES.to_dict(), **changes}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "object"),
        (_changed(source=None), "list of tokens"),
        (_changed(source={"kind": "character", "tokens": "abc"}), "list of tokens"),
        (_changed(source={"kind": "character", "tokens": []}), "without tokens"),
        (_changed(source={"kind": "character", "tokens": ["a", 1]}), "non-empty text"),
        (_changed(source={"kind": "character", "tokens": ["a", ""]}), "non-empty text"),
        (_changed(source={"kind": "character", "tokens": ["a", "a"]}), "each token once"),
        (_changed(source={"kind": "syllable", "tokens": ["a"]}), "'syllable'"),
        (_changed(source={"kind": "character", "tokens": ["a"], "normalization": "NFD"}), "'NFD'"),
        (_changed(target={"kind": "character", "tokens": ["a", "\n"]}), "start"),
        (_changed(target={"kind": "character", "tokens": ["a", "\t"]}), "end"),
        (_changed(max_source_length="12"), "max_source_length"),
        (_changed(max_target_length=None), "max_target_length"),
        (_changed(max_source_length=0), "positive"),
        (_changed(max_target_length=-3), "positive"),
    ],
)
def test_what_is_no_vocabulary_is_refused(values: Any, expected: str) -> None:
    with pytest.raises(Seq2SeqError, match=expected):
        VocabularyPair.from_dict(values)


@given(st.characters())
def test_every_token_can_be_shown_and_named(token: str) -> None:
    assert show_token(token)
    assert name_token(token)


def test_invisible_tokens_are_made_visible() -> None:
    assert [show_token(token) for token in "\t\n \u00a0\u202fa"] == ["⇥", "⏎", "␣", "⍽", "⍽", "a"]
    assert name_token("\u202f") == "narrow no-break space"
