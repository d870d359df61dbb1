"""What a decoding method is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..inference.trace import Decoding, Hypothesis

if TYPE_CHECKING:
    from ..inference.translator import DecoderState, Translator

# (step, logits (target vocabulary,)) → id of the token to write
Chooser = Callable[[int, np.ndarray], int]


class DecodingMethod(ABC):
    """Chooses tokens from logits; the translator does the stepping and keeps the trace."""

    name: ClassVar[str]  # as given to translate(method=…)
    title: ClassVar[str]  # on screen
    hypotheses: tuple[Hypothesis, ...] = ()  # what a search found, best first

    @classmethod
    @abstractmethod
    def from_decoding(cls, decoding: Decoding) -> DecodingMethod:
        """Built from the arguments of translate(); raises Seq2SeqError for a dial out of range."""

    @abstractmethod
    def start(self, translator: Translator, state: DecoderState, prefix: Sequence[int]) -> Chooser:
        """Called once a sentence, with the state the encoder handed over and the ids that are forced."""


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities over the last axis, in nats."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
