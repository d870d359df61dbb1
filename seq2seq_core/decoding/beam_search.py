"""Beam search: several partial translations are kept at once, and the best whole one wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import Seq2SeqError
from ..inference.trace import Decoding, Hypothesis
from .base import Chooser, DecodingMethod, log_softmax

if TYPE_CHECKING:
    from ..inference.translator import DecoderState, Translator

MAX_BEAM_WIDTH = 20


@dataclass(frozen=True)
class _Candidate:
    ids: tuple[int, ...]
    log_probability: float

    @property
    def score(self) -> float:
        # log-probability a token: without the division, short translations would always win
        return self.log_probability / len(self.ids)


class BeamSearch(DecodingMethod):
    """`model.translate("Be nice.", method="beam", beam_width=5)`

    At each step every kept translation is continued with every token, and the `beam_width` most probable
    continuations are kept; one that ends leaves the beam. Finished ones are ranked by log-probability a token
    (the length normalisation of Wu et al. 2016, arXiv:1609.08144, with α = 1). Width 1 is greedy.
    """

    name, title = "beam", "Beam search: several at once"

    def __init__(self, beam_width: int = 5) -> None:
        if not 1 <= beam_width <= MAX_BEAM_WIDTH:
            raise Seq2SeqError(f"The beam width {beam_width} is out of range: 1 to {MAX_BEAM_WIDTH} was expected.")
        self.beam_width = beam_width

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> BeamSearch:
        return cls(decoding.beam_width)

    def start(self, translator: Translator, state: DecoderState, prefix: Sequence[int]) -> Chooser:
        best = self.search(translator, state, prefix)
        self.hypotheses = tuple(
            Hypothesis(translator.vocabularies.target.decode(found.ids), found.log_probability, found.score)
            for found in best[: self.beam_width]
        )
        return lambda step, logits: best[0].ids[step]

    def search(self, translator: Translator, state: DecoderState, prefix: Sequence[int]) -> list[_Candidate]:
        """All candidates that ended or met the length limit, best first."""
        end, limit = translator.end_id, translator.max_steps
        beam, ids = [_Candidate((), 0.0)], np.array([translator.start_id])
        finished: list[_Candidate] = []
        for step in range(limit):
            state, logits = translator.step(state, ids)
            totals = log_softmax(logits.astype(np.float64)) + [[c.log_probability] for c in beam]  # (beam, vocabulary)
            if step < len(prefix):  # a forced token: the beam is still one sentence wide
                choices = [(0, prefix[step])]
            else:
                flat = np.argsort(-totals, axis=None, kind="stable")[: self.beam_width]
                choices = [divmod(int(index), totals.shape[1]) for index in flat]
            grown = [(row, _Candidate((*beam[row].ids, token), float(totals[row, token]))) for row, token in choices]
            finished += [candidate for _, candidate in grown if candidate.ids[-1] == end]
            open_ = [(row, candidate) for row, candidate in grown if candidate.ids[-1] != end]
            # log-probabilities only fall: when even at full length no open one can win, the search is over
            enough = len(finished) >= self.beam_width
            best_finished = max((candidate.score for candidate in finished), default=-np.inf)
            if not open_ or (enough and max(c.log_probability for _, c in open_) / limit <= best_finished):
                break
            beam = [candidate for _, candidate in open_]
            state = state.select([row for row, _ in open_])
            ids = np.array([candidate.ids[-1] for candidate in beam])
        else:
            finished += beam
        return sorted(finished, key=lambda candidate: -candidate.score)
