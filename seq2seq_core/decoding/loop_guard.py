"""No loops: a decoder that does not know how to go on must not write the same thing until its steps are used up.

Two rules, and neither touches a translation that does not run away:

- a piece of four characters or more is never written a third time in a row, nor a shorter one so often that it is as
  long (`"" "" "" ""`);
- the end gains a little with every step beyond what any translation of so long a source needs, and with every third
  copy that was refused.

Blocking repeated pieces: Paulus et al. 2017 (arXiv:1705.04304); here consecutive ones only, since characters repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TIMES = 3  # so often in a row is a loop
SHORTEST = {"character": 4, "word": 2}  # tokens of a piece
# two of 161,000 pairs of everyday sentences have a target of more than 2.2 characters a source character and 20
RATIO, SPARE = 2.2, 20
IMPATIENCE = 0.5  # nats that the end gains with each step beyond that
REFUSED = 2.0  # … and with each third copy that was refused


def repeats(ids: Sequence[int] | str, shortest: int, times: int = TIMES) -> bool:
    """Whether the ids end with a piece of at least `shortest` tokens written so many times in a row, or with a shorter
    one so often that it is as long."""
    return any(
        len(ids) >= (run := _run(period, shortest, times)) and ids[period - run :] == ids[-run:-period]
        for period in range(1, len(ids) // times + 1)
    )


def _run(period: int, shortest: int, times: int = TIMES) -> int:
    """Tokens of a loop of so long a piece."""
    return period * max(times, -(-shortest * times // period))


def has_loop(text: str, shortest: int = SHORTEST["character"], times: int = TIMES) -> bool:
    """Whether a piece of at least `shortest` characters stands so many times in a row anywhere in the text, or a
    shorter one so often that it is as long.

    The text is taken with a space before it, so that three words that begin it are found as others are.
    """
    text = f" {text}"
    return any(repeats(text[:end], shortest, times) for end in range(shortest * times, len(text) + 1))


@dataclass(frozen=True)
class LoopGuard:
    """What one source allows its translations.

    Attributes:
        source_length: tokens that were read.
        end_id: of the token that ends a translation.
        shortest: tokens of the shortest piece that must not be written three times in a row; of a shorter one no run
            may be as long.
        before: what counts as written before the first token: a space, where the vocabulary has one.
    """

    source_length: int
    end_id: int
    shortest: int = SHORTEST["character"]
    before: tuple[int, ...] = ()

    def forbidden(self, written: Sequence[int]) -> list[int]:
        """The tokens that would complete a third copy; most often none."""
        written = (*self.before, *written)
        found = {
            written[-period]
            for period in range(1, (len(written) + 1) // TIMES + 1)
            if len(written) + 1 >= (run := _run(period, self.shortest))
            and written[1 - run : -period] == written[1 - run + period :]
        }
        return sorted(found - {self.end_id})

    def allowed(self, logits: np.ndarray, written: Sequence[int], refused: int = 0) -> np.ndarray:
        """The logits, or log-probabilities, (target vocabulary,) as they count: the very same array in most steps.

        Args:
            written: ids so far.
            refused: how many third copies were refused so far.
        """
        return self.without(self.forbidden(written), logits, len(written), refused)

    def without(self, forbidden: Sequence[int], logits: np.ndarray, steps: int, refused: int) -> np.ndarray:
        """As `allowed`, after `steps` tokens, for whoever knows already what is forbidden."""
        beyond = steps - self.source_length * RATIO - SPARE
        if beyond <= 0 and not forbidden and not refused:
            return logits
        changed = logits.copy()
        changed[list(forbidden)] = -np.inf
        changed[self.end_id] += max(0.0, beyond) * IMPATIENCE + REFUSED * refused
        return changed


class GuardedGreedy:
    """The most probable token each time, under a guard. One object a translation."""

    def __init__(self, guard: LoopGuard, written: Sequence[int] = ()) -> None:
        self._guard, self._written, self._refused = guard, list(written), 0

    def choose(self, logits: np.ndarray) -> int:
        """(target vocabulary,) to the id that is written."""
        best = int(logits.argmax())
        forbidden = self._guard.forbidden(self._written)
        if best in forbidden:
            self._refused += 1
        chosen = int(self._guard.without(forbidden, logits, len(self._written), self._refused).argmax())
        self._written.append(chosen)
        return chosen
