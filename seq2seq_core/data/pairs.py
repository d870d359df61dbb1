"""Sentence pairs: two columns of a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import tr, tr_n
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
        raise Seq2SeqError(
            tr(
                "The first {count} pairs of {file} were asked for: at least 1 was expected.",
                count=num_samples,
                file=table.name,
            )
        )
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
        raise Seq2SeqError(
            tr("{file} is empty: lines with a source, a tab and a target were expected.", file=table.name)
        )
    expected = _expected(table, columns)
    if bad_count > len(pairs):
        first_bad = tr(
            "{file}, line {line}: {expected}, but this line reads {text}.",
            file=table.name,
            line=bad[0].number,
            expected=expected,
            text=_excerpt(bad[0], table),
        )
        more = tr("{lines} more lines are like that.", lines=whole(bad_count - 1))
        raise Seq2SeqError(f"{first_bad} {more}" if bad_count > 1 else first_bad)
    if unquoted:
        remarks.append(
            tr_n(
                "Quotes that a CSV writer had put around a text are undone in {lines} line.",
                "Quotes that a CSV writer had put around a text are undone in {lines} lines.",
                unquoted,
                lines=whole(unquoted),
            )
        )
    if bad_count:
        named = (tr("line {line} reads {text}", line=row.number, text=_excerpt(row, table)) for row in bad)
        remarks.append(
            tr_n(
                "{lines} line is left out, because {expected}: {named}.",
                "{lines} lines are left out, because {expected}: {named}.",
                bad_count,
                lines=whole(bad_count),
                expected=expected,
                named=", ".join(named),
            )
        )
    return FoundPairs(tuple(pairs), tuple(remarks))


def _about_numbers(table: Table, columns: tuple[int, ...]) -> list[str]:
    if table.columns < 3 or not table.numbers:
        return []
    return [
        tr_n(
            "Column {numbers} holds nothing but numbers; columns {read} are read.",
            "Columns {numbers} hold nothing but numbers; columns {read} are read.",
            len(table.numbers),
            numbers=_listed(table.numbers),
            read=_listed(columns),
        )
    ]


def _listed(columns: Iterable[int]) -> str:
    """Such as "2 and 4"."""
    *others, last = [str(number + 1) for number in sorted(columns)]
    return tr("{one} and {other}", one=", ".join(others), other=last) if others else last


def _expected(table: Table, columns: tuple[int, ...]) -> str:
    if table.delimiter == "\t" and set(columns) == {0, 1}:
        return tr("a source, a tab and a target were expected")
    return tr(
        "texts in columns {columns}, with {separators} between columns, were expected",
        columns=_listed(columns),
        separators=table.separators,
    )


def _excerpt(row: Row, table: Table, limit: int = 60) -> str:
    text = table.delimiter.join(row.columns)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def references_by_source(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Every accepted translation of each source, in the file's order."""
    references: dict[str, list[str]] = {}
    for source, target in pairs:
        references.setdefault(source, []).append(target)
    return references
