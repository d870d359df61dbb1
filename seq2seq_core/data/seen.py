"""Which sentences a model was trained on, in a few bytes each: a Bloom filter.

It never forgets one that it holds, and takes 1 in 2,000 others for one of them (Bloom 1970; 16 bits and 11 places
each).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .splits import fold_sentence

BITS, PLACES = 16, 11  # of a sentence; 11 = 16 · ln 2 places make the fewest mistakes


@dataclass(frozen=True, eq=False)
class SeenSentences:
    """`sentence in seen`, whatever its case, marks, accents and apostrophes; or, if `exact`, letter by letter."""

    bits: np.ndarray  # uint8, eight bits each
    exact: bool = False

    @classmethod
    def of(cls, sentences: Iterable[str], exact: bool = False) -> SeenSentences:
        keys = {_key(text, exact) for text in sentences}
        bits = np.zeros(8 * max(1, -(-len(keys) * BITS // 8)), bool)
        for text in keys:
            bits[_places(text, len(bits))] = True
        return cls(np.packbits(bits), exact)

    def __contains__(self, sentence: str) -> bool:
        places = _places(_key(sentence, self.exact), 8 * len(self.bits))
        return bool(np.all(self.bits[places // 8] >> (7 - places % 8) & 1))

    def to_text(self) -> str:
        return base64.b64encode(self.bits.tobytes()).decode("ascii")

    @classmethod
    def from_text(cls, text: str, exact: bool = False) -> SeenSentences:
        """Raises ValueError for a text that `to_text` never wrote."""
        bits = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
        if not len(bits):
            raise ValueError("no bits")
        return cls(bits, exact)


def _key(sentence: str, exact: bool) -> str:
    return sentence if exact else fold_sentence(sentence)


def _places(text: str, size: int) -> np.ndarray:
    """int64 (PLACES,), from two halves of one hash (Kirsch & Mitzenmacher 2006)."""
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
    first, second = (int.from_bytes(half, "big") for half in (digest[:8], digest[8:]))
    return np.array([(first + number * second) % size for number in range(PLACES)])
