"""What a lesson is: texts, and views prepared for it. Data alone: how it looks on screen is the Learn tab's, which
translates the texts, too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from seq2seq_core import DecodeTrace
from seq2seq_core.charts import Figure
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..links import Link

MOST_FIGURES = 3  # of a view


@dataclass(frozen=True, eq=False)
class Shown:
    """What a view puts on screen."""

    trace: DecodeTrace | None = None  # its strips, and the cursor that the figures follow
    says: bool = True  # whether the trace's text is a translation, and not what was given
    what_if: bool = False  # whether another character can be forced
    way_back: bool = False  # whether what was forced can be taken back
    diagram: bool = False  # whether the network is drawn at work
    figures: tuple[Figure, ...] = ()
    table: dict[str, Any] | None = None  # as components.Table takes it
    step: int = 0  # where the cursor stands first


@dataclass(frozen=True)
class LiveView(ABC):
    """One view of a lesson; each kind is a class of views.py."""

    label: str  # on its button, where a lesson has several
    text: str = field(default="", kw_only=True)  # what stands in its field first; "": it has no field
    asks: str = field(
        default=f"A sentence of your own, up to {MAX_SOURCE_TOKENS} characters", kw_only=True
    )  # its label

    @abstractmethod
    def look(self, text: str, step: int, prefix: str) -> Shown:
        """Of this text, which is `text` where there is no field.

        Args:
            step: where the cursor is to stand.
            prefix: what is forced, where the view has a what-if.

        Raises:
            Seq2SeqError: a text that cannot be read.
        """

    def opens(self, text: str) -> tuple[str, Link] | None:
        """(label, the same view in another tab), with all that a lesson leaves away; None: nowhere."""
        return None

    def texts(self) -> Iterator[str]:
        """Those that are its own, in English."""
        yield self.label
        if self.text:
            yield self.asks


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One screen of the course. In its texts, `so` is set as code."""

    name: str  # in links, for ever
    title: str
    sentences: tuple[str, str, str]
    views: tuple[LiveView, ...]
    tries: tuple[str, ...]  # what to do, one thing after the other
    question: str
    answer: str
    source: str  # the paper
    minutes: int  # of the 45; 0: for those who have more time
    notes: tuple[str, ...]  # the teacher's
    measured: str = ""  # how the numbers in it were found
    opens: tuple[tuple[str, Link], ...] = ()  # (label, view) of another tab, beside what the views open themselves


def texts(lesson: Lesson) -> Iterator[str]:
    """All that is to be read of a lesson, in English: what a catalogue has to hold."""
    yield from (lesson.title, *lesson.sentences, *lesson.tries, lesson.question, lesson.answer, lesson.source)
    if lesson.measured:
        yield lesson.measured
    yield from lesson.notes
    yield from (label for label, _ in lesson.opens)
    for view in lesson.views:
        yield from view.texts()
