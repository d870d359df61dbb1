"""Tasks whose data is generated: no download, and learnt in minutes. Registered here and nowhere else."""

from __future__ import annotations

from .addition import ADDITION, TWO_DIGITS
from .base import Task
from .dates import Dates
from .digit_sums import DigitSums
from .letters import LONG_REVERSE, REVERSE, SORT_LETTERS
from .number_words import NumberWords
from .phrases import Phrases

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        ADDITION,
        TWO_DIGITS,
        Dates(),
        NumberWords(),
        Phrases(),
        DigitSums(),
        REVERSE,
        LONG_REVERSE,
        SORT_LETTERS,
    )
}

__all__ = ["TASKS", "Task"]
