"""Tables: the files that people have, read as rows of columns.

Texts with tabs between columns (manythings.org's, Tatoeba's, a spreadsheet's “Unicode text”), and CSV with commas or
semicolons; either alone or in a zip. How a file is laid out is decided by its first rows, and whatever was noticed is
said in a remark.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from ..archives import open_zip
from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import later, tr

MAX_LINE = 20_000  # characters; the longest line of the public file has 760
MAX_FILE = 200_000_000  # characters, unpacked; the public file has 10 million
SAMPLE = 100  # rows by which the layout is decided
MAX_CANDIDATES = 50  # texts of a zip that are looked into
SUFFIXES = (".txt", ".tsv", ".csv")
ZIP_OF_PAIRS = later("a zip of sentence pairs")

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # what the decoder makes of a byte that is none
LONGEST_ROW = 100_000  # characters of a CSV row: whoever has more forgot a quote
_QUOTED = re.compile(r'"(?:[^"]|"")*"')  # as a CSV writer does it
_SEPARATORS = {"\t": later("tabs"), ",": later("commas"), ";": later("semicolons")}
# a first row of nothing but these is a header, also of a spreadsheet in French or German, or of flashcards; short words
# that could be a pair (“it”, “es”) are left out
_HEADER_WORDS = """
    source sources target targets src tgt trg input inputs output outputs text texts sentence sentences phrase phrases
    word words translation translations translated original question answer attribution license licence
    id ids lang language languages column number
    en eng fr fra fre deu ger spa ita por nld pol rus ukr tur ara cmn ja jpn kor hin tam zh
    english french german spanish italian portuguese dutch polish russian ukrainian turkish arabic chinese japanese
    korean hindi tamil anglais français francais allemand espagnol italien mot mots traduction
    portugais néerlandais polonais russe turc arabe chinois japonais deutsch englisch französisch spanisch italienisch
    español inglés francés front back term terms definition definitions
