"""Decoding methods: how the next token is chosen. One small class a file, registered here and nowhere else."""

from __future__ import annotations

from ..errors import Seq2SeqError
from ..language import tr
from ..models.base import Network
from .base import BeamStep, Bounds, Candidate, Chooser, Decoding, DecodingMethod, Hypothesis
from .beam_search import BeamSearch
from .fed_softmax import FedSoftmax
from .greedy import Greedy
from .sampling import Sampling, drawn_from

DECODING_METHODS: dict[str, type[DecodingMethod]] = {
    method.name: method for method in (Greedy, Sampling, BeamSearch, FedSoftmax)
}


def methods_for(network: Network) -> dict[str, type[DecodingMethod]]:
    """Those that this network can be decoded with, by name."""
    return {name: method for name, method in DECODING_METHODS.items() if not method.refuses(network)}


def make_method(decoding: Decoding, network: Network) -> DecodingMethod:
    """The method that a Decoding asks for.

    Raises:
        Seq2SeqError: an unknown method, one that is none for this network, or a dial out of its range.
    """
    method, expected = DECODING_METHODS.get(decoding.method), ", ".join(methods_for(network))
    if method is None:
        raise Seq2SeqError(
            tr(
                "The decoding method {method!r} is not known: it is one of {expected}.",
                method=decoding.method,
                expected=expected,
            )
        )
    if refusal := method.refuses(network):
        instead = tr(
            "The decoding method is one of {expected}, not {method}.", expected=expected, method=decoding.method
        )
        raise Seq2SeqError(f"{refusal} {instead}")
    return method.from_decoding(decoding)


__all__ = [
    "DECODING_METHODS",
    "BeamSearch",
    "BeamStep",
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
    "methods_for",
]
