"""Beam search: several partial translations are kept at once, and the best whole one wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import Seq2SeqError
from ..layers.numerics import log_softmax
from ..models.base import DecoderState, Network
from .base import Bounds, Candidate, Chooser, Decoding, DecodingMethod

MAX_BEAM_WIDTH = 20


@dataclass(frozen=True, eq=False)
class BeamStep:
    """One step of a search: all that was weighed, and what of it was kept. The rest was pruned."""

    beam: tuple[Candidate, ...]  # those that were continued
    totals: np.ndarray  # float64 (beam, target vocabulary): log-probability of each continuation, in nats
    kept: tuple[tuple[int, int], ...]  # (row of the beam, token), best first; one that ends leaves the beam


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
        self.steps: list[BeamStep] = []  # of the last search

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> BeamSearch:
        return cls(decoding.beam_width)

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        candidates = self.search(network, state, bounds, prefix)
        self.found = candidates[: self.beam_width]
        return lambda step, logits: candidates[0].ids[step]

    def search(
        self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int] = ()
    ) -> list[Candidate]:
        """All candidates that ended or met the length limit, best first."""
        end, limit, guard = bounds.end_id, bounds.max_steps, bounds.guard
        beam, ids = [Candidate((), 0.0)], np.array([bounds.start_id])
        finished: list[Candidate] = []
        self.steps = []
        for step in range(limit):
            state, logits = network.step(state, ids)
            totals = log_softmax(logits.astype(np.float64)) + [[c.log_probability] for c in beam]  # (beam, vocabulary)
            if step < len(prefix):  # a forced token: the beam is still one sentence wide
                choices = [(0, prefix[step])]
            else:
                ranked = totals  # what is forbidden is not chosen; the scores stay what they are
                if guard:
                    ranked = np.array([guard.allowed(row, c.ids) for row, c in zip(totals, beam, strict=True)])
                flat = np.argsort(-ranked, axis=None, kind="stable")[: self.beam_width]
                flat = flat[ranked.ravel()[flat] > -np.inf]
                choices = [divmod(int(index), totals.shape[1]) for index in flat]
            self.steps.append(BeamStep(tuple(beam), totals, tuple(choices)))
            grown = [(row, Candidate((*beam[row].ids, token), float(totals[row, token]))) for row, token in choices]
            finished += [candidate for _, candidate in grown if candidate.ids[-1] == end]
            open_ = [(row, candidate) for row, candidate in grown if candidate.ids[-1] != end]
            # log-probabilities only fall: when even at full length no open one can come among the best
            # `beam_width`, the search is over
            best = sorted((candidate.score for candidate in finished), reverse=True)[: self.beam_width]
            enough = len(best) == self.beam_width
            if not open_ or (enough and max(c.log_probability for _, c in open_) / limit <= best[-1]):
                break
            beam = [candidate for _, candidate in open_]
            state = state.select([row for row, _ in open_])
            ids = np.array([candidate.ids[-1] for candidate in beam])
        else:
            finished += beam
        if guard:  # what has not ended is only taken where nothing has
            finished = [candidate for candidate in finished if candidate.ids[-1] == end] or finished
        return sorted(finished, key=lambda candidate: -candidate.score)
