"""What a generated task is."""

from __future__ import annotations

import random
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice

from ...decimals import whole
from ...errors import Seq2SeqError
from ...language import later, tr
from ..pairs import Pair

HELD_OUT = 10  # one problem in ten is never trained on
MOST_PAIRS = 2_000_000  # drawn at once: they are all held in memory


class Task(ABC):
    """Draws problems with their answers.

    Whether a problem is held out follows from the problem alone: no seed and no number of examples ever puts it on
    both sides.
    """

    name: str
    title: str
    source: str  # what a visitor types, in a few words
    examples: tuple[str, ...]  # sources to try
    languages: str = "-"  # of what is read and of what is written, as "en-fr"; nothing for what is in none

    @property
    @abstractmethod
    def size(self) -> int:
        """There are no more different pairs than this, held-out ones included."""

    @abstractmethod
    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        """A random problem: its key, the same for all spellings of one problem, and one pair of it."""

    @abstractmethod
    def fits(self, text: str) -> bool:
        """Whether a text is a source as `draw` draws them: what is none was never trained on."""

    def pairs(self, count: int, seed: int = 0, held_out: bool = False) -> list[Pair]:
        """`count` different pairs of one side, the same for the same seed.

        Raises:
            Seq2SeqError: the task does not have that many, or they are more than can be held.
        """
        # at once: to draw until there are no more takes minutes for some tasks, and for ever for others
        if count > self.size:
            raise Seq2SeqError(
                tr(
                    "{task} has no more than {most} pairs in all; {count} were asked for.",
                    task=self.name,
                    most=whole(self.size),
                    count=whole(count),
                )
            )
        if count > MOST_PAIRS:
            raise Seq2SeqError(
                tr(
                    "At most {most} pairs are drawn at once; {count} were asked for.",
                    most=whole(MOST_PAIRS),
                    count=whole(count),
                )
            )
        found = list(islice(self._distinct(random.Random(seed), held_out), count))
        if len(found) < count:
            says = later("{task} has about {found} training pairs; {count} were asked for.")
            if held_out:
                says = later("{task} has about {found} held-out pairs; {count} were asked for.")
            raise Seq2SeqError(tr(says, task=self.name, found=whole(len(found)), count=whole(count)))
        return found

    def _distinct(self, rng: random.Random, held_out: bool) -> Iterator[Pair]:
        seen: set[Pair] = set()
        misses = 0
        while misses < 20_000:  # draws in a row without a new one: there are no more
            key, pair = self.draw(rng)
            if is_held_out(key) == held_out and pair not in seen:
                seen.add(pair)
                misses = 0
                yield pair
            else:
                misses += 1


def is_held_out(key: str) -> bool:
    """Whether the problem of this key belongs to the validation side."""
    return zlib.crc32(key.encode()) % HELD_OUT == 0
