"""Answers: what the page and programs are shown of a link, computed to bytes.

Each is named here. Nothing in this folder knows Gradio, so that any process can answer (server/decoders.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import orjson

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts.numbers import numbers
from seq2seq_core.language import ENGLISH, speaking, spoken

from ..links import Comparison, Learning, Link, Looking, View
from ..visitors import YOURS
from .base import Screen
from .compare import columns
from .inside import looked
from .learn import lesson_view
from .programs import explained, translated
from .translate import chart_numbers, stage

LinkT = TypeVar("LinkT", bound=Link)
EXCEL = "utf-8-sig"  # the byte order mark by which Excel knows UTF-8


@dataclass(frozen=True)
class Question:
    """What is asked for, and of which link. Two that are equal have the same answer."""

    name: str  # of ANSWERS
    query: str  # of the link
    models: tuple[str, ...] = ()  # of visitors, that it is about
    language: str = ENGLISH  # that the answer is in

    @classmethod
    def of(cls, name: str, link: Link) -> Question:
        return cls(name, link.to_query(), tuple(model for model in link.names if model.startswith(YOURS)), spoken())

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Question:
        values = json.loads(data)
        return cls(values["name"], values["query"], tuple(values["models"]), values["language"])


def _screen(kind: type[LinkT], show: Callable[[LinkT], Screen]) -> Callable[[str], bytes]:
    def shown(query: str) -> bytes:
        try:
            return show(kind.made_of(query)).to_json()
        except Seq2SeqError as error:
            return Screen.refused(error).to_json()

    return shown


def _made(kind: type[LinkT], make: Callable[[LinkT], Any]) -> Callable[[str], bytes]:
    """Raises Seq2SeqError as `make` does."""
    return lambda query: make(kind.made_of(query))


def _numbers(looking: Looking) -> bytes:
    """What cannot be is said in the visitor's language; the table, as every file, is in English."""
    trace = looking.translate()
    with speaking(ENGLISH):
        return numbers(looking.figure(trace)).encode(EXCEL)


def _chart_numbers(view: View) -> bytes:
    """As a file, in English, whoever asks."""
    with speaking(ENGLISH):
        return chart_numbers(view).encode(EXCEL)


ANSWERS: dict[str, Callable[[str], bytes]] = {
    # a tab's, by its name in links
    View.tab: _screen(View, stage),
    Comparison.tab: _screen(Comparison, columns),
    Looking.tab: _screen(Looking, looked),
    Learning.tab: _screen(Learning, lesson_view),
    # a program's
    "translated": _made(View, lambda view: orjson.dumps(translated(view))),
    "explained": _made(View, lambda view: orjson.dumps(explained(view))),
    # files
    "trace.json": _made(View, lambda view: view.translate().to_json()),
    "trace.csv": _made(View, lambda view: view.translate().to_csv().encode(EXCEL)),
    "chart.csv": _made(View, _chart_numbers),
    "inside.csv": _made(Looking, _numbers),
}
# these may take seconds
SLOW = frozenset({Looking.tab, "explained", "trace.json", "trace.csv", "chart.csv", "inside.csv"})


def answer(question: Question) -> bytes:
    """Computed here and now. Raises Seq2SeqError for what a program asked and cannot be."""
    with speaking(question.language):
        return ANSWERS[question.name](question.query)


__all__ = ["ANSWERS", "SLOW", "Question", "Screen", "answer"]
