"""Decoding methods: how the next token is chosen. One small class a file, registered here and nowhere else."""

from __future__ import annotations

from ..errors import Seq2SeqError
from .base import Bounds, Candidate, Chooser, Decoding, DecodingMethod, Hypothesis
from .beam_search import BeamSearch
from .fed_softmax import FedSoftmax
from .greedy import Greedy
from .sampling import Sampling, drawn_from

DECODING_METHODS: dict[str, type[DecodingMethod]] = {
    method.name: method for method in (Greedy, Sampling, BeamSearch, FedSoftmax)
}


def make_method(decoding: Decoding) -> DecodingMethod:
    """The method that a Decoding asks for.

    Raises:
        Seq2SeqError: an unknown method, or a dial out of its range.
    """
    if decoding.method not in DECODING_METHODS:
        raise Seq2SeqError(
            f"The decoding method {decoding.method!r} is not known: it is one of {', '.join(DECODING_METHODS)}."
        )
    return DECODING_METHODS[decoding.method].from_decoding(decoding)


__all__ = [
    "DECODING_METHODS",
    "BeamSearch",
    "Bounds",
    "Candidate",
    "Chooser",
    "Decoding",
    "DecodingMethod",
    "FedSoftmax",
    "Greedy",
    "Hypothesis",
    "Sampling",
    "drawn_from",
    "make_method",
]
