"""Word alignment: which word of a sentence translates which word of the other, learnt from the pairs alone.

IBM model 2 (Brown et al. 1993) with the prior of Dyer et al. 2013 (“fast_align”): a word stands about as far into its
sentence as its translation. All links of all sentences are one array, so that an iteration of expectation maximisation
is a handful of NumPy calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import Seq2SeqError
from ..language import tr

NULL = 0.08  # probability that a word translates none
DIAGONAL = 4.0  # how strongly words keep their places
ITERATIONS = 6


@dataclass(frozen=True)
class _Links:
    """Every pair (source word, target word) of every sentence; a row for each, those of one target word together."""

    starts: np.ndarray  # int (target words of all sentences,): each one's first row
    entry: np.ndarray  # int (rows,): number of the word pair in the table of translation probabilities
    place: np.ndarray  # int (rows,): of the source word in its sentence; -1: the empty word
    prior: np.ndarray  # float32 (rows,)
    source_of: np.ndarray  # int (entries,): source word of each word pair


def align(sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[np.ndarray]:
    """Per sentence int (target words,): place of the source word that each one most probably translates; -1: none.

    Raises:
        Seq2SeqError: the two sides are not equally long, or one has a sentence without words.
    """
    if len(sources) != len(targets) or not all(map(len, sources)) or not all(map(len, targets)):
        raise Seq2SeqError(tr("An alignment needs as many sentences on both sides, and a word in each."))
    if not sources:
        return []
    links = _links(_numbered(sources), _numbered(targets))
    lengths = np.diff(np.append(links.starts, len(links.entry)))
    table = np.ones(len(links.source_of), np.float64)
    for _ in range(ITERATIONS):
        joint = table[links.entry] * links.prior
        joint /= np.repeat(np.add.reduceat(joint, links.starts), lengths)  # expected links of each target word
        counts = np.bincount(links.entry, joint, len(table)) + 1e-9
        table = counts / np.bincount(links.source_of, counts)[links.source_of]
    joint = table[links.entry] * links.prior
    best = np.repeat(np.maximum.reduceat(joint, links.starts), lengths)
    winners = np.flatnonzero(joint >= best)
    # of several equally good links of one target word, the first
    owner = np.repeat(np.arange(len(lengths)), lengths)[winners]
    _, first = np.unique(owner, return_index=True)
    places = links.place[winners[first]]
    return np.split(places, np.cumsum([len(target) for target in targets])[:-1])


def _numbered(sentences: Sequence[Sequence[str]]) -> list[np.ndarray]:
    numbers: dict[str, int] = {}
    return [np.array([numbers.setdefault(word, len(numbers) + 1) for word in words]) for words in sentences]


def _links(sources: list[np.ndarray], targets: list[np.ndarray]) -> _Links:
    source_words, target_words, places, priors, widths = [], [], [], [], []
    shapes: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
    for source, target in zip(sources, targets, strict=True):
        n, m = len(source), len(target)
        if (n, m) not in shapes:
            where = np.tile(np.arange(-1, n), m)
            apart = np.abs((np.arange(n) + 0.5) / n - (np.arange(m)[:, None] + 0.5) / m)
            prior = np.exp(-DIAGONAL * apart)
            prior *= (1 - NULL) / prior.sum(axis=1, keepdims=True)
            prior = np.concatenate([np.full((m, 1), NULL), prior], axis=1)
            shapes[n, m] = where, prior.ravel().astype(np.float32)
        where, prior = shapes[n, m]
        source_words.append(np.tile(np.append(0, source), m))  # 0: the empty word
        target_words.append(np.repeat(target, n + 1))
        places.append(where)
        priors.append(prior)
        widths.append(np.full(m, n + 1))
    left = np.concatenate(source_words).astype(np.int64)
    right = np.concatenate(target_words)
    base = int(right.max()) + 1
    keys, entry = np.unique(left * base + right, return_inverse=True)
    starts = np.cumsum(np.concatenate(widths))
    starts = np.append(0, starts[:-1])
    return _Links(starts, entry.ravel(), np.concatenate(places), np.concatenate(priors), keys // base)


Alignment = frozenset[tuple[int, int]]  # (place in the source, place in the target)


def agreed(forward: np.ndarray, backward: np.ndarray) -> Alignment:
    """The links that both directions have; arguments as of `symmetric`."""
    return frozenset((int(i), j) for j, i in enumerate(forward) if i >= 0 and backward[i] == j)


def symmetric(forward: np.ndarray, backward: np.ndarray) -> Alignment:
    """Both directions made one: “grow-diag” of Koehn et al. 2003, what both have and the neighbours that one has.

    Args:
        forward: int (target words,), place of a source word or -1.
        backward: int (source words,), place of a target word or -1.
    """
    one = {(int(i), j) for j, i in enumerate(forward) if i >= 0}
    other = {(i, int(j)) for i, j in enumerate(backward) if j >= 0}
    found, either = one & other, one | other
    rows, columns = {i for i, _ in found}, {j for _, j in found}
    grown = len(found) < len(either)
    while grown:
        grown = False
        for i, j in sorted(either - found):
            if i in rows and j in columns:
                continue
            if any((i + a, j + b) in found for a in (-1, 0, 1) for b in (-1, 0, 1)):
                found.add((i, j))
                rows.add(i)
                columns.add(j)
                grown = True
    return frozenset(found)


def phrase_spans(
    alignment: Alignment, source_length: int, target_length: int, longest: int
) -> list[tuple[int, int, int, int]]:
    """Consistent phrase pairs (Koehn et al. 2003): no word of one side is linked to a word outside of the other.

    Args:
        longest: of the source side, in words.

    Returns:
        (first, last, first, last) word of source and target, counted from 0, as tight as the links allow.
    """
    low, high = [target_length] * source_length, [-1] * source_length
    back_low, back_high = [source_length] * target_length, [-1] * target_length
    for i, j in alignment:
        low[i], high[i] = min(low[i], j), max(high[i], j)
        back_low[j], back_high[j] = min(back_low[j], i), max(back_high[j], i)
    spans = []
    for first in range(source_length):
        if high[first] < 0:
            continue  # a tight span begins and ends with words that are linked
        start, end, least, most = target_length, -1, source_length, -1
        for last in range(first, min(source_length, first + longest)):
            if high[last] < 0:
                continue
            new_start, new_end = min(start, low[last]), max(end, high[last])
            for j in range(new_start, new_end + 1):
                if not start <= j <= end:
                    least, most = min(least, back_low[j]), max(most, back_high[j])
            start, end = new_start, new_end
            if least >= first and most <= last:
                spans.append((first, last, start, end))
    return spans
