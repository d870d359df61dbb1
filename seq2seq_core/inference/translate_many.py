"""Many sentences at once, without traces: for scores, where only the texts and their probabilities count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..data.pairs import Pair
from ..data.vectorization import pad_ids
from ..decoding.base import log_softmax
from ..layers.attention import Memory
from ..layers.stack import read
from .translator import DecoderState, Translator

BATCH = 256  # sentences stepped together; more gains nothing on two cores


def translate_batch(model: Translator, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(index, greedy translation) of each text, in the order they are done.

    Raises:
        Seq2SeqError: a text the model cannot read.
    """
    sources = [model.source_ids(text) for text in texts]
    for rows in _by_length([len(ids) for ids in sources]):
        for row, written in zip(rows, _write(model, _read(model, [sources[row] for row in rows])), strict=True):
            yield row, model.vocabularies.target.decode(written)


def log_probabilities(model: Translator, pairs: Sequence[Pair]) -> list[np.ndarray]:
    """Per pair float64 (target tokens + 1,): log-probability in nats of each reference token and the end,
    teacher-forced.

    Raises:
        Seq2SeqError: a source the model cannot read.
    """
    sources = [model.source_ids(pair.source) for pair in pairs]
    targets = [[*model.vocabularies.target.encode(pair.target), model.end_id] for pair in pairs]
    result: list[np.ndarray] = [np.empty(0)] * len(pairs)
    for rows in _by_length([len(ids) for ids in sources]):
        state = _read(model, [sources[row] for row in rows])
        ids = pad_ids([targets[row] for row in rows])  # (rows, steps)
        steps = ids.shape[1] if model.network.repeats is None else min(ids.shape[1], model.network.repeats)
        found = np.empty((len(rows), steps))
        previous = np.full(len(rows), model.start_id)
        for step in range(steps):
            state, logits = model.step(state, previous)
            previous = np.maximum(ids[:, step], 0)
            found[:, step] = log_softmax(logits.astype(np.float64))[np.arange(len(rows)), previous]
        for row, values in zip(rows, found, strict=True):
            result[row] = values[: len(targets[row])]
    return result


def _by_length(lengths: Sequence[int]) -> Iterator[np.ndarray]:
    """Row numbers in groups of similar length."""
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _read(model: Translator, sources: Sequence[Sequence[int]]) -> DecoderState:
    lengths = np.array([len(source) for source in sources])  # padding that is read is part of a source
    ids = pad_ids(sources)
    readings, _ = read(model.network, ids, lengths)
    shorter = np.arange(ids.shape[1]) >= lengths[:, None]
    memory = Memory(readings[-1].h, shorter if shorter.any() else None)
    return model.hand_over(tuple((reading.last_h, reading.last_c) for reading in readings), memory)


def _write(model: Translator, state: DecoderState) -> list[list[int]]:
    rows = len(state.states[0][0])
    written: list[list[int]] = [[] for _ in range(rows)]
    open_rows, previous = np.arange(rows), np.full(rows, model.start_id)
    for _ in range(model.max_steps):
        state, logits = model.step(state, previous)
        previous = logits.argmax(axis=1)
        for row, token_id in zip(open_rows, previous, strict=True):
            written[row].append(int(token_id))
        going_on = np.flatnonzero(previous != model.end_id)
        if not len(going_on):
            break
        if len(going_on) < len(previous):  # what has ended is not stepped on
            state, previous, open_rows = state.select(going_on), previous[going_on], open_rows[going_on]
    return written
