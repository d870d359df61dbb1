"""Readings: what may have been meant, and what is left as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.readings import question_words, readings, respelled, spellings_of, written_out

SPELLINGS = {"deja": "déjà", "youre": "you're", "ca": "ça"}
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
        ("Youre late.", ["You're late."]),
        ("ca va deja", ["ça va déjà", "Ca va deja.", "Ça va déjà."]),
        (
            "u dont, youre",
            ["you don't, youre", "you don't, you're", "U dont, youre.", "You don't, youre.", "You don't, you're."],
        ),
        ("Be nice.", []),
        ("Stop!", []),
        ("I said: “Stop”", []),
        ("don't", ["Don't."]),  # “n” and “t” within a word are none
        ("", []),
        ("  ", []),
    ],
)
def test_what_may_have_been_meant(typed: str, found: list[str]) -> None:
    assert readings(typed, QUESTIONS, SPELLINGS, chat="english") == [typed.strip(), *found]


def test_chat_spellings_are_those_of_its_language() -> None:
    assert readings("tu y vas", frozenset(), {}, chat="french") == ["tu y vas", "Tu y vas."]
    assert written_out("I luv u, n i miss ur cat", "english") == "I love you, and I miss you are cat"
    assert written_out("idk, u?", "english") == "I don't know, you?"
    assert written_out("c koi stp, c'est c4", "french") == "c'est quoi s'il te plaît, c'est c4"
    assert written_out("i u stp", "") == "i u stp"


INVERTED = frozenset({"peux-tu", "vas-tu", "où"})


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("peux tu venir", ["peux-tu venir", "Peux tu venir.", "Peux-tu venir.", "Peux-tu venir?"]),
        ("Comment vas tu?", ["Comment vas-tu?"]),
        ("tu vas", ["Tu vas."]),
        ("Tom, où es", ["Tom, où es.", "Tom, où es?"]),
    ],
)
def test_a_question_may_lack_its_hyphen_or_stand_behind_a_comma(typed: str, found: list[str]) -> None:
    assert readings(typed, INVERTED, {}, chat="french") == [typed, *found]


@given(st.text(max_size=30))
def test_the_text_itself_comes_first_and_nothing_twice(text: str) -> None:
    found = readings(text, QUESTIONS, SPELLINGS, chat="english")
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


def test_a_word_that_stands_as_it_is_typed_is_not_respelt() -> None:
    found = spellings_of(["à", "a", "déjà", "j'ai", "ou", "où", "Été"])
    assert found == {"deja": "déjà", "jai": "j'ai", "ete": "Été"}
    assert respelled("Jai deja a, ou zut", found) == "J'ai déjà a, ou zut"
