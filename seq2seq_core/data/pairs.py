"""Sentence pairs: two columns of a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from ..errors import Seq2SeqError
from .tables import Row, Table, open_table

NAMED = 3  # bad lines
_NO_TEXT = re.compile(r"[\t\r\n]")  # the tokens that begin and end a sentence, and what a line ends with


class Pair(NamedTuple):
    """A sentence and one translation of it; the same source may occur in several pairs."""

    source: str
    target: str


@dataclass(frozen=True)
class FoundPairs:
    """The pairs of a file, in its order, and what was noticed in reading it."""

    pairs: tuple[Pair, ...]
    remarks: tuple[str, ...]  # sentences


def read_pairs(
    path: str | Path, num_samples: int | None = None, normalization: Literal["NFC"] | None = "NFC"
) -> list[Pair]:
    """The pairs of a file, as `pairs_of` its table, for those who need no remarks."""
    return list(pairs_of(open_table(path), num_samples, normalization=normalization).pairs)


def pairs_of(
    table: Table,
    num_samples: int | None = None,
    source: int | None = None,
    target: int | None = None,
    normalization: Literal["NFC"] | None = "NFC",
) -> FoundPairs:
    """The pairs that stand in two columns. Rows that lack one are left out, and said.

    A no-break space (U+00A0, U+202F) before French punctuation is data and stays.

    Args:
        num_samples: only the first N pairs; None reads all.
        source, target: number of the column, from 0; None: the table's `default_columns`.
        normalization: Unicode form the text is brought to; None keeps the bytes' own, as the tutorial does.

    Raises:
        Seq2SeqError: there are no pairs, or more rows that are none; and as `open_table` does.
    """
    if num_samples is not None and num_samples < 1:
        raise Seq2SeqError(f"The first {num_samples} pairs of {table.name} were asked for: at least 1 was expected.")
    first, second = table.default_columns
    columns = (first if source is None else source, second if target is None else target)
    remarks = [*table.remarks, *_about_numbers(table, columns)]
    pairs: list[Pair] = []
    bad: list[Row] = []
    bad_count = unquoted = 0
    for row in table.rows:
        cells = row.columns
        if len(cells) <= max(columns) or table.width not in (None, 1, len(cells)):
            found = None
        else:
            found = tuple(cells[column] for column in columns)
        if not found or not all(found) or any(_NO_TEXT.search(text) for text in found):
            bad_count += 1
            bad += [row][: NAMED - len(bad)]
            continue
        unquoted += row.unquoted
        pairs.append(Pair(*(unicodedata.normalize("NFC", text) if normalization else text for text in found)))
        if len(pairs) == num_samples:
            break
    if not pairs and not bad:
        raise Seq2SeqError(f"{table.name} is empty: lines with a source, a tab and a target were expected.")
    if bad_count > len(pairs):
        more = f" {bad_count - 1:,} more lines are like that." if bad_count > 1 else ""
        raise Seq2SeqError(
            f"{table.name}, line {bad[0].number}: {_expected(table, columns)}, but this line reads "
            f"{_excerpt(bad[0], table)}.{more}"
        )
    if unquoted:
        remarks.append(
            f"Quotes that a CSV writer had put around a text are undone in {unquoted:,} line{'s' * (unquoted > 1)}."
        )
    if bad_count:
        named = ", ".join(f"line {row.number} reads {_excerpt(row, table)}" for row in bad)
        remarks.append(f"{_lines(bad_count)} left out, because {_expected(table, columns)}: {named}.")
    return FoundPairs(tuple(pairs), tuple(remarks))


def _about_numbers(table: Table, columns: tuple[int, ...]) -> list[str]:
    if table.columns < 3 or not table.numbers:
        return []
    hold = "holds" if len(table.numbers) == 1 else "hold"
    return [f"{_columns(table.numbers).capitalize()} {hold} nothing but numbers; {_columns(columns)} are read."]


def _columns(numbers: Iterable[int]) -> str:
    """Such as "columns 2 and 4"."""
    names = [str(number + 1) for number in sorted(numbers)]
    return f"column{'s' * (len(names) > 1)} {', '.join(names[:-1])}{' and ' * (len(names) > 1)}{names[-1]}"


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count:,} lines are"


def _expected(table: Table, columns: tuple[int, ...]) -> str:
    if table.delimiter == "\t" and set(columns) == {0, 1}:
        return "a source, a tab and a target were expected"
    return f"texts in {_columns(columns)}, with {table.separators} between columns, were expected"


def _excerpt(row: Row, table: Table, limit: int = 60) -> str:
    text = table.delimiter.join(row.columns)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def references_by_source(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Every accepted translation of each source, in the file's order."""
    references: dict[str, list[str]] = {}
    for source, target in pairs:
        references.setdefault(source, []).append(target)
    return references
