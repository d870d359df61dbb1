"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.files import write_atomically


def test_write_atomically_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    write_atomically(path, b"a long first version")
    write_atomically(path, b"short")
    assert path.read_bytes() == b"short"
    assert [file.name for file in tmp_path.iterdir()] == ["data.json"]


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match=r"data\.json cannot be written: No such file or directory"):
        write_atomically(tmp_path / "nowhere" / "data.json", b"1")
