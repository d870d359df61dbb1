"""What an answer to the page is, and the values that its small components take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from seq2seq_core import DecodeTrace
from seq2seq_core.inference.confidence import Confidence
from seq2seq_core.insights.round_trip import RoundTrip
from seq2seq_core.language import tr, tr_n

from ..library import pretrained
from ..packing import Packed, pack


@dataclass(frozen=True)
class Screen:
    """What a tab shows of a link."""

    query: str  # of what it shows; "": nothing, and the notice says why
    parts: Mapping[str, Packed]  # by what the tab calls its components

    def to_json(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, data: bytes) -> Screen:
        values = orjson.loads(data)
        return cls(values["query"], {name: Packed(value) for name, value in values["parts"].items()})

    @classmethod
    def of(cls, query: str, **parts: Any) -> Screen:
        """Packs the parts."""
        return cls(query, {name: pack(value) for name, value in parts.items()})

    @classmethod
    def refused(cls, sentence: object) -> Screen:
        """What was there before stays, dimmed."""
        return cls.of("", notice=stale(sentence))


def stale(sentence: object) -> dict[str, Any]:
    """A Notice's value for what could not be done: the results on screen belong to what was asked before."""
    return {"stale": tr("{sentence} Below, dimmed, is what was there before.", sentence=sentence)}


def line(text: str, language: str, notes: Sequence[str] = (), confidence: Confidence | None = None) -> dict[str, Any]:
    """A Translation's value.

    Args:
        text: what was written.
        language: its code (BCP 47), for screen readers and voices; "" where it is in none, or not known.
        notes: a word or a few each, that stand beside it.
        confidence: how sure the network may be; None: nothing is said.
    """
    sure = confidence and {"level": confidence.level, "sentence": confidence.sentence}
    return {"text": text, "language": language, "notes": list(notes), "confidence": sure}


def word_under_word(result: RoundTrip, language: str) -> dict[str, Any]:
    """A RoundTrip's value.

    Args:
        language: code of what was typed.
    """
    words = len(result.typed.split())
    kept = round(result.kept * words)
    return {
        "pieces": [{"same": piece.same, "typed": piece.typed, "back": piece.back} for piece in result.pieces],
        "language": language,
        "help": tr_n(
            "{count} of {words} words came back. What is underlined differs: lost, or said in another way, on the "
            "way there or on the way back.",
            "{count} of {words} words came back. What is underlined differs: lost, or said in another way, on the "
            "way there or on the way back.",
            kept,
            words=words,
        ),
    }


def translation(trace: DecodeTrace) -> dict[str, Any]:
    """The line of text, with what must be known before it is believed."""
    model = pretrained(trace.model)
    guess = model.beyond(trace.source) != ""
    notes = [tr("a guess")] if guess else []
    if trace.decoding.method == "sample":
        notes.append(tr("drawn at random (seed {seed})", seed=trace.decoding.seed))
    if trace.forced:
        notes.append(tr("its beginning was forced"))
    return line(trace.text, model.languages[1], notes, None if guess else model.confidence(trace))


def remarks(trace: DecodeTrace, token: str, typed: str) -> str:
    """What a visitor should know about this translation of what they typed, or ""."""
    sentences = []
    if trace.source != typed:
        sentences.append(tr("It read “{text}”, which it takes for what you meant.", text=trace.source))
    sentences += pretrained(trace.model).remarks_on_tokens(trace.source)
    if guess := pretrained(trace.model).beyond(trace.source):
        sentences.append(guess)
    if trace.reversed:
        sentences.append(tr("This model reads from the end to the beginning (an idea of Sutskever et al. 2014)."))
    if not trace.finished:
        if token == "word":
            limit = tr("It did not end the sentence within its limit of {most} words.", most=len(trace))
        else:
            limit = tr("It did not end the sentence within its limit of {most} characters.", most=len(trace))
        sentences.append(limit)
    return " ".join(sentences)
