"""Evaluation: how good translations are, against every reference the data has for a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sacrebleu.metrics import BLEU, CHRF

from ..data.pairs import Pair, references_by_source
from ..data.training_data import folded_as_trained
from .translate_many import log_probabilities, translations
from .translator import Translator


@dataclass(frozen=True)
class Evaluation:
    """Scores of one model on one set of pairs. Repeated sources are further references of the same sentence."""

    model: str
    method: str
    sentences: int  # different sources
    pairs: int
    chrf: float  # chrF2, 0 to 100 (Popović 2015), best over the references
    bleu: float  # BLEU, 0 to 100, sacrebleu's 13a tokenisation
    exact_match: float  # share of sentences whose translation is one of the references
    nll_per_token: float  # nats a target token (its end included), teacher-forced, mean over all pairs
    unknown_tokens: int  # target tokens the model cannot write; left out of nll_per_token
    seconds: float  # for all translations

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def evaluate(
    model: Translator,
    pairs: Sequence[Pair],
    method: str = "greedy",
    beam_width: int = 5,
    progress: Callable[[int, int], None] | None = None,
    mend: bool = True,
) -> Evaluation:
    """Translates every source once and scores it. References and translations are folded as its training targets were.

    Args:
        progress: called with (sentences done, sentences in all).
        mend: as for `Translator.translate`; the loss is of the sources as they are given.

    Raises:
        Seq2SeqError: a source the model cannot read at all.
    """
    pairs = folded_as_trained(model.config, pairs)
    references = references_by_source(pairs)
    started = time.perf_counter()
    sources = list(references)
    hypotheses = [""] * len(sources)
    for done, (index, text) in enumerate(translations(model, sources, method, beam_width, mend), start=1):
        hypotheses[index] = text
        if progress:
            progress(done, len(sources))
    seconds = time.perf_counter() - started
    hypotheses = [pair.target for pair in folded_as_trained(model.config, list(map(Pair, sources, hypotheses)))]
    losses = [-values for values in log_probabilities(model, pairs)]
    target = model.vocabularies.target
    # sacrebleu takes one list a reference number; a sentence with fewer references has None there
    most = max(map(len, references.values()))
    columns: Any = [[texts[i] if i < len(texts) else None for texts in references.values()] for i in range(most)]
    matches = [text in texts for text, texts in zip(hypotheses, references.values(), strict=True)]
    return Evaluation(
        model=model.name,
        method=method,
        sentences=len(references),
        pairs=len(pairs),
        chrf=CHRF().corpus_score(hypotheses, columns).score,
        bleu=BLEU().corpus_score(hypotheses, columns).score,
        exact_match=float(np.mean(matches)),
        nll_per_token=float(np.concatenate(losses).mean()),
        unknown_tokens=sum(len(target.unknown(pair.target)) for pair in pairs),
        seconds=seconds,
    )
