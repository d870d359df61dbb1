"""Calibration: does a probability of 90 % mean right nine times in ten?

A model's probabilities are measured on sentences it has not seen, one temperature is fitted that makes them truer, and
whole translations are sorted into sure, unsure and guessing by what came out.
Source: Guo et al. 2017 (arXiv:1706.04599), sections 2 and 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sacrebleu.metrics import CHRF

from ..charts.base import DataChart, Figure
from ..charts.style import BLUE, GREY, ORANGE, share_ticks
from ..data.pairs import Pair, references_by_source
from ..data.readings import question_words
from ..data.seen import SeenSentences
from ..data.splits import fold_sentence
from ..data.training_data import folded_as_trained
from ..data.typed_views import typed_epoch
from ..decimals import decimal
from ..errors import Seq2SeqError
from ..inference.confidence import (
    GUESSING,
    SURE,
    UNSURE,
    Calibration,
    Level,
    Reliability,
    all_words,
    text_score,
)
from ..inference.translate_many import teacher_forced_logits, translate_batch
from ..inference.translator import Translator
from ..language import tr
from ..layers.numerics import log_softmax, softmax
from ..shares import percent

BINS = 15  # of the same width, as in the paper
RIGHT_WHERE_SURE = 0.6  # share of the sure translations that are word for word a reference's
RIGHT_WHERE_GUESSING = 0.01


def calibrate(model: Translator, unseen: Sequence[Pair], training: Sequence[Pair]) -> Calibration:
    """Fits on every second sentence and reports on the others.

    Whole texts are judged as written and, where the model was trained on typed views, as typed, too.

    Args:
        unseen: pairs whose sources the model was not trained on.
        training: what it was trained on.

    Raises:
        Seq2SeqError: there are fewer than 50 unseen sentences.
    """
    unseen = folded_as_trained(model.config, unseen)
    references = references_by_source(unseen)
    sources = list(references)
    if len(sources) < 50:
        raise Seq2SeqError(f"{len(sources)} sentences are too few to calibrate with: 50 or more were expected.")
    words = all_words(pair.source for pair in training)
    exact = not model.config.typed_views
    read = (model.read_as(pair.source) if exact else pair.source for pair in training)
    seen = SeenSentences.of(read, exact).to_text()
    questions = " ".join(question_words(pair.source for pair in training))
    nothing = Reliability((), (), (), 0.0)
    known = Calibration(model.name, 1.0, nothing, nothing, 0.0, 0.0, (), words, seen, questions, exact)
    reader = Translator(model.config, model.vocabularies, model.network, calibration=known)  # as it will be read
    fitted = set(sources[::2])
    parts = [[pair for pair in unseen if (pair.source in fitted) == side] for side in (True, False)]
    logits, targets = _characters(model, parts[0])
    temperature = fit_temperature(logits, targets)
    logits, targets = _characters(model, parts[1])
    before, after = reliability(logits, targets, 1.0), reliability(logits, targets, temperature)

    texts = [*sources, *(typed_epoch(sources, model.config.typed_views, 0, 1) if model.config.typed_views else ())]
    texts = reader.all_mended(texts)
    written = dict(translate_batch(model, texts, mend=False))
    judged = [Pair(text, written[row]) for row, text in enumerate(texts)]
    of = [references[sources[row % len(sources)]] for row in range(len(texts))]
    scores, raw = np.empty(len(texts)), np.empty(len(texts))
    for row, logits, ids in teacher_forced_logits(model, judged):
        scores[row], raw[row] = (text_score(logits, ids, heat) for heat in (temperature, 1.0))
    right = np.array(
        [fold_sentence(written[row]) in {fold_sentence(text) for text in of[row]} for row in range(len(texts))]
    )
    chrf = np.array([CHRF().sentence_score(written[row], of[row]).score for row in range(len(texts))])
    for_fit = np.array([sources[row % len(sources)] in fitted for row in range(len(texts))])
    sure, guessing = thresholds(scores[for_fit], right[for_fit])
    levels = []
    for name, least, most in ((SURE, sure, np.inf), (UNSURE, guessing, sure), (GUESSING, -np.inf, guessing)):
        of_level = ~for_fit & (scores >= least) & (scores < most)
        if of_level.any():
            share, closeness = float(right[of_level].mean()), float(chrf[of_level].mean())
            levels.append(Level(name, round(least, 3), int(of_level.sum()), round(share, 4), round(closeness, 1)))
    return Calibration(
        model.name,
        round(temperature, 3),
        before,
        after,
        round(auroc(raw[~for_fit], right[~for_fit]), 3),
        round(auroc(scores[~for_fit], right[~for_fit]), 3),
        # whatever is less probable than anything that was measured is of the last level
        (*levels[:-1], Level(levels[-1].name, -np.inf, levels[-1].texts, levels[-1].right, levels[-1].chrf)),
        words,
        seen,
        questions,
        exact,
    )


def _characters(model: Translator, pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Logits (steps of all pairs, target vocabulary), and the reference's ids (steps,)."""
    _, logits, targets = zip(*teacher_forced_logits(model, pairs), strict=True)
    return np.concatenate(logits), np.concatenate(targets)


