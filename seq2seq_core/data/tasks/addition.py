"""Addition: 535+61 → 596, the tutorial's example of a target as long as the source allows.

Source: the Keras example “Sequence to sequence learning for performing number addition”, whose numbers are drawn
the same way: first how many digits, then each of them.
"""

from __future__ import annotations

import random
import re

from ..pairs import Pair
from .base import Task


class Addition(Task):
    """Sums of two numbers of up to N digits. a+b and b+a are one problem."""

    def __init__(self, name: str, digits: int, in_words: str, examples: tuple[str, ...]) -> None:
        self.name, self.digits, self.examples = name, digits, examples
        self.title = f"Addition: {examples[0]} → {sum(map(int, examples[0].split('+')))}"
        self.source = f"A sum of two numbers of up to {in_words} digits"

    @property
    def size(self) -> int:
        return 10 ** (2 * self.digits)

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        a, b = (int("".join(rng.choices("0123456789", k=rng.randint(1, self.digits)))) for _ in range(2))
        return f"{min(a, b)}+{max(a, b)}", Pair(f"{a}+{b}", str(a + b))

    def fits(self, text: str) -> bool:
        number = f"(0|[1-9][0-9]{{0,{self.digits - 1}}})"
        return re.fullmatch(rf"{number}\+{number}", text) is not None


ADDITION = Addition("addition", 3, "three", ("535+61", "12+7", "999+1", "48+260", "7+7"))
TWO_DIGITS = Addition("addition-two-digits", 2, "two", ("48+26", "12+7", "99+1", "5+90", "7+7"))
