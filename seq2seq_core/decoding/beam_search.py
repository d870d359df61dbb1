"""Beam search: several partial translations are kept at once, and the best whole one wins."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import Seq2SeqError
from ..language import later, tr
from ..layers.numerics import log_softmax
from ..layers.stack import select_states
from ..models.base import DecoderState, Network
from .base import BeamStep, Bounds, Candidate, Chooser, Decoding, DecodingMethod, Stepped

MAX_BEAM_WIDTH = 20
PRUNED = 20  # of each step, that a trace keeps


@dataclass(frozen=True, eq=False)
class _Made:
    """What the network computed in one step of a search, a row for each that the beam kept."""

    beam: Sequence[Candidate]  # what was continued
    state: DecoderState
    logits: np.ndarray
    gates: list[np.ndarray]
    seconds: float

    def of(self, best: Candidate) -> Stepped:
        """The best one's row."""
        before = best.ids[: len(self.beam[0].ids)]
        row = next(row for row, candidate in enumerate(self.beam) if candidate.ids == before)
        looked_at = self.state.looked_at
        return Stepped(
            select_states(self.state.states, [row]),
            None if looked_at is None else looked_at[[row]],
            self.logits[[row]],
            [gates[[row]] for gates in self.gates],
            self.seconds,
        )


def _room(network: Network, rows: int) -> list[np.ndarray]:
    return [np.empty((rows, len(layer.gates), layer.units), np.float32) for layer in network.decoder_layers]


class BeamSearch(DecodingMethod):
    """`model.translate("Be nice.", method="beam", beam_width=5)`

    At each step every kept translation is continued with every token, and the `beam_width` most probable
    continuations are kept; one that ends leaves the beam. Finished ones are ranked by log-probability a token
    (the length normalisation of Wu et al. 2016, arXiv:1609.08144, with α = 1). Width 1 is greedy.
    """

    name, title = "beam", later("Beam search: several at once")

    def __init__(self, beam_width: int = 5) -> None:
        if not 1 <= beam_width <= MAX_BEAM_WIDTH:
            raise Seq2SeqError(
                tr(
                    "The beam width {width} is out of range: 1 to {most} was expected.",
                    width=beam_width,
                    most=MAX_BEAM_WIDTH,
                )
            )
        self.beam_width = beam_width

    @classmethod
    def from_decoding(cls, decoding: Decoding) -> BeamSearch:
        return cls(decoding.beam_width)

    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        made: list[_Made] = []
        candidates = self.search(network, state, bounds, prefix, made)
        self.found = candidates[: self.beam_width]
        best = candidates[0]
        self.walked = [each.of(best) for each, _ in zip(made, best.ids, strict=False)]
        return lambda step, logits: best.ids[step]

    def search(
        self,
        network: Network,
        state: DecoderState,
        bounds: Bounds,
        prefix: Sequence[int] = (),
        made: list[_Made] | None = None,
    ) -> list[Candidate]:
        """All candidates that ended or met the length limit, best first.

        Args:
            made: is filled with what the network computed at each step.
        """
        end, limit, guard = bounds.end_id, bounds.max_steps, bounds.guard
        beam, ids = [Candidate((), 0.0)], np.array([bounds.start_id])
        finished: list[Candidate] = []
        self.steps: list[BeamStep] = []
        for step in range(limit):
            if made is None:
                state, logits = network.step(state, ids)
            else:
                started, gates = time.perf_counter(), _room(network, len(beam))
                state, logits = network.step(state, ids, gates)
                made.append(_Made(beam, state, logits, gates, time.perf_counter() - started))
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
            self.steps.append(_step(totals, choices))
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


def _step(totals: np.ndarray, choices: Sequence[tuple[int, int]]) -> BeamStep:
    """Args: totals: float64 (beam, target vocabulary); choices: (row, token) of those that are kept."""
    width, flat = totals.shape[1], totals.ravel()
    kept = [row * width + token for row, token in choices]
    likeliest = np.argpartition(-flat, min(len(flat), len(kept) + PRUNED) - 1)[: len(kept) + PRUNED]
    likeliest = likeliest[np.argsort(-flat[likeliest], kind="stable")]
    pruned = [place for place in likeliest.tolist() if place not in kept][:PRUNED]
    places = np.array([*kept, *pruned])
    return BeamStep(places // width, places % width, flat[places], len(kept), len(flat))
