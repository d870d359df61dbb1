"""Many sentences at once, without traces: for scores, where only the texts and their probabilities count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..data.pairs import Pair
from ..data.vectorization import pad_ids
from ..decoding.loop_guard import GuardedGreedy
from ..layers.numerics import log_softmax
from ..models import DecoderState

if TYPE_CHECKING:
    from .translator import Translator

BATCH = 256  # sentences stepped together; more gains nothing on two cores


def translate_batch(model: Translator, texts: Sequence[str], mend: bool = True) -> Iterator[tuple[int, str]]:
    """(index, greedy translation) of each text, in the order they are done.

    Args:
        mend: as for `Translator.translate`.

    Raises:
        Seq2SeqError: a text the model cannot read.
    """
    sources = [model.source_ids(text) for text in (model.all_mended(texts) if mend else texts)]
    for rows in by_length([len(ids) for ids in sources]):
        for row, written in zip(rows, write_all(model, [sources[row] for row in rows]), strict=True):
            yield row, model.vocabularies.target.decode(written)


def translations(
    model: Translator, texts: Sequence[str], method: str, beam_width: int, mend: bool = True
) -> Iterator[tuple[int, str]]:
    """The same by any method: greedily in batches, else one by one, in their order.

    Raises:
        Seq2SeqError: as `Translator.translate`.
    """
    if method == "greedy":
        yield from translate_batch(model, texts, mend)
    else:
        for index, text in enumerate(texts):
            yield index, model.translate(text, method, beam_width=beam_width, mend=mend).text


def log_probabilities(model: Translator, pairs: Sequence[Pair]) -> list[np.ndarray]:
    """Per pair float64 (target tokens + 1,): log-probability in nats of each reference token and the end,
    teacher-forced. Shorter where the network writes a fixed number of tokens, or no end.

    Raises:
        Seq2SeqError: a source the model cannot read.
    """
    result: list[np.ndarray] = [np.empty(0)] * len(pairs)
    for row, logits, ids in teacher_forced_logits(model, pairs):
        result[row] = log_softmax(logits.astype(np.float64))[np.arange(len(ids)), ids]
    return result


def teacher_forced_logits(model: Translator, pairs: Sequence[Pair]) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(index, logits float32 (steps, target vocabulary) while the reference is fed, its ids (steps,)) of each pair, in
    the order they are done; the steps are those that `log_probabilities` counts.

    Raises:
        Seq2SeqError: a source the model cannot read.
    """
    sources = [model.source_ids(pair.source) for pair in pairs]
    limits = [model.bounds(len(source)) for source in sources]
    ends = [limit.end_id for limit in limits[:1] if model.kind.claims.writes_end]
    targets = [
        np.array([*model.vocabularies.target.encode(pair.target), *ends][: model.network.steps(len(source))], int)
        for pair, source in zip(pairs, sources, strict=True)
    ]
    for rows in by_length([len(ids) for ids in sources]):
        state = _read(model, [sources[row] for row in rows])
        ids = pad_ids([targets[row] for row in rows])  # (rows, steps)
        previous = np.full(len(rows), limits[0].start_id)
        found = np.empty((*ids.shape, model.network.target_size), np.float32)
        for step in range(ids.shape[1]):
            state, found[:, step] = model.network.step(state, previous)
            previous = np.maximum(ids[:, step], 0)
        for row, logits in zip(rows, found, strict=True):
            yield int(row), logits[: len(targets[row])], targets[row]


def by_length(lengths: Sequence[int] | np.ndarray, batch: int = BATCH) -> Iterator[np.ndarray]:
    """Row numbers in groups of similar length."""
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), batch):
        yield order[start : start + batch]


def _read(model: Translator, sources: Sequence[Sequence[int]]) -> DecoderState:
    lengths = np.array([len(source) for source in sources])  # padding that is read is part of a source
    return model.network.initial_state(model.network.encode(pad_ids(sources), lengths))


def write_all(model: Translator, sources: Sequence[Sequence[int]]) -> list[list[int]]:
    """The ids of the greedy translation of each source, all stepped together.

    Args:
        sources: ids, as `Translator.source_ids` gives them.
    """
    return [ids for ids, _ in write_scored(model, sources)]


def write_scored(model: Translator, sources: Sequence[Sequence[int]]) -> list[tuple[list[int], float]]:
    """The same, and the log-probability in nats that the network gives each."""
    state = _read(model, sources)
    limits = [model.bounds(len(source)) for source in sources]
    max_steps, end_id = np.array([limit.max_steps for limit in limits]), limits[0].end_id
    guarded = [GuardedGreedy(limit.guard) for limit in limits if limit.guard]  # of all or of none
    written: list[list[int]] = [[] for _ in sources]
    scores = np.zeros(len(sources))
    open_rows, previous = np.arange(len(sources)), np.full(len(sources), limits[0].start_id)
    for step in range(1, max_steps.max() + 1):
        state, logits = model.network.step(state, previous)
        previous = logits.argmax(axis=1)
        if guarded:
            previous = np.array([guarded[row].choose(values) for row, values in zip(open_rows, logits, strict=True)])
        scores[open_rows] += log_softmax(logits)[np.arange(len(previous)), previous]
        for row, token_id in zip(open_rows, previous, strict=True):
            written[row].append(int(token_id))
        going_on = np.flatnonzero((previous != end_id) & (max_steps[open_rows] > step))
        if not len(going_on):
            break
        if len(going_on) < len(previous):  # what has ended is not stepped on
            state, previous, open_rows = state.select(going_on), previous[going_on], open_rows[going_on]
    return list(zip(written, map(float, scores), strict=True))
