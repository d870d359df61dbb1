"""Dates: many English spellings → ISO 8601."""

from __future__ import annotations

import contextlib
import datetime
import random
import re
from collections.abc import Iterator
from itertools import permutations

from ..pairs import Pair
from .base import Task

FIRST, LAST = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)
DAYS = (LAST - FIRST).days + 1
LONGEST = len("Wednesday, September 30, 2017")  # characters of a spelling
# unambiguous ones only: 4/5/2017 would be two dates
PATTERNS = (
    "d MMM y",
    "d MMMM y",
    "MMM d, y",
    "MMMM d, y",
    "EEEE, MMMM d, y",
    "EEE d MMM y",
    "dd-MMM-y",
    "y MMM d",
    "d. MMMM y",
    "MMMM d y",
    "y/MM/dd",
    "EEEE d MMMM y",
)


def _format(date: datetime.date, pattern: str) -> str:
    from babel.dates import format_date  # takes a tenth of a second: for whoever needs dates

    return format_date(date, pattern, locale="en")


def _dates(text: str) -> Iterator[datetime.date]:
    """The days that a text could mean, by its numbers alone."""
    numbers = [int(number) for number in re.findall("[0-9]+", text[:LONGEST])]
    for year, day in permutations(numbers, 2):
        for month in range(1, 13):
            with contextlib.suppress(ValueError, OverflowError):
                date = datetime.date(year, month, day)
                if FIRST <= date <= LAST:
                    yield date


class Dates(Task):
    """A spelling by Babel, now and then in lower or upper case. All spellings of a day are one problem."""

    name = "dates"
    title = "Dates: 29 Sep 2017 → 2017-09-29"
    source = "A date in English, 1950 to 2049"
    examples = ("29 Sep 2017", "Friday, September 29, 2017", "july 14 1989", "1 JAN 2000", "2024/02/29")

    @property
    def size(self) -> int:
        """A spelling a pattern, and two more where there are letters; in May, some are alike."""
        spellings = sum(3 if "M" * 3 in pattern else 1 for pattern in PATTERNS)
        return spellings * DAYS

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        date = FIRST + datetime.timedelta(days=rng.randrange(DAYS))
        text = _format(date, rng.choice(PATTERNS))
        text = rng.choice((text, text, text.lower(), text.upper()))
        return date.isoformat(), Pair(text, date.isoformat())

    def fits(self, text: str) -> bool:
        if len(text) > LONGEST:
            return False
        spellings = (_format(date, pattern) for date in _dates(text) for pattern in PATTERNS)
        return any(text in (spelt, spelt.lower(), spelt.upper()) for spelt in spellings)