def fit_temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The temperature at which the targets are most probable; their loss has one minimum in it (ibid., appendix).

    Args:
        logits: (steps, target vocabulary); targets: int (steps,).
    """
    values = logits.astype(np.float64)

    def loss(temperature: float) -> float:
        return -float(log_softmax(values / temperature)[np.arange(len(targets)), targets].mean())

    low, high = 0.2, 5.0
    while high - low > 1e-3:
        one, two = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, two) if loss(one) < loss(two) else (one, high)
    return (low + high) / 2


def reliability(logits: np.ndarray, targets: np.ndarray, temperature: float) -> Reliability:
    """Of the likeliest token at each step: how probable it was, and whether it was the target, without empty bins."""
    probabilities = softmax(logits.astype(np.float64) / temperature)
    top, hit = probabilities.max(axis=1), probabilities.argmax(axis=1) == targets
    place = np.minimum((top * BINS).astype(int), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    filled = count > 0
    confidence = np.bincount(place, top, BINS)[filled] / count[filled]
    accuracy = np.bincount(place, hit, BINS)[filled] / count[filled]
    error = float(np.abs(confidence - accuracy) @ count[filled] / len(top))
    return Reliability(
        tuple(round(float(x), 4) for x in confidence),
        tuple(round(float(x), 4) for x in accuracy),
        tuple(int(x) for x in count[filled]),
        round(error, 4),
    )


def thresholds(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """(least score of the sure, least score of the unsure): as many as possible are sure, of whom RIGHT_WHERE_SURE are
    right, and as many as possible are guesses, of which no more than RIGHT_WHERE_GUESSING are.

    Args:
        scores: (texts,), log-probabilities; right: bool (texts,).
    """
    order = np.argsort(-scores, kind="stable")
    found = right[order]
    shares = np.cumsum(found) / np.arange(1, len(found) + 1)
    sure = np.flatnonzero(shares >= RIGHT_WHERE_SURE)
    below = np.cumsum(found[::-1]) / np.arange(1, len(found) + 1)
    guessed = np.flatnonzero(below <= RIGHT_WHERE_GUESSING)
    least_sure = float(scores[order][sure[-1]]) if len(sure) else np.inf
    least_unsure = float(scores[order][::-1][guessed[-1]]) if len(guessed) else -np.inf
    return least_sure, min(least_unsure, least_sure)


def auroc(scores: np.ndarray, right: np.ndarray) -> float:
    """The chance that a right text scores above a wrong one; ties count half. 0.5 where there is none of one kind."""
    if right.all() or not right.any():
        return 0.5
    above = (scores[right][:, None] > scores[~right][None]).mean()
    return float(above + 0.5 * (scores[right][:, None] == scores[~right][None]).mean())


def _diagram(calibration: Calibration) -> Figure:
    """Accuracy over confidence, before and after; the diagonal is the truth."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": tr("as probable as it is true"),
            "x": [0, 1],
            "y": [0, 1],
            "line": {"width": 1.5, "color": GREY, "dash": "dot"},
            "hoverinfo": "skip",
        }
    ]
    for name, found, color, symbol in (
        (tr("softmax as it is: off by {error}"), calibration.before, ORANGE, "square"),
        (tr("at temperature {temperature}: off by {error}"), calibration.after, BLUE, "circle"),
    ):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name.format(error=percent(found.error, 1), temperature=decimal(calibration.temperature, 2)),
                "x": list(found.confidence),
                "y": list(found.accuracy),
                "customdata": [
                    [percent(said, 1), percent(right, 1), count]
                    for said, right, count in zip(found.confidence, found.accuracy, found.count, strict=True)
                ],
                "line": {"width": 3, "color": color},
                "marker": {"size": 9, "symbol": symbol},
                "hovertemplate": tr("said %{customdata[0]}, right %{customdata[1]} of %{customdata[2]:,} characters")
                + "<extra></extra>",
            }
        )
    axis = {"range": [0, 1], **share_ticks()}
    return {
        "data": traces,
        "layout": {
            "xaxis": {**axis, "title": {"text": tr("probability of the likeliest next character")}},
            "yaxis": {**axis, "title": {"text": tr("how often it was right")}},
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 64, "r": 8, "t": 48, "b": 48},
        },
    }


RELIABILITY = DataChart(
    name="reliability",
    title="Does 90 % mean nine in ten?",
    help="On unseen sentences, with the reference’s characters so far as input: below the dotted line the network is "
    "surer than it should be. Dividing all logits by one temperature, fitted on other sentences, brings it nearer to "
    "the truth.",
    draw=_diagram,
    height=380,
)
