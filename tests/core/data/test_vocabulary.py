"""Vocabularies: the tutorial's conventions, and characters nobody has seen before."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.training_data import make_vocabularies, readable, training_data
from seq2seq_core.data.vectorization import encode_pairs, network_inputs
from seq2seq_core.data.vocabulary import (
    END,
    PADDING,
    START,
    UNKNOWN,
    Unknown,
    Vocabulary,
    VocabularyPair,
    name_token,
    show_token,
    signs,
    split_words,
)
from seq2seq_core.errors import Seq2SeqError

VOCABULARIES = VocabularyPair.from_pairs(PAIRS)

any_text = st.text()
WORDY = st.lists(st.sampled_from(["a", "b", "c", "dd"]), min_size=1).map(" ".join)


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
        (_changed(source={"kind": "word", "tokens": ["a", "b", "c"]}), "begins with <pad> and <unk>"),
        (_changed(source={"kind": "word", "tokens": ["<unk>", "<pad>", "c"]}), "begins with <pad> and <unk>"),
        (_changed(source={"kind": "word", "tokens": ["<pad>"]}), "begins with <pad> and <unk>"),
        (_changed(target={"kind": "word", "tokens": ["<pad>", "<unk>", "\n"]}), "start"),
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
    assert signs({"\t", " ", "a", "\u202f"}) == {"⍽": "narrow no-break space", "␣": "space", "⇥": "start"}


# --- words

WORDS = VocabularyPair.of_words(PAIRS, 10_000)


@given(any_text)
def test_words_joined_are_the_text_again(text: str) -> None:
    tokens = split_words(text)
    assert "".join(tokens) == text
    assert "" not in tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("Be nice.", ["Be", " nice", "."]),
        ("Where is it?", ["Where", " is", " it", "?"]),
        ("À l'aide\u202f!", ["À", " l'", "aide", "\u202f!"]),
        ("J’ai gagné !", ["J’", "ai", " gagné", " !"]),
        ("Arrête-toi.", ["Arrête", "-", "toi", "."]),
        ("a  b", ["a", "  ", "b"]),
        (" a ", [" a", " "]),
        ("12,5 %", ["12", ",", "5", " %"]),
        ("...", [".", ".", "."]),
        ("🙂ok", ["🙂", "ok"]),
        ("बिल्ली सोती है।", ["बिल्ली", " सोती", " है", "।"]),
        ("பூனை தூங்குகிறது.", ["பூனை", " தூங்குகிறது", "."]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("☕\ufe0f l'e\u0301te\u0301", ["☕\ufe0f", " l'", "e\u0301te\u0301"]),
    ],
)
def test_words_by_example(text: str, tokens: list[str]) -> None:
    assert split_words(text) == tokens


def test_word_ids_begin_with_padding_and_the_unknown_word() -> None:
    assert WORDS.source.tokens[:2] == (PADDING, UNKNOWN)
    assert WORDS.target.tokens[:4] == (PADDING, UNKNOWN, START, END)
    assert WORDS.source.kind == WORDS.target.kind == "word"


@given(st.text(alphabet="ab c'.!<>unkpad\u202fé", max_size=20))
def test_unknown_words_are_mapped_and_reported_with_their_places(text: str) -> None:
    vocabulary = Vocabulary.of_words(["a b c. ab ab"], 20)
    tokens = split_words(unicodedata.normalize("NFC", text))
    ids = vocabulary.encode(text)
    assert len(ids) == len(tokens)
    places = [place for place, token in enumerate(tokens) if token not in vocabulary.ids]
    assert [place for place, token_id in enumerate(ids) if token_id == vocabulary.ids[UNKNOWN]] == places
    assert vocabulary.unknown(text) == tuple(Unknown(place, tokens[place]) for place in places)
    for place, token in enumerate(tokens):
        if place not in places:
            assert vocabulary.tokens[ids[place]] == token


def test_unknown_words_by_example() -> None:
    assert WORDS.source.unknown("Be quick, Tom.") == (Unknown(1, " quick"), Unknown(2, ","))
    assert [WORDS.source.tokens[i] for i in WORDS.source.encode("Be quick.")] == ["Be", UNKNOWN, "."]
    assert WORDS.source.unknown("<unk>")  # typed, it is three tokens, and none of them is the special one
    assert WORDS.source.unknown_id == 1
    assert VOCABULARIES.source.unknown_id is None


def test_what_is_known_comes_back_as_words_too() -> None:
    for pair in PAIRS:
        assert WORDS.source.decode(WORDS.source.encode(pair.source)) == pair.source
        assert WORDS.target.decode(WORDS.target.encode(pair.target)) == pair.target
        assert WORDS.target.unknown(pair.target) == ()


@given(st.lists(st.text(alphabet="abc .!'", min_size=1, max_size=12), min_size=1, max_size=8), st.integers(1, 12))
def test_the_most_frequent_words_are_kept(texts: list[str], size: int) -> None:
    vocabulary = Vocabulary.of_words(texts, size)
    counts: dict[str, int] = {}
    for token in (token for text in texts for token in split_words(text)):
        counts[token] = counts.get(token, 0) + 1
    kept = vocabulary.tokens[2:]
    assert len(vocabulary) == min(max(size, 2), 2 + len(counts))
    assert [counts[token] for token in kept] == sorted(counts.values(), reverse=True)[: len(kept)]
    assert vocabulary == Vocabulary.of_words(texts[::-1], size)  # ties are settled by the words themselves


@given(st.lists(st.builds(Pair, st.text(min_size=1), st.text(min_size=1)), min_size=1), st.integers(1, 30))
def test_word_json_round_trip(pairs: list[Pair], size: int) -> None:
    vocabularies = VocabularyPair.of_words(pairs, size)
    assert VocabularyPair.from_dict(json.loads(json.dumps(vocabularies.to_dict()))) == vocabularies


def test_lengths_of_words_are_counted_in_words() -> None:
    pairs = [Pair("Be nice.", "Sois gentil !"), Pair("Go.", "Va !")]
    vocabularies = VocabularyPair.of_words(pairs, 100)
    assert (vocabularies.max_source_length, vocabularies.max_target_length) == (3, 3 + 2)


def test_a_word_is_shown_without_the_space_before_it() -> None:
    assert [show_token(token) for token in (" nice", "Be", "\u202f!", "  ", PADDING)] == [
        "nice",
        "Be",
        "!",
        "  ",
        "<pad>",
    ]
    assert name_token(" nice") == "“nice”"


def test_words_reach_the_network_as_ids_with_padding_zero() -> None:
    ids = encode_pairs(
        [Pair("Be nice.", "Sois gentil !"), Pair("Go.", "Va !")], WORDS, ModelConfig("words", "", level="word")
    )
    source, target = network_inputs(ids, WORDS)
    assert source.tolist() == [WORDS.source.encode("Be nice."), [*WORDS.source.encode("Go."), 0]]
    assert target[1, -1] == 0
    assert np.issubdtype(source.dtype, np.integer)


# --- what a config trains on


def config_of(**values: Any) -> ModelConfig:
    return replace(ModelConfig(name="mine", title="", num_samples=40), **values)


def test_vocabularies_are_the_levels() -> None:
    assert make_vocabularies(config_of(), PAIRS) == VOCABULARIES
    assert make_vocabularies(config_of(level="word", vocabulary_from="all"), PAIRS) == WORDS
    few = make_vocabularies(config_of(level="word", max_words=9), PAIRS)
    assert (len(few.source), len(few.target)) == (9, 9)


def test_pairs_are_split_and_generated_ones_are_drawn() -> None:
    training, validation = training_data(config_of(split="last"), PAIRS)
    assert (*training, *validation) == PAIRS[:40]
    assert len(validation) == 8
    training, validation = training_data(config_of(task="addition", validation_split=0.25), PAIRS)
    assert (len(training), len(validation)) == (30, 10)
    assert not set(training + validation) & set(PAIRS)  # the file does not count
    assert (training, validation) == training_data(config_of(task="addition", validation_split=0.25))
    assert training_data(config_of(task="addition", seed=1)) != training_data(config_of(task="addition"))
    assert len(training_data(config_of(task="dates", num_samples=2))[1]) == 1  # one at the least


def test_more_generated_pairs_than_there_are_are_refused() -> None:
    with pytest.raises(Seq2SeqError, match="phrases has no more than"):
        training_data(config_of(task="phrases", num_samples=20_000))


def test_vocabularies_are_those_of_the_training_pairs() -> None:
    training, held_out = [Pair("a b", "x")] * 3, [Pair("a c", "x z!")]
    characters = make_vocabularies(config_of(), training, held_out)
    assert characters.source.tokens == (" ", "a", "b")
    assert characters.target.tokens == (START, END, "x")
    assert (characters.max_source_length, characters.max_target_length) == (3, 6)  # there is room for all
    assert not characters.source.untrained | characters.target.untrained


@given(pairs=st.lists(st.builds(Pair, WORDY, WORDY), min_size=1, max_size=30))
def test_what_stands_for_unknown_words_is_learnt(pairs: list[Pair]) -> None:
    made = make_vocabularies(config_of(level="word"), pairs)
    for side, texts in ((made.source, [p.source for p in pairs]), (made.target, [p.target for p in pairs])):
        counts = Counter(word for text in texts for word in side.split(text))
        if len(counts) > 1:
            assert not side.untrained
            unknown = {word: count for word, count in counts.items() if word not in side.ids}
            assert unknown
            assert max(unknown.values()) <= min(counts[word] for word in counts if word in side.ids)


def test_the_rarest_words_stay_out_and_no_more_than_need_be() -> None:
    pairs = [Pair("a b c d", "x")] * 600 + [Pair("e", "x"), Pair("f", "y"), Pair("g", "y")]
    made = make_vocabularies(config_of(level="word"), pairs)
    assert set(made.source.tokens) == {PADDING, UNKNOWN, "a", " b", " c", " d"}  # 3 of 2,403 are more than 0.1 %


def test_a_held_out_pair_of_which_nothing_is_known_is_left_out_and_said() -> None:
    training, held_out = [Pair("去", "go"), Pair("来", "come")], [Pair("去吧", "go"), Pair("水", "water")]
    made = make_vocabularies(config_of(), training, held_out)
    said: list[str] = []
    assert readable(held_out, made, said.append) == held_out[:1]
    assert said == ["1 of the held-out pairs are left out: no character of theirs was trained on."]
    # where that is all of them, they are read as they stand, and what only they have is known to be untrained
    alone = make_vocabularies(config_of(), training, held_out[1:])
    assert readable(held_out[1:], alone) == held_out[1:]
    assert "水" in alone.source.untrained


def test_tokens_of_held_out_pairs_alone_are_marked_and_kept_in_the_file() -> None:
    training, held_out = [Pair("a b", "x")] * 3, [Pair("a c", "x z")]
    characters = make_vocabularies(config_of(vocabulary_from="all"), training, held_out)
    assert (characters.source.untrained, characters.target.untrained) == ({"c"}, {" ", "z"})
    words = make_vocabularies(config_of(level="word", vocabulary_from="all"), training, held_out)
    assert (words.source.untrained, words.target.untrained) == ({" c", UNKNOWN}, {" z", UNKNOWN})
    capped = make_vocabularies(config_of(level="word", vocabulary_from="all", max_words=3), training, held_out)
    assert capped.source.tokens == (PADDING, UNKNOWN, "a")
    assert not capped.source.untrained  # “ b” is unknown in training, so what stands for it is learnt
    for made in (characters, words, capped):
        read = VocabularyPair.from_dict(json.loads(json.dumps(made.to_dict())))
        assert (read.source.untrained, read.target.untrained) == (made.source.untrained, made.target.untrained)
    with pytest.raises(Seq2SeqError, match="untrained tokens of a vocabulary"):
        Vocabulary.from_dict(characters.source.to_dict() | {"untrained": [3]})