"""


class Row(NamedTuple):
    """A row of a table."""

    number: int  # of its (last) line in the file, from 1
    columns: tuple[str, ...]
    unquoted: bool = False  # a CSV writer's quotes were undone, though tabs separate the columns


@dataclass(frozen=True)
class Table:
    """A file as rows of columns, before two of them are chosen."""

    name: str  # for messages; of a file in a zip, "pairs.zip/fra.txt"
    rows: Iterable[Row]  # without header and blank lines: a stream that can be read once, until it is `kept`
    header: tuple[str, ...]  # (): there is none
    delimiter: str
    width: int | None  # columns that each row must have; None: any number
    columns: int  # the most that one of the first rows has
    numbers: frozenset[int]  # columns, from 0, that hold nothing but whole numbers
    remarks: tuple[str, ...]  # sentences: what was noticed

    def kept(self, limit: int) -> Table:
        """The table with its first rows in memory; a remark says if there are more.

        Raises:
            Seq2SeqError: as `open_table` does, at the row that is bad.
        """
        rows = iter(self.rows)
        first = tuple(islice(rows, limit))
        try:
            whole_table = next(rows, None) is None
        except Seq2SeqError:  # a bad one, which is not read
            whole_table = False
        if whole_table:
            return replace(self, rows=first)
        read = tr("Of its lines, the first {count} are read.", count=whole(limit))
        return replace(self, rows=first, remarks=(*self.remarks, read))

    def column(self, name: str) -> int:
        """Number, from 0, of the column that the header calls so, or that has this number, from 1.

        Raises:
            Seq2SeqError: there is no such column.
        """
        names = [cell.strip().casefold() for cell in self.header]
        if name.strip().casefold() in names:
            return names.index(name.strip().casefold())
        if name.strip().isdecimal() and int(name) >= 1:
            return int(name) - 1
        if not self.header:
            raise Seq2SeqError(
                tr("{file} has no column {column!r}: its number, from 1, was expected.", file=self.name, column=name)
            )
        raise Seq2SeqError(
            tr(
                "{file} has no column {column!r}: one of {header}, or a number from 1, was expected.",
                file=self.name,
                column=name,
                header=", ".join(self.header),
            )
        )

    @property
    def default_columns(self) -> tuple[int, int]:
        """The first two; where there are more, the first two that hold more than numbers."""
        texts = [column for column in range(self.columns) if column not in self.numbers]
        return (texts[0], texts[1]) if self.columns > 2 and len(texts) > 1 else (0, 1)

    @property
    def separators(self) -> str:
        """Such as "tabs"."""
        return tr(_SEPARATORS[self.delimiter])


def open_table(path: str | Path, commas: bool = False) -> Table:
    """The table of a text, or of the first text in a zip that is one. Its rows are read as they are asked for.

    Lines end at "\\n" only, as in the tutorial; "\\r" before it is dropped. Text is UTF-8, or UTF-16 with a mark.

    Args:
        commas: whether commas and semicolons may separate columns in any text, and not only in one that is called .csv.

    Raises:
        Seq2SeqError: naming file, line and what was expected; for what comes later in the file, while it is read.
    """
    path = Path(path)
    if not path.is_file():
        raise Seq2SeqError(
            tr("There is no file {path!r}: give a text, TSV, CSV or zip file of sentence pairs.", path=str(path))
        )
    with path.open("rb") as raw:
        zipped = raw.read(4) == b"PK\x03\x04"
    if not zipped:
        return _table(_file_lines(path), path.name, commas)
    with open_zip(path, path.name, tr(ZIP_OF_PAIRS)) as archive:
        files = [file for file in archive.files if file.lower().endswith(SUFFIXES)]
    # a name with such a beginning is a note: manythings.org's _about.txt, and what a Mac keeps beside each file
    files = [file for file in files if not Path(file).name.startswith(("_", "."))]
    if not files:
        raise Seq2SeqError(tr("{file} holds no .txt, .tsv or .csv file of sentence pairs.", file=path.name))
    tables = (_table(_zip_lines(path, file), f"{path.name}/{file}") for file in files[:MAX_CANDIDATES])
    first = next(tables)
    table = next((table for table in chain([first], tables) if table.width != 1), first)
    if len(files) == 1:
        return table
    read = tr(
        "The zip holds {count} texts, of which {file} is read.", count=len(files), file=table.name.partition("/")[2]
    )
    return replace(table, remarks=(read, *table.remarks))


def _table(lines: Iterator[tuple[int, str]], name: str, commas: bool = False) -> Table:
    remarks: list[str] = []
    sample = list(islice(lines, SAMPLE))
    texts = [text for _, text in sample]
    if texts and texts[0].startswith("\ufeff"):  # `_text_lines` leaves the mark where it tells something
        remarks.append(tr("It is UTF-16, and was read as that."))
        sample[0] = (sample[0][0], texts[0][1:])
        texts[0] = texts[0][1:]
    delimiter, width = _layout(texts, name, commas)
    every = chain(sample, lines)
    if delimiter == "\t":
        cells = [cell for text in texts for cell in text.split("\t")]
        rows = _tab_rows(every, all(len(cell) > 1 and _QUOTED.fullmatch(cell) for cell in cells))
    else:
        rows = _csv_rows(every, delimiter, name)
    first = list(islice(rows, SAMPLE // 2))
    header: tuple[str, ...] = ()
    if first and _is_header(first[0].columns):
        header = first.pop(0).columns
        shown = " · ".join(cell.strip() for cell in header)
        remarks.append(tr("Its first line is a header ({header}) and no pair.", header=shown[:80]))
    numbers = [
        {i for i, cell in enumerate(row.columns) if cell.strip().isdecimal()} for row in first if len(row.columns) > 1
    ]
    return Table(
        name,
        chain(first, rows),
        header,
        delimiter,
        width,
        max((len(row.columns) for row in first), default=0),
        frozenset(set.intersection(*numbers) if numbers else ()),
        tuple(remarks),
    )


def _layout(texts: Sequence[str], name: str, commas: bool) -> tuple[str, int | None]:
    """(what separates the columns, how many each row must have). A text of one column has the width 1.

    Commas stand in sentences, too: they separate columns only where they may, or in a file that is called .csv.
    """
    if 2 * sum("\t" in text for text in texts) >= len(texts):
        return "\t", None
    named_so = name.lower().endswith(".csv")
    if not (commas or named_so):
        return "\t", 1
    best = (0, "," if named_so else "\t", 1)
    for delimiter in (",", ";"):
        try:
            widths = Counter(len(cells) for cells in _read_csv(texts, delimiter))
        except csv.Error:  # said when its rows are read
            continue
        width, count = widths.most_common(1)[0]
        if width > 1 and count > best[0]:
            best = (count, delimiter, width)
    return best[1], best[2]


def _is_header(cells: Sequence[str]) -> bool:
    known = set(_HEADER_WORDS.split())
    words = [re.findall(r"\w+", cell.replace("_", " ").casefold()) for cell in cells]
    return len(cells) > 1 and all(found and known.issuperset(found) for found in words)


def _tab_rows(lines: Iterable[tuple[int, str]], all_quoted: bool) -> Iterator[Row]:
    for number, line in lines:
        cells = line.split("\t")
        if '"' in line:
            plain = [_unquoted(cell, all_quoted) for cell in cells]
            yield Row(number, tuple(plain), plain != cells)
        else:
            yield Row(number, tuple(cells))


def _unquoted(cell: str, all_quoted: bool) -> str:
    """A cell without the quotes that a CSV writer puts around one with a quote in it, which it doubles.

    “"Stop!"” is a sentence in quotes, as long as not every cell of the file has them.
    """
    inner = cell[1:-1]
    if len(cell) > 1 and (all_quoted or '""' in inner) and _QUOTED.fullmatch(cell):
        return inner.replace('""', '"')
    return cell


def _read_csv(texts: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """By hand, a space comes after the comma: it belongs to no sentence."""
    return csv.reader(texts, delimiter=delimiter, skipinitialspace=True)


def _csv_rows(lines: Iterable[tuple[int, str]], delimiter: str, name: str) -> Iterator[Row]:
    line, unfinished = 0, 0  # the line that was read last; characters since the last row was complete

    def texts() -> Iterator[str]:
        nonlocal line, unfinished
        for number, text in lines:
            line = number
            unfinished += len(text)
            if unfinished > LONGEST_ROW:
                raise csv.Error(tr("a row of more than {count} characters", count=whole(LONGEST_ROW)))
            yield f"{text}\n"

    try:
        for cells in _read_csv(texts(), delimiter):
            unfinished = 0
            yield Row(line, tuple(cells))
    except csv.Error as error:
        raise Seq2SeqError(
            tr(
                "{file}, line {line}: this cannot be read as CSV ({error}). Is a quote opened and not closed?",
                file=name,
                line=line,
                error=error,
            )
        ) from None


def _file_lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as stream:
        yield from _text_lines(stream, path.name)


def _zip_lines(path: Path, file: str) -> Iterator[tuple[int, str]]:
    with open_zip(path, path.name, tr(ZIP_OF_PAIRS)) as archive, archive.open(file) as stream:
        yield from _text_lines(stream, f"{path.name}/{file}")


def _text_lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that is not blank, read as a stream. Of UTF-16, the first one has a mark."""
    buffered = io.BufferedReader(stream)  # type: ignore[type-var]  # it reads what has no end as well
    wide = buffered.peek(2)[:2] in _BYTE_ORDER_MARKS
    # a byte that is no UTF-8 becomes a character of its own, so that its line is known
    encoding, errors = ("utf-16", "strict") if wide else ("utf-8-sig", "surrogateescape")
    text = io.TextIOWrapper(buffered, encoding, errors, newline="\n")
    number = total = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            total += len(line)
            if len(line) > MAX_LINE:
                raise Seq2SeqError(
                    tr(
                        "{file}, line {line} is longer than {most} characters: one sentence pair a line was expected.",
                        file=name,
                        line=number,
                        most=whole(MAX_LINE),
                    )
                )
            if total > MAX_FILE:
                raise Seq2SeqError(
                    tr(
                        "{file} unpacks to more than {most} million characters: a smaller file is needed.",
                        file=name,
                        most=MAX_FILE // 10**6,
                    )
                )
            if not line.isascii() and (bad := _NOT_UTF_8.search(line)):
                place = len(line[: bad.start()].encode()) + 1
                raise Seq2SeqError(
                    tr(
                        "{file}, line {line} is not UTF-8 (byte {place} is {byte}): save the file as UTF-8.",
                        file=name,
                        line=number,
                        place=place,
                        byte=f"0x{ord(bad.group()) - 0xDC00:02x}",
                    )
                )
            line = line.rstrip("\r\n")
            if line.strip():
                yield number, f"\ufeff{line}" if wide else line
                wide = False
    except UnicodeError:
        raise Seq2SeqError(
            tr("{file}, line {line} is not UTF-16, as the file's first bytes say.", file=name, line=number + 1)
        ) from None
