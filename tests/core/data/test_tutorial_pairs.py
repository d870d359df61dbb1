"""The tutorial's script decides what was trained on: its loop is the witness."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_pairs import write_zip

from seq2seq_core.data.tutorial_pairs import read_tutorial_pairs
from seq2seq_core.errors import Seq2SeqError


def as_the_script(path: Path, num_samples: int) -> list[tuple[str, ...]]:
    with open(path, encoding="utf-8") as f:  # noqa: PTH123
        lines = f.read().split("\n")
    return [tuple(line.split("\t")[:2]) for line in lines[: min(num_samples, len(lines) - 1)]]


@pytest.mark.parametrize("num_samples", [2, 10_000])
@pytest.mark.parametrize(
    "data",
    [
        b"Go.\tVa !\tCC-BY\nHi.\tSalut.\tCC-BY\nStop!\tArr\xc3\xaate !\tCC-BY\n",
        b"Go.\tVa !\nHi.\tSalut.\nThe longest of all, without a newline.\tLa plus longue.",
        b"\xef\xbb\xbfGo.\tVa !\nHi.\tSalut.\n",
        b"Go.\tVa !\r\nHi.\tSalut.\r\n",
        b"Go.\tVa !\rHi.\tSalut.\rStop!\tHalte !\r",
        b"Go.\tVa\rHi.\tSalut.\nStop!\tHalte !\n",
        b"caf\xc3\xa9\tcafe\xcc\x81\n\tnothing\nnothing\t\n",
        b'"Go."\t"Va !"\nsource\ttarget\n',
    ],
    ids=["three columns", "no last newline", "mark", "CRLF", "CR", "lone CR", "accents and gaps", "quotes and header"],
)
def test_what_is_read_is_what_the_script_reads(tmp_path: Path, data: bytes, num_samples: int) -> None:
    path = tmp_path / "fra.txt"
    path.write_bytes(data)
    expected = as_the_script(path, num_samples)
    assert [tuple(pair) for pair in read_tutorial_pairs(path, num_samples)] == expected
    zipped = write_zip(tmp_path / "fra-eng.zip", {"_about.txt": b"about", "fra.txt": data})
    assert [tuple(pair) for pair in read_tutorial_pairs(zipped, num_samples)] == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Go.\tVa !\nno tab\n", "line 2: a source, a tab"),
        (b"Go.\tVa !", "no whole line"),
        (b"Go.\tVa !\n\xe9\t\n", "is not UTF-8"),
        (b"Go.\tVa !\n" + b"a" * 30_000, "too long|longer than"),
    ],
)
def test_what_the_script_would_stop_at_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "fra.txt"
    path.write_bytes(data)
    with pytest.raises(Seq2SeqError, match=message):
        read_tutorial_pairs(path)
