"""Reversing a string: abcdefgh → hgfedcba."""

from __future__ import annotations

import random
import re
from string import ascii_lowercase

from ..pairs import Pair
from .base import Task

LENGTH = 8


class Reverse(Task):
    """Eight letters, drawn at random. The first of the answer is the last of the question."""

    name = "reverse"
    title = "Reversing: sequence → ecneuqes"
    source = f"{LENGTH} small letters"
    examples = ("sequence", "learning", "abcdefgh", "computer", "aaaabbbb")

    @property
    def size(self) -> int:
        return len(ascii_lowercase) ** LENGTH

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        text = "".join(rng.choices(ascii_lowercase, k=LENGTH))
        return text, Pair(text, text[::-1])

    def fits(self, text: str) -> bool:
        return re.fullmatch(f"[a-z]{{{LENGTH}}}", text) is not None
