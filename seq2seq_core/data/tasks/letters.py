"""Letters put in another order: abcdefgh → hgfedcba, learning → aegilnnr."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase

from ..pairs import Pair
from .base import Task


@dataclass(frozen=True)
class Letters(Task):
    """Small letters, drawn at random, and the same in another order."""

    name: str
    title: str
    source: str
    lengths: range
    examples: tuple[str, ...]
    answer: Callable[[str], str]

    @property
    def size(self) -> int:
        return sum(len(ascii_lowercase) ** length for length in self.lengths)

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        # one length alone is not drawn: the strings of a seed stay those that the shipped model was trained on
        length = rng.choice(self.lengths) if len(self.lengths) > 1 else self.lengths[0]
        text = "".join(rng.choices(ascii_lowercase, k=length))
        return text, Pair(text, self.answer(text))

    def fits(self, text: str) -> bool:
        return re.fullmatch("[a-z]*", text) is not None and len(text) in self.lengths


def _reversed(text: str) -> str:
    return text[::-1]


def _sorted(text: str) -> str:
    return "".join(sorted(text))


REVERSE = Letters(
    "reverse",
    "Reversing: sequence → ecneuqes",
    "8 small letters",
    range(8, 9),
    ("sequence", "learning", "abcdefgh", "computer", "aaaabbbb"),
    _reversed,
)
LONG_REVERSE = Letters(
    "reverse-long",
    "Reversing up to twenty letters: alphabet → tebahpla",
    "5 to 20 small letters",
    range(5, 21),
    ("alphabet", "abcdefghijklmnopqrst", "bottleneck", "counterrevolutionary", "aaaaabbbbbccccc"),
    _reversed,
)
SORT_LETTERS = Letters(
    "sort-letters",
    "Sorting letters: learning → aegilnnr",
    "8 small letters",
    range(8, 9),
    ("learning", "sequence", "zyxwvuts", "computer", "aaaabbbb"),
    _sorted,
)
