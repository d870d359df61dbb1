"""Reversing a string: abcdefgh → hgfedcba."""

from __future__ import annotations

import random
import re
from string import ascii_lowercase

from ..pairs import Pair
from .base import Task


class Reverse(Task):
    """Letters, drawn at random. The first of the answer is the last of the question."""

    def __init__(self, name: str, title: str, source: str, lengths: range, examples: tuple[str, ...]) -> None:
        self.name, self.title, self.source, self.lengths, self.examples = name, title, source, lengths, examples

    @property
    def size(self) -> int:
        return sum(len(ascii_lowercase) ** length for length in self.lengths)

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        text = "".join(rng.choices(ascii_lowercase, k=rng.choice(self.lengths)))
        return text, Pair(text, text[::-1])

    def fits(self, text: str) -> bool:
        return re.fullmatch("[a-z]*", text) is not None and len(text) in self.lengths


REVERSE = Reverse(
    "reverse",
    "Reversing: sequence → ecneuqes",
    "8 small letters",
    range(8, 9),
    ("sequence", "learning", "abcdefgh", "computer", "aaaabbbb"),
)
LONG_REVERSE = Reverse(
    "reverse-long",
    "Reversing up to twenty letters: alphabet → tebahpla",
    "5 to 20 small letters",
    range(5, 21),
    ("alphabet", "abcdefghijklmnopqrst", "bottleneck", "counterrevolutionary", "aaaaabbbbbccccc"),
)
