"""What a decoding method is: how the next token is chosen, from what a network makes of those before."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..layers.stack import States
from ..models.base import DecoderState, Network
from .loop_guard import LoopGuard

# (step, logits (target vocabulary,)) → id of the token to write
Chooser = Callable[[int, np.ndarray], int]


@dataclass(frozen=True)
class Decoding:
    """How the tokens are chosen: the arguments of `translate`, and the one place that has their defaults."""

    method: str = "greedy"
    temperature: float = 1.0  # sample: logits are divided by it
    top_k: int | None = None  # sample: only the k most probable tokens; None: all
    beam_width: int = 5  # beam: partial translations kept
    seed: int = 0  # sample
    prefix: str = ""  # what the translation has to begin with
    top_p: float | None = None  # sample: only the most probable that make up this share; None: all


@dataclass(frozen=True)
class Hypothesis:
    """One finished (or cut-off) translation that beam search arrived at."""

    text: str
    log_probability: float  # nats, summed over its tokens
    score: float  # what the beam ranks by: log-probability a token


@dataclass(frozen=True)
class Bounds:
    """Where a text begins and where it ends."""

    start_id: int
    end_id: int  # -1: the network writes no end
    max_steps: int  # tokens, the end token included
    guard: LoopGuard | None = None  # what keeps it from running away; None: nothing does


@dataclass(frozen=True)
class Candidate:
    """A translation, or the beginning of one, that a search keeps."""

    ids: tuple[int, ...]
    log_probability: float  # nats, summed over its tokens

    @property
    def score(self) -> float:
        """Log-probability a token: without the division, short translations would always win."""
        return self.log_probability / len(self.ids)


@dataclass(frozen=True, eq=False)
class Stepped:
    """One step of one text, as a search made it."""

    states: States  # after it, of one row
    looked_at: np.ndarray | None  # float32 (1, source steps)
    logits: np.ndarray  # float32 (1, target vocabulary)
    gates: Sequence[np.ndarray]  # per layer float32 (1, gates, units)
    seconds: float  # the step took, with all rows of the beam


@dataclass(frozen=True, eq=False)
class BeamStep:
    """One step of a search: the continuations that were kept, best first, then the likeliest of those pruned."""

    rows: np.ndarray  # int64 (continuations,): what each continues, a number among those kept before that did not end
    tokens: np.ndarray  # int64 (continuations,)
    log_probabilities: np.ndarray  # float64 (continuations,), in nats, summed over all tokens up to here
    kept: int  # how many of them were; one that ends leaves the beam
    weighed: int  # how many there were, those included that are not among these


class DecodingMethod(ABC):
    """Chooses tokens from logits; the translator does the stepping and keeps the trace."""

    name: ClassVar[str]  # as given to translate(method=…)
    title: ClassVar[str]  # on screen
    reads_softmax: ClassVar[bool] = False  # what the next step reads: the whole softmax, or the token written
    found: Sequence[Candidate] = ()  # what a search arrived at, best first
    walked: Sequence[Stepped] = ()  # the steps of the text it chose, where a search has made them: none is made again
    steps: Sequence[BeamStep] = ()  # of the last search

    @classmethod
    def refuses(cls, network: Network) -> str:
        """One sentence: why it is none for this network; "" where it is one."""
        return ""

    @classmethod
    @abstractmethod
    def from_decoding(cls, decoding: Decoding) -> DecodingMethod:
        """Built from the arguments of translate(); raises Seq2SeqError for a dial out of range."""

    @abstractmethod
    def start(self, network: Network, state: DecoderState, bounds: Bounds, prefix: Sequence[int]) -> Chooser:
        """Called once a sentence, with the decoder's first state and the ids that are forced."""
