"""Cleaning sentence pairs: one spelling for what is typography alone, and no pairs that teach nothing.

The public file has six ways to write a space before “?”, and a hundred characters that occur a few times in all. A
network that is to learn the language should not have to guess which typist it is dealing with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .pairs import Pair

MAX_SOURCE, MAX_TARGET = 70, 100  # characters; 1 % of the public file's pairs are longer
MIN_COUNT = 20  # a character that occurs less often cannot be learnt

_SPACES = re.compile("[\u00a0\u2009\u202f ]+")
_INVISIBLE = re.compile("[\u00ad\u200b]")
_BEFORE_MARK = re.compile(r"(?<=\w)(?=[!?;])")  # French has a space there
_CURLY = str.maketrans("’‘‐", "''-")


def clean_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs with one kind of space and of apostrophe, a space before French “! ? ;”, and none too long or too rare."""
    cleaned = [Pair(_plain(pair.source), _BEFORE_MARK.sub(" ", _plain(pair.target))) for pair in pairs]
    cleaned = [pair for pair in cleaned if len(pair.source) <= MAX_SOURCE and len(pair.target) <= MAX_TARGET]
    rare = [
        {char for char, count in Counter("".join(side)).items() if count < MIN_COUNT}
        for side in zip(*cleaned, strict=True)
    ]
    return [pair for pair in cleaned if not any(set(text) & few for text, few in zip(pair, rare, strict=True))]


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).translate(_CURLY).strip()
