"""Cleaning sentence pairs: one spelling for what is typography alone, and no pairs that teach nothing.

The public file has six ways to write a space before “?”, and a hundred characters that occur a few times in all. A
network that is to learn the language should not have to guess which typist it is dealing with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ..decimals import whole
from ..language import tr
from .pairs import Pair

MAX_SOURCE, MAX_TARGET = 70, 100  # characters; 1 % of the public file's pairs are longer
MIN_COUNT = 20  # a character that occurs less often cannot be learnt

_SPACES = re.compile("[\u00a0\u2009\u202f ]+")
_INVISIBLE = re.compile("[\u00ad\u200b]")
_BEFORE_MARK = re.compile(r"(?<=\w)(?=[!?;])")  # French has a space there
_CURLY = str.maketrans("’‘‐", "''-")


def clean_pairs(pairs: Sequence[Pair]) -> list[Pair | None]:
    """Each pair with one kind of space and of apostrophe, and a space before French “! ? ;”; None: left out.

    What is left out is longer than 70 or 100 characters, or has one that occurs fewer than 20 times in all.
    """
    folded = [fold_pair(pair) for pair in pairs]
    short = [None if is_long(pair) else pair for pair in folded]
    sides = zip(*(pair for pair in short if pair), strict=True)
    rare = [{char for char, count in Counter("".join(side)).items() if count < MIN_COUNT} for side in sides]
    return [
        pair if pair and not any(set(text) & few for text, few in zip(pair, rare, strict=True)) else None
        for pair in short
    ]


def is_long(pair: Pair) -> bool:
    return len(pair.source) > MAX_SOURCE or len(pair.target) > MAX_TARGET


def what_was_left_out(left_out: Sequence[Pair], count: int) -> str:
    """A sentence on the pairs, out of so many, that `clean_pairs` has left out; there is one at least."""
    long = sum(is_long(fold_pair(pair)) for pair in left_out)
    return tr(
        "Cleaning leaves out {left_out} of {count} pairs: {long} are longer than {source} or {target} characters, "
        "{rare} have a character that occurs fewer than {least} times.",
        left_out=whole(len(left_out)),
        count=whole(count),
        long=whole(long),
        source=MAX_SOURCE,
        target=MAX_TARGET,
        rare=whole(len(left_out) - long),
        least=MIN_COUNT,
    )


def fold_pair(pair: Pair) -> Pair:
    """The pair with one kind of space and of apostrophe, and a space before French “! ? ;”."""
    return Pair(plain(pair.source), _BEFORE_MARK.sub(" ", plain(pair.target)))


def plain(text: str) -> str:
    """The text with one kind of space, of apostrophe and of hyphen."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).translate(_CURLY).strip()
