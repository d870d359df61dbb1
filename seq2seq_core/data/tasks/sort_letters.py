"""Sorting letters: learning → aegilnnr."""

from __future__ import annotations

import random
import re
from string import ascii_lowercase

from ..pairs import Pair
from .base import Task

LENGTH = 8


class SortLetters(Task):
    """Eight letters, drawn at random, and the same in the order of the alphabet."""

    name = "sort-letters"
    title = "Sorting letters: learning → aegilnnr"
    source = f"{LENGTH} small letters"
    examples = ("learning", "sequence", "zyxwvuts", "computer", "aaaabbbb")

    @property
    def size(self) -> int:
        return len(ascii_lowercase) ** LENGTH

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        text = "".join(rng.choices(ascii_lowercase, k=LENGTH))
        return text, Pair(text, "".join(sorted(text)))

    def fits(self, text: str) -> bool:
        return re.fullmatch(f"[a-z]{{{LENGTH}}}", text) is not None
