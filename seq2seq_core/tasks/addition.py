"""Addition: 535+61 → 596, the tutorial's example of a target as long as the source allows.

Source: the Keras example “Sequence to sequence learning for performing number addition”, whose numbers are drawn
the same way: first how many digits, then each of them.
"""

from __future__ import annotations

import random

from ..pairs import Pair
from .base import Task


class Addition(Task):
    """Sums of two numbers of up to three digits. a+b and b+a are one problem."""

    name = "addition"
    title = "Addition: 535+61 → 596"
    source = "A sum of two numbers of up to three digits"
    examples = ("535+61", "12+7", "999+1", "48+260", "7+7")

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        a, b = (int("".join(rng.choices("0123456789", k=rng.randint(1, 3)))) for _ in range(2))
        return f"{min(a, b)}+{max(a, b)}", Pair(f"{a}+{b}", str(a + b))
