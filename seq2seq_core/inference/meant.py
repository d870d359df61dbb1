"""Meant: of what a text may stand for, the reading whose greedy translation the network finds the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..data.readings import readings
from ..data.typos import mend_typos
from .translate_many import by_length, write_scored

if TYPE_CHECKING:
    from .translator import Translator


def meant(model: Translator, texts: Sequence[str]) -> list[str]:
    """Each text as it is read; as it was given where nothing speaks for another reading.

    Raises:
        Seq2SeqError: a text that the model cannot read.
    """
    known = model.calibration
    if known is None or not model.mends:
        return [*texts]
    result = [*texts]
    others: list[tuple[int, str]] = []  # (row of the text, reading) where there are several
    for row, text in enumerate(texts):
        read = model.read_as(text)
        mended = mend_typos(read, known.word_counts, known.known_words)
        found = readings(mended, known.question_words, known.spellings, model.config.typed_views)
        result[row] = text if mended == read else mended
        # what is longer than anything it was trained on is a guess, whatever is read
        if len(found) > 1 and len(model.vocabularies.source.split(mended)) < model.vocabularies.max_source_length:
            others += [(row, result[row] if reading == mended else reading) for reading in found]
    sources = [model.source_ids(reading) for _, reading in others]
    best = dict.fromkeys((row for row, _ in others), -np.inf)
    for numbers in by_length([len(ids) for ids in sources]):
        scored = write_scored(model, [sources[number] for number in numbers])
        for number, (_, log_probability) in zip(numbers, scored, strict=True):
            row, reading = others[number]
            if log_probability > best[row]:
                best[row], result[row] = log_probability, reading
    return result
