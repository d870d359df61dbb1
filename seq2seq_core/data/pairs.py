"""Sentence pairs: reading the files people have, and splitting them.

`fra.txt` / `fra-eng.zip` as manythings.org serves them (two columns; since 2020 a third with the attribution), or
any UTF-8 file with a source, a tab and a target on each line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Literal, NamedTuple

from ..archives import open_zip
from ..errors import Seq2SeqError

MAX_LINE_BYTES = 20_000  # the longest line of the public file has 760
MAX_FILE_BYTES = 200_000_000  # unpacked; the public file has 10 MB


class Pair(NamedTuple):
    """A sentence and one translation of it; the same source may occur in several pairs."""

    source: str
    target: str


class Row(NamedTuple):
    """A line of a table."""

    number: int  # of the line in its file, from 1
    columns: tuple[str, ...]


def read_pairs(
    path: str | Path, num_samples: int | None = None, normalization: Literal["NFC"] | None = "NFC"
) -> list[Pair]:
    """The pairs of a `.txt`/`.tsv` file or of the first such file in a `.zip`, in the file's order.

    A no-break space (U+00A0, U+202F) before French punctuation is data and stays. Lines end at "\\n" only, as in
    the tutorial; "\\r" before it is dropped.

    Args:
        num_samples: only the first N pairs; None reads all.
        normalization: Unicode form the text is brought to; None keeps the bytes' own, as the tutorial does.

    Raises:
        Seq2SeqError: naming file, line and what was expected.
    """
    path = Path(path)
    if num_samples is not None and num_samples < 1:
        raise Seq2SeqError(f"The first {num_samples} pairs of {path.name} were asked for: at least 1 was expected.")
    return pairs_of_rows(islice(read_rows(path), num_samples), path.name, normalization=normalization)


def read_rows(path: str | Path) -> Iterator[Row]:
    """The lines that are not blank, as a stream. Raises Seq2SeqError as `read_pairs` does, at the line that is bad."""
    for number, line in _lines(Path(path)):
        yield Row(number, tuple(line.split("\t")))


def pairs_of_rows(
    rows: Iterable[Row],
    name: str,
    source: int = 0,
    target: int = 1,
    normalization: Literal["NFC"] | None = "NFC",
) -> list[Pair]:
    """The pairs that stand in two columns.

    Args:
        name: of the file, for messages.
        source, target: number of the column, from 0.

    Raises:
        Seq2SeqError: there is no row, or one lacks a column.
    """
    pairs: list[Pair] = []
    for number, columns in rows:
        if len(columns) <= max(source, target) or not columns[source] or not columns[target]:
            expected = "a source, a tab and a target were expected"
            if {source, target} != {0, 1}:
                expected = f"texts in columns {source + 1} and {target + 1}, with tabs between columns, were expected"
            raise Seq2SeqError(
                f"{name}, line {number}: {expected}, but this line reads {_excerpt(chr(9).join(columns))}."
            )
        texts = (columns[source], columns[target])
        pairs.append(Pair(*(unicodedata.normalize("NFC", text) if normalization else text for text in texts)))
    if not pairs:
        raise Seq2SeqError(f"{name} is empty: lines with a source, a tab and a target were expected.")
    return pairs


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that is not blank, read as a stream."""
    if not path.is_file():
        raise Seq2SeqError(f"There is no file {str(path)!r}: give a text, TSV or zip file of sentence pairs.")
    with path.open("rb") as raw:
        if raw.read(4) == b"PK\x03\x04":
            yield from _zip_lines(path)
        else:
            raw.seek(0)
            yield from _text_lines(raw, path.name)


def _zip_lines(path: Path) -> Iterator[tuple[int, str]]:
    with open_zip(path, path.name, "a zip of sentence pairs") as archive:
        for file in archive.files:
            if file.lower().endswith((".txt", ".tsv")) and not Path(file).name.startswith("_"):
                with archive.open(file) as stream:
                    yield from _text_lines(stream, f"{path.name}/{file}")
                return
        raise Seq2SeqError(f"{path.name} holds no .txt or .tsv file of sentence pairs.")


def _text_lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    number = total = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        total += len(raw)
        if len(raw) > MAX_LINE_BYTES:
            raise Seq2SeqError(
                f"{name}, line {number} is longer than {MAX_LINE_BYTES:,} bytes: one sentence pair a line was expected."
            )
        if total > MAX_FILE_BYTES:
            raise Seq2SeqError(f"{name} unpacks to more than {MAX_FILE_BYTES // 10**6} MB: a smaller file is needed.")
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise Seq2SeqError(
                f"{name}, line {number} is not UTF-8 (byte {error.start + 1} is 0x{raw[error.start]:02x}): "
                "save the file as UTF-8."
            ) from None
        if line.strip():
            yield number, line


def _excerpt(text: str, limit: int = 60) -> str:
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def references_by_source(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Every accepted translation of each source, in the file's order."""
    references: dict[str, list[str]] = {}
    for source, target in pairs:
        references.setdefault(source, []).append(target)
    return references
