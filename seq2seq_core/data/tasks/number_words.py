"""Number words: 1789 → mille sept cent quatre-vingt-neuf."""

from __future__ import annotations

import random
import re
from functools import cache

from ..pairs import Pair
from .base import Task

LIMIT = 10_000


@cache  # spelling takes a hundred times as long as drawing, and the last few new numbers take many draws
def _spelled(number: int) -> str:
    from num2words import num2words  # takes a tenth of a second: for whoever needs numbers

    return num2words(number, lang="fr")


class NumberWords(Task):
    """Numbers below 10,000 in French words, spelled by num2words. Short numbers are as frequent as long ones."""

    name = "number-words"
    title = "Numbers → French words: 42 → quarante-deux"
    source = "A whole number below 10,000"
    languages = "-fr"
    examples = ("42", "1789", "71", "2000", "9999")

    @property
    def size(self) -> int:
        return LIMIT

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        # the few short ones are soon all seen; drawn by length, they are seen at all
        number = rng.randrange(10 ** rng.randint(1, 4)) % LIMIT
        return str(number), Pair(str(number), _spelled(number))

    def fits(self, text: str) -> bool:
        return re.fullmatch("0|[1-9][0-9]{0,3}", text) is not None
