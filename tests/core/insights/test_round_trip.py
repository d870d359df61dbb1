"""There and back: the words that came back, and those that did not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_translators import toy_translator

from seq2seq_core.insights.round_trip import Piece, align_words, round_trip

texts = st.text(st.sampled_from("ab' .?É"), max_size=20)


@pytest.mark.parametrize(
    ("typed", "back", "pieces"),
    [
        ("where is the cat", "Where is the cat?", [Piece(True, "where is the cat", "Where is the cat?")]),
        ("i dont swim", "I don't swim.", [Piece(True, "i dont swim", "I don't swim.")]),
        (
            "She bought the red car.",
            "She sold the car today.",
            [
                Piece(True, "She", "She"),
                Piece(False, "bought", "sold"),
                Piece(True, "the", "the"),
                Piece(False, "red", ""),
                Piece(True, "car.", "car"),
                Piece(False, "", "today."),
            ],
        ),
        ("", "Hello.", [Piece(False, "", "Hello.")]),
    ],
)
def test_words_side_by_side(typed: str, back: str, pieces: list[Piece]) -> None:
    assert list(align_words(typed, back)) == pieces


@given(texts, texts)
def test_both_texts_are_all_there(typed: str, back: str) -> None:
    pieces = align_words(typed, back)
    assert " ".join(piece.typed for piece in pieces if piece.typed) == " ".join(typed.split())
    assert " ".join(piece.back for piece in pieces if piece.back) == " ".join(back.split())


@given(texts)
def test_what_comes_back_as_it_was_is_kept(text: str) -> None:
    assert all(piece.same for piece in align_words(text, text.upper()))


def test_a_round_trip_translates_the_translation() -> None:
    model = toy_translator(3, scale=0.8)
    found = round_trip(model, "abc d", "dé cab")
    assert (found.typed, found.there) == ("abc d", "dé cab")
    assert found.back == model.translate("dé cab").text
    assert found.kept == sum(len(p.typed.split()) for p in found.pieces if p.same) / 2
