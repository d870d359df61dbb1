"""The course in another language: nothing of a lesson is shown that has not been translated."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from seq2seq_core import language
from seq2seq_core.language import speaking
from seq2seq_ui.lessons import LESSONS, Lesson, lesson_of, texts
from seq2seq_ui.lessons.base import LiveView
from seq2seq_ui.links import Learning
from seq2seq_ui.tabs import learn


class Marked(dict[str, str]):
    """A catalogue that has every text, in brackets."""

    def get(self, text: str, default: Any = None) -> str:
        return f"⟦{text}⟧"


@pytest.fixture
def brackets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    catalogue = language.Catalogue(Marked(), {}, {}, "0", ",", " ")
    monkeypatch.setattr(language, "languages", lambda: ("en", "xx"))
    monkeypatch.setattr(language, "catalogue", lambda _: catalogue)
    with speaking("xx"):
        yield


def strings(value: Any) -> Iterator[str]:
    """All that are in it, but for names and links."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in ("name", "query", "link"):
                yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def has_words(view: LiveView) -> bool:
    """Whether its charts and tables show texts of the lesson's."""
    return {*view.texts()} > {*LiveView.texts(view)}


@pytest.mark.usefixtures("brackets")
@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_every_text_of_a_lesson_is_translated_before_it_is_shown(lesson: Lesson) -> None:
    links = [Learning(lesson.name, view) for view in range(len(lesson.views))]
    printed = [each for each in learn._handout() if each["title"] == f"⟦{lesson.title}⟧"]
    words = [learn._asked(lesson), learn._choices(lesson), printed, *(learn._told(lesson, link) for link in links)]
    words = [text for text in strings(words) if text]
    assert [text for text in words if not text.startswith("⟦")] == []
    tab = SimpleNamespace(text="text", button="button")
    words += [learn.LearnTab._field(tab, link)["text"]["label"] for link in links]  # type: ignore
    for view in filter(has_words, lesson.views):
        shown = view.look(view.text, 0, "")
        words += [*strings(shown.table), *strings(shown.figures)]
    together = "\n".join(words)
    assert [text for text in texts(lesson) if f"⟦{text}⟧" not in together] == []


def test_the_walk_finds_the_words_of_every_kind_of_view() -> None:
    found = {*texts(lesson_of("learning-by-heart")), *texts(lesson_of("variants")), *texts(lesson_of("one-vector"))}
    assert {
        "Two recipes (recorded)",
        "the fast recipe",
        "unseen, chrF",
        "718,173",
        "Quality by length (measured)",
    } < found
    assert any(text.startswith("How close the translations come") for text in found)
