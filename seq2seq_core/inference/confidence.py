"""Confidence: how sure a model may be of a whole translation, from what was measured on sentences it had not seen.

Temperature scaling: Guo et al. 2017 (arXiv:1706.04599). The softmax that is shown stays as the network computes it;
only what is said about the whole text is calibrated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..data.readings import spellings_of
from ..data.seen import SeenSentences
from ..data.splits import fold_sentence
from ..data.typos import count_words
from ..errors import Seq2SeqError
from ..files import write_atomically
from ..language import later, tr, tr_n
from ..layers.numerics import log_softmax
from ..shares import percent
from .trace import DecodeTrace

CONFIDENCE_FILE = "confidence.json"
SURE, UNSURE, GUESSING = "sure", "unsure", "guessing"
LEVELS = (later("Sure"), later("Unsure"), later("Guessing"))  # as they begin a sentence
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Level:
    """What was measured on the held-out texts of one level."""

    name: str  # SURE, UNSURE or GUESSING
    least: float  # log-probability in nats, from which a translation is of this level; -inf is written as null
    texts: int
    right: float  # share that came out word for word as a reference, but for case and marks
    chrf: float  # 0 to 100


@dataclass(frozen=True)
class Reliability:
    """How probable the likeliest next character was, and how often it was the reference's: one number a bin."""

    confidence: tuple[float, ...]  # mean of the bin
    accuracy: tuple[float, ...]
    count: tuple[int, ...]
    error: float  # expected calibration error: mean distance of the two, weighted by count


@dataclass(frozen=True)
class Calibration:
    """What `seq2seq calibrate` measured for one model, beside the model in `confidence.json`."""

    model: str
    temperature: float  # that the logits are divided by
    before: Reliability  # at temperature 1, on sentences the temperature was not fitted on
    after: Reliability  # at `temperature`, on the same
    auroc_before: float  # of the texts' probability, for right against wrong; 0.5: it tells nothing
    auroc: float
    levels: tuple[Level, ...]  # the surest first
    words: str  # every word of its training sources, and in how many of them: “tom 9120 i 8377 …”
    seen: str  # its training sources, as `SeenSentences.to_text`
    questions: str = ""  # words that begin questions in them, as `question_words` finds them
    exact: bool = False  # whether `seen` has them letter by letter: “Im sad” is another sentence to it than “I'm sad.”

    @cached_property
    def question_words(self) -> frozenset[str]:
        return frozenset(self.questions.split(" "))

    @cached_property
    def word_counts(self) -> dict[str, int]:
        values = self.words.split(" ")
        return dict(zip(values[::2], map(int, values[1::2]), strict=True))

    @cached_property
    def spellings(self) -> dict[str, str]:
        return spellings_of(self.word_counts)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Folded."""
        return frozenset(found for word in self.word_counts for found in source_words(word))

    @cached_property
    def seen_sentences(self) -> SeenSentences:
        return SeenSentences.from_text(self.seen, self.exact)

    def save(self, folder: Path) -> None:
        """Raises Seq2SeqError where nothing can be written into the folder."""
        values = asdict(self)
        for level in values["levels"]:
            level["least"] = None if level["least"] == -np.inf else level["least"]
        text = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
        write_atomically(folder / CONFIDENCE_FILE, text.encode())

    @classmethod
    def read(cls, folder: Path) -> Calibration | None:
        """What was measured for the model in a folder; None where nothing was.

        Raises:
            Seq2SeqError: the file is not a calibration.
        """
        path = folder / CONFIDENCE_FILE
        if not path.exists():
            return None
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Seq2SeqError(
                tr("{path} is not a calibration ({kind}: {error}).", path=path, kind=type(error).__name__, error=error)
            ) from None

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Calibration:
        levels = tuple(
            Level(**level | {"least": -np.inf if level["least"] is None else level["least"]})
            for level in values["levels"]
        )
        before, after = (
            Reliability(**dict[str, Any]({n: tuple(x) if isinstance(x, list) else x for n, x in values[side].items()}))
            for side in ("before", "after")
        )
        found = cls(**values | {"levels": levels, "before": before, "after": after})
        if not found.levels or not found.known_words or not found.seen_sentences:
            raise ValueError("no levels")
        return found


@dataclass(frozen=True)
class Confidence:
    """How sure the model may be of one translation."""

    level: str  # SURE, UNSURE or GUESSING
    log_probability: float  # nats, of the whole text, calibrated
    sentence: str  # the same in words, with what was measured


def confidence(trace: DecodeTrace, calibration: Calibration, read: str | None = None) -> Confidence:
    """What may be said of a translation: by how probable it is, and by whether its source or its words were in the
    data.

    Args:
        read: the source as the network reads it, its typography folded; None: as it stands.
    """
    score = text_score(trace.logits, trace.ids, calibration.temperature)
    level = next(level for level in calibration.levels if score >= level.least)
    if (trace.source if read is None else read) in calibration.seen_sentences:
        by_heart = tr("The sentence it read stood in its data: it may have learnt the answer by heart.")
        if level.name == GUESSING:
            by_heart = tr("Guessing, though the sentence it read stood in its data: it has not learnt its answer.")
        return Confidence(level.name, score, by_heart)
    words = source_words(trace.source)
    missing = [word for word in words if word not in calibration.known_words]
    if len(missing) > len(words) / 2:
        unlike = tr_n(
            "Guessing: nothing like this was in its data (its only word was not).",
            "Guessing: nothing like this was in its data ({missing} of its {count} words were not).",
            len(words),
            missing=len(missing),
        )
        return Confidence(GUESSING, score, unlike)
    measured = tr(
        "{level}: of unseen sentences that it was as sure of, {share} came out word for word as somebody had "
        "translated them.",
        level=tr(level.name.capitalize()),
        share=percent(level.right),
    )
    return Confidence(level.name, score, measured)


def text_score(logits: np.ndarray, ids: np.ndarray, temperature: float) -> float:
    """Log-probability in nats of a text, its end included.

    Args:
        logits: (steps, target vocabulary).
        ids: (steps,), the tokens written.
    """
    scaled = log_softmax(logits.astype(np.float64) / temperature)
    return float(scaled[np.arange(len(ids)), ids].sum())


def source_words(text: str) -> list[str]:
    """The words of a text, folded: numbers and marks are none."""
    return _WORD.findall(fold_sentence(text))


def all_words(texts: Iterable[str]) -> str:
    """As `Calibration.words`."""
    return " ".join(f"{word} {count}" for word, count in count_words(texts).items())
