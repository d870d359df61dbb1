"""What units know: which tell where some characters are being read, and what drives one of them hardest.

LSTMVis' question (Strobelt et al. 2018, arXiv:1606.07461), answered by a rank statistic: the AUROC of a unit's h, or of
its c or a gate, the probability that it is higher at a place inside the characters than at one outside (Mann & Whitney
1947). Units are chosen on one half of the shipped sentences and judged on the other; beside it stands what the best of
all units reaches there by chance, when the places are shifted along the sentences.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..data.vectorization import pad_ids
from ..inference.translate_many import by_length
from ..inference.translator import Translator
from .shipped_sentences import shipped_sentences
from .spans import marked

BATCH = 64  # sentences read together: their gates are kept while they are
FEWEST = 100  # a span that occurs less often is found by some unit or other
SHIFTS = 20
BEST = 10  # units
DRIVERS = 3  # sentences that drive a unit highest, and lowest


@dataclass(frozen=True, eq=False)
class Places:
    """Every place of some sentences, one behind the other, and where each unit ranks there among them."""

    tokens: tuple[tuple[str, ...], ...]  # of each sentence, in the order in which they are read
    ranks: np.ndarray  # float32 (places, units), from 1; equals share the mean of theirs

    def inside(self, span: Sequence[str]) -> tuple[np.ndarray, int]:
        """(bool (places,): where a span is being read; how often it stands there)."""
        found = [marked(tokens, span) for tokens in self.tokens]
        return np.concatenate([marks for marks, _ in found]), sum(times for _, times in found)


@dataclass(frozen=True)
class FoundUnit:
    """A unit that was chosen on one half of the sentences."""

    unit: int
    chosen: float  # its AUROC there
    held_out: float  # on the other half: 0.5 tells nothing, 1 is always higher inside, 0 always lower


@dataclass(frozen=True)
class Answer:
    """What the units know of a span."""

    times: int  # how often it stands in the sentences
    units: tuple[FoundUnit, ...]  # best first; none where it stands too seldom
    chance: float  # the best of all units on the other half, its places shifted: the highest of some tries


def auroc(ranks: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """float64 (units,): the probability that a unit is higher at a place inside than at one outside.

    Args:
        ranks: float32 (places, units).
        inside: bool (places,), neither all nor none.
    """
    within = int(inside.sum())
    above = ranks[inside].sum(axis=0, dtype=np.float64) - within * (within + 1) / 2
    return above / (within * (len(inside) - within))


def ranked(values: np.ndarray) -> np.ndarray:
    """Ranks of each column from 1, float32 (places, units); equals share the mean of theirs."""
    found = np.empty(values.shape, np.float32)
    for unit, column in enumerate(values.T):
        _, group, sizes = np.unique(column, return_inverse=True, return_counts=True)
        found[:, unit] = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return found


def units_of(halves: tuple[Places, Places], span: Sequence[str]) -> Answer:
    """Which units tell a span: chosen on the first half, judged on the second."""
    (first, before), (second, after) = (half.inside(span) for half in halves)
    times = before + after
    if times < FEWEST or not all(0 < marks.sum() < len(marks) for marks in (first, second)):
        return Answer(times, (), 0.0)
    chosen, judged = auroc(halves[0].ranks, first), auroc(halves[1].ranks, second)
    best = np.argsort(-np.abs(chosen - 0.5), kind="stable")[:BEST]
    rng = random.Random(0)
    chance = max(
        float(np.abs(auroc(halves[1].ranks, np.roll(second, rng.randrange(1, len(second)))) - 0.5).max())
        for _ in range(SHIFTS)
    )
    return Answer(
        times, tuple(FoundUnit(int(unit), float(chosen[unit]), float(judged[unit])) for unit in best), 0.5 + chance
    )


@dataclass(frozen=True, eq=False)
class Driver:
    """A shipped sentence, and what it does to a unit."""

    tokens: tuple[str, ...]  # as they are read
    values: np.ndarray  # float32 (tokens,)


def drivers(model: Translator, layer: int, part: str, unit: int) -> tuple[list[Driver], list[Driver]]:
    """The shipped sentences that drive a unit of the encoder highest, and lowest, the hardest first; 3 of each.

    Args:
        layer: counted from 0 at the bottom.
    """
    halves, rows = read_places(model, layer, part), _rows(model)
    candidates: list[set[int]] = [set(), set()]
    for first, half in enumerate(halves):
        of = np.repeat(np.arange(len(half.tokens)), [len(tokens) for tokens in half.tokens])
        ranks = half.ranks[:, unit]
        for side, order in zip(candidates, (np.argsort(-ranks, kind="stable"), np.argsort(ranks)), strict=True):
            side.update(list(dict.fromkeys((2 * of[order[:1000]] + first).tolist()))[:DRIVERS])
    found = []
    for side, sign in zip(candidates, (1, -1), strict=True):
        numbers = sorted(side)
        read = _read(model, [rows[number] for number in numbers], layer, part)
        tokens = [halves[number % 2].tokens[number // 2] for number in numbers]
        driven = [Driver(one, values[:, unit]) for one, values in zip(tokens, read, strict=True)]
        found.append(sorted(driven, key=lambda one: -float((sign * one.values).max()))[:DRIVERS])
    return found[0], found[1]


def _rows(model: Translator) -> list[list[int]]:
    """The shipped sentences' ids."""
    return [model.source_ids(one.text) for kind in shipped_sentences(model).values() for one in kind]


def _read(model: Translator, rows: list[list[int]], layer: int, part: str) -> list[np.ndarray]:
    """What a layer of the encoder does at each place of some sentences, float32 (places, units) each, padding that is
    read left out."""
    padding = model.vocabularies.source.ids[" "] if model.config.source_padding == "space" else -1
    read = [next((n for n in range(len(ids), 0, -1) if ids[n - 1] != padding), 1) for ids in rows]
    lengths = np.array([len(ids) for ids in rows])
    found: list[np.ndarray] = [np.empty(0)] * len(rows)
    names = model.network.encoder_layers[layer].gates
    for batch in by_length(lengths, BATCH):
        reading = model.network.encode(pad_ids([rows[row] for row in batch]), lengths[batch]).layers[layer]
        values = reading.gates[:, :, names.index(part)].swapaxes(0, 1) if part in names else reading.h
        if part == "c" and reading.c is not None:
            values = reading.c
        for row, each in zip(batch, values, strict=True):
            found[row] = each[: read[row]].copy()
    return found


@lru_cache(maxsize=2)  # some 35 MB each
def read_places(model: Translator, layer: int, part: str) -> tuple[Places, Places]:
    """Every second of the shipped sentences and the others, as a layer of the encoder reads them.

    Args:
        layer: counted from 0 at the bottom.
        part: h, c or one of its gates.
    """
    rows, vocabulary = _rows(model), model.vocabularies.source
    values = _read(model, rows, layer, part)
    halves = []
    for first in (0, 1):
        tokens = tuple(
            tuple(vocabulary.tokens[token] for token in ids[: len(read)])
            for ids, read in zip(rows[first::2], values[first::2], strict=True)
        )
        halves.append(Places(tokens, ranked(np.concatenate(values[first::2]))))
    return halves[0], halves[1]
