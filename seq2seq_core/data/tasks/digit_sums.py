"""Adding digit by digit: 48 + 26, read as 86 42 00, is 4, 7, 0."""

from __future__ import annotations

import random
import re

from ..pairs import Pair
from .base import Task

DIGITS = 8
WAIT = "·"  # written at the first digit of a pair, whose second is not read yet


def in_pairs(a: int, b: int) -> str:
    """The digits of both numbers, the ones first, then the tens, …; a last pair of zeros leaves room for a carry."""
    places = max(len(str(a)), len(str(b))) + 1
    first, second = (f"{number:0{places}d}"[::-1] for number in (a, b))
    return "".join(x + y for x, y in zip(first, second, strict=True))


class DigitSums(Task):
    """Sums of two numbers of up to eight digits, a digit of the sum after each pair. a+b and b+a are one problem."""

    name = "digit-sums"
    title = "Adding digit by digit: 864200 → ·4·7·0"
    source = "Two numbers, a digit of each in turn, the ones first (48 + 26 is 864200)"
    examples = ("864200", "919100", "9919190100", "125400", "7700")

    @property
    def size(self) -> int:
        return int(10 ** (2 * DIGITS))

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        a, b = (int("".join(rng.choices("0123456789", k=rng.randint(1, DIGITS)))) for _ in range(2))
        source = in_pairs(a, b)
        total = f"{a + b:0{len(source) // 2}d}"[::-1]
        return f"{min(a, b)}+{max(a, b)}", Pair(source, "".join(WAIT + digit for digit in total))

    def fits(self, text: str) -> bool:
        if not re.fullmatch("([0-9]{2})+", text):
            return False
        numbers = (int(text[place::2][::-1]) for place in (0, 1))
        return text == in_pairs(*numbers) and len(text) <= 2 * (DIGITS + 1)
