"""Readings: what may have been meant, and what is left as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.readings import question_words, readings, written_out

QUESTIONS = frozenset({"where", "do", "what's"})


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("good morning", ["Good morning."]),
        ("where is it", ["Where is it.", "Where is it?"]),
        ("Do you", ["Do you.", "Do you?"]),
        ("thank u", ["thank you", "Thank u.", "Thank you."]),
        ("whats new", ["what's new", "Whats new.", "What's new.", "What's new?"]),
        ("i'm late", ["I'm late", "I'm late."]),
        ("where r u?", ["where are you?"]),  # the mark is there
        ("Be nice.", []),
        ("Stop!", []),
        ("I said: “Stop”", []),
        ("don't", ["Don't."]),  # “n” and “t” within a word are none
        ("", []),
        ("  ", []),
    ],
)
def test_what_may_have_been_meant(typed: str, found: list[str]) -> None:
    assert readings(typed, QUESTIONS, chat=True) == [typed.strip(), *found]


def test_chat_spellings_are_english() -> None:
    assert readings("tu y vas", frozenset(), chat=False) == ["tu y vas", "Tu y vas."]
    assert written_out("I luv u, n i miss ur cat") == "I love you, and I miss you are cat"


@given(st.text(max_size=30))
def test_the_text_itself_comes_first_and_nothing_twice(text: str) -> None:
    found = readings(text, QUESTIONS, chat=True)
    assert found[0] == text.strip()
    assert len(set(found)) == len(found)
    if found[0].endswith("."):
        assert all(each.endswith(".") for each in found)


def test_a_word_begins_questions_where_most_of_its_sentences_are() -> None:
    asked = [f"Why not {number}?" for number in range(12)]
    told = [f"Now {number}." for number in range(12)] + [f"Now {number}?" for number in range(11)]
    rare = [f"Whence {number}?" for number in range(9)]
    assert question_words([*asked, *asked, *told, *rare, "", "  "]) == ["why"]
    assert question_words([*asked, *told[:11], *told[12:]]) == ["why", "now"]
