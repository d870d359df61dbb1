"""Answered: answers that were given, as long as there is room for them; what a class asks at once is computed once."""

from __future__ import annotations

from collections import OrderedDict

from ..answers import Question

MOST_BYTES = 32_000_000  # of all: some 800 sentences of the Translate tab
MOST_EACH = 2_000_000


class Answered:
    """The answers last asked for. Not for several threads at once."""

    def __init__(self, most: int = MOST_BYTES, each: int = MOST_EACH) -> None:
        self._most, self._each = most, each
        self._held: OrderedDict[Question, bytes] = OrderedDict()  # the one not asked for the longest first
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, question: Question) -> bytes | None:
        answer = self._held.get(question)
        if answer is not None:
            self._held.move_to_end(question)
        return answer

    def keep(self, question: Question, answer: bytes) -> None:
        """Those not asked for the longest give way; one that is large itself is not kept."""
        self._remove(question)
        if _size(question, answer) > self._each:
            return
        self._held[question] = answer
        self.bytes += _size(question, answer)
        while self.bytes > self._most:
            self._remove(next(iter(self._held)))

    def forget(self, model: str) -> None:
        """All that are about a model."""
        for question in [question for question in self._held if model in question.models]:
            self._remove(question)

    def _remove(self, question: Question) -> None:
        answer = self._held.pop(question, None)
        if answer is not None:
            self.bytes -= _size(question, answer)


def _size(question: Question, answer: bytes) -> int:
    """With what Python adds to each of its objects."""
    return len(answer) + 4 * len(question.query) + 500
