"""The pairs of a file as the tutorial's script reads them: whoever rebuilds its vocabulary must read as it did."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..archives import open_zip
from ..errors import Seq2SeqError
from ..language import tr
from .pairs import Pair
from .tables import MAX_FILE, MAX_LINE, ZIP_OF_PAIRS, open_table


def read_tutorial_pairs(path: str | Path, num_samples: int | None = None) -> list[Pair]:
    """What the script has after its loop over the lines:

        with open(data_path, "r", encoding="utf-8") as f:
            lines = f.read().split("\\n")
        for line in lines[: min(num_samples, len(lines) - 1)]:
            input_text, target_text, _ = line.split("\\t")

    So a last line without a newline is dropped, a lone carriage return ends a line, a byte order mark is a character,
    and no text is normalised. Blank lines, at which it would have stopped, are left out.

    Args:
        path: the text, or a zip of it.
        num_samples: only the first N lines; None reads all.

    Raises:
        Seq2SeqError: naming file and line, for what the script would have stopped at; as `open_table` does.
    """
    if num_samples is not None and num_samples < 1:
        raise Seq2SeqError(
            tr(
                "The first {count} pairs of {file} were asked for: at least 1 was expected.",
                count=num_samples,
                file=Path(path).name,
            )
        )
    pairs: list[Pair] = []
    with _opened(Path(path)) as (stream, name):
        for number, line in _lines(stream, name):
            columns = line.split("\t")
            if len(columns) < 2:
                raise Seq2SeqError(
                    tr("{file}, line {line}: a source, a tab and a target were expected.", file=name, line=number)
                )
            pairs.append(Pair(columns[0], columns[1]))
            if len(pairs) == num_samples:
                break
    if not pairs:
        raise Seq2SeqError(
            tr("{file} has no whole line: lines with a source, a tab and a target were expected.", file=name)
        )
    return pairs


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """The text, and what it is called in messages."""
    name = open_table(path).name  # decides which text of a zip
    if name == path.name:
        with path.open("rb") as stream:
            yield stream, name
    else:
        with (
            open_zip(path, path.name, tr(ZIP_OF_PAIRS)) as archive,
            archive.open(name.partition("/")[2]) as text,
        ):
            yield text, name


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that ends and is not blank."""
    text = io.TextIOWrapper(stream, encoding="utf-8")  # newlines of every kind, as `open` reads them
    number = total = 0
    try:
        while line := text.readline(MAX_LINE + 1):
            number += 1
            total += len(line)
            if len(line) > MAX_LINE or total > MAX_FILE:
                raise Seq2SeqError(
                    tr(
                        "{file}, line {line}: this line, or the file up to it, is too long to be pairs.",
                        file=name,
                        line=number,
                    )
                )
            if line.endswith("\n") and line.strip():
                yield number, line.removesuffix("\n")
    except UnicodeDecodeError:
        raise Seq2SeqError(
            tr("{file} is not UTF-8 after line {line}: save the file as UTF-8.", file=name, line=number)
        ) from None
