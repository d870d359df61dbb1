"""The course: each lesson a file here and a line below, in the order in which it is taught."""

from __future__ import annotations

from seq2seq_core import Seq2SeqError
from seq2seq_core.language import tr

from .attention import ATTENTION
from .base import Lesson, texts
from .by_heart import BY_HEART
from .characters import CHARACTERS
from .choosing import CHOOSING
from .exposure import EXPOSURE
from .from_text_to_text import FROM_TEXT_TO_TEXT
from .instruments import QUESTIONS
from .one_vector import BOTTLENECK
from .reading_and_writing import READING_AND_WRITING
from .state import STATE
from .teacher_forcing import TEACHER_FORCING
from .variants import VARIANTS
from .your_own import YOUR_OWN

__all__ = ["LESSONS", "Lesson", "lesson_of", "starts_at", "texts"]

LESSONS: dict[str, Lesson] = {
    lesson.name: lesson
    for lesson in (
        FROM_TEXT_TO_TEXT,
        CHARACTERS,
        STATE,
        READING_AND_WRITING,
        TEACHER_FORCING,
        BY_HEART,
        CHOOSING,
        EXPOSURE,
        BOTTLENECK,
        ATTENTION,
        VARIANTS,
        QUESTIONS,
        YOUR_OWN,
    )
}


def lesson_of(name: str) -> Lesson:
    """By its name or its number, as it stands in a link; "": the first one.

    Raises:
        Seq2SeqError: there is no such lesson.
    """
    lessons = list(LESSONS.values())
    if name.isascii() and name.isdigit() and 1 <= int(name[:6]) <= len(lessons):
        return lessons[int(name[:6]) - 1]
    if name and name not in LESSONS:
        given = name if len(name) <= 40 else f"{name[:40]}…"
        raise Seq2SeqError(
            tr(
                "There is no lesson {given}: it is a number up to {count}, or one of {names}.",
                given=repr(given),
                count=len(lessons),
                names=", ".join(LESSONS),
            )
        )
    return LESSONS[name] if name else lessons[0]


def starts_at(name: str) -> int:
    """The minute of the 45 at which a lesson begins."""
    names = list(LESSONS)
    return sum(lesson.minutes for lesson in list(LESSONS.values())[: names.index(name)])
