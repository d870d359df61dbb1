"""Reading sentence pairs, whatever people bring, and splitting them."""

from __future__ import annotations

import math
import struct
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS, as_tsv, write_tsv, write_zip

from seq2seq_core.data import tables
from seq2seq_core.data.pairs import Pair, read_pairs, references_by_source
from seq2seq_core.data.splits import split_pairs
from seq2seq_core.errors import Seq2SeqError

ATTRIBUTION = "CC-BY 2.0 (France) Attribution: tatoeba.org #1 (A) & #2 (B)"
GOOD_LINE = b"Go.\tVa !\n"


def refusal(path: Path) -> str:
    """The one message that reading this file ends with."""
    with pytest.raises(Seq2SeqError) as raised:
        read_pairs(path)
    message = str(raised.value)
    assert "\n" not in message
    assert path.name in message
    return message


def file_with(tmp_path: Path, data: bytes, name: str = "mine.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


# --- what can be read


@pytest.mark.parametrize("third_column", [None, ATTRIBUTION])
def test_two_and_three_columns_are_the_same_pairs(tmp_path: Path, third_column: str | None) -> None:
    assert read_pairs(write_tsv(tmp_path / "fra.txt", PAIRS, third_column)) == list(PAIRS)


def test_narrow_no_break_space_is_data(tmp_path: Path) -> None:
    assert Pair("Run!", "Cours\u202f!") in read_pairs(write_tsv(tmp_path / "fra.txt", PAIRS))


def test_zip_reads_the_pairs_and_not_the_about_file(tmp_path: Path) -> None:
    members = {"_about.txt": b"This file is about the data.\n", "fra.txt": as_tsv(PAIRS, ATTRIBUTION)}
    assert read_pairs(write_zip(tmp_path / "fra-eng.zip", members)) == list(PAIRS)


def test_zip_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "download.tmp", {"folder/pairs.TSV": as_tsv(PAIRS)})
    assert read_pairs(path) == list(PAIRS)


def test_byte_order_mark_is_no_character_of_the_first_sentence(tmp_path: Path) -> None:
    assert read_pairs(file_with(tmp_path, b"\xef\xbb\xbf" + as_tsv(PAIRS))) == list(PAIRS)


def test_windows_line_ends(tmp_path: Path) -> None:
    assert read_pairs(file_with(tmp_path, as_tsv(PAIRS, newline="\r\n"))) == list(PAIRS)


def test_last_line_needs_no_line_end_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    assert read_pairs(file_with(tmp_path, b"\nHi.\tSalut.\n\n  \nGo.\tVa.")) == [("Hi.", "Salut."), ("Go.", "Va.")]


def test_other_line_separators_stay_inside_their_sentence(tmp_path: Path) -> None:
    """U+2028 or a form feed ends a line for str.splitlines, but not in the tutorial."""
    assert read_pairs(file_with(tmp_path, "a\u2028b\tc\x0cd\n".encode())) == [("a\u2028b", "c\x0cd")]


def test_text_is_brought_to_nfc_unless_asked_not_to(tmp_path: Path) -> None:
    decomposed = [Pair(*(unicodedata.normalize("NFD", text) for text in pair)) for pair in PAIRS]
    assert decomposed != list(PAIRS)
    path = write_tsv(tmp_path / "fra.txt", decomposed)
    assert read_pairs(path) == list(PAIRS)
    assert read_pairs(path, normalization=None) == decomposed


@given(count=st.integers(1, len(PAIRS) + 5))
def test_num_samples_takes_the_first_pairs(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    path = tmp_path_factory.getbasetemp() / "num_samples.txt"
    if not path.exists():
        write_tsv(path, PAIRS)
    assert read_pairs(path, count) == list(PAIRS[:count])


def test_num_samples_does_not_read_further_than_needed(tmp_path: Path) -> None:
    path = file_with(tmp_path, GOOD_LINE * tables.SAMPLE + b"\xff broken\n")
    assert len(read_pairs(path, 3)) == 3


@pytest.mark.parametrize("count", [0, -1])
def test_num_samples_below_one_is_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(Seq2SeqError, match="at least 1"):
        read_pairs(write_tsv(tmp_path / "fra.txt", PAIRS), count)


def test_references_by_source_keeps_every_translation_in_order() -> None:
    references = references_by_source(PAIRS)
    assert references["Go."] == ["Va\u202f!", "Marche.", "Bouge\u202f!"]
    assert sum(map(len, references.values())) == len(PAIRS)


# --- what cannot be read: file, line and what was expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [(b"Caf\xe9.\tCaf\xe9.\n", "not UTF-8"), (b"x" * 1_000_000 + b"\ty\n", "longer than")],
    ids=["latin-1", "1 MB line"],
)
@pytest.mark.parametrize("container", ["mine.txt", "mine.zip"])
def test_a_line_that_is_no_text_is_named(tmp_path: Path, line: bytes, expected: str, container: str) -> None:
    data = GOOD_LINE * 2 + line + GOOD_LINE
    path = tmp_path / container
    if container.endswith("zip"):
        write_zip(path, {"fra.txt": data})
    else:
        path.write_bytes(data)
    message = refusal(path)
    assert "line 3" in message
    assert expected in message
    assert len(message) < 300  # a megabyte of text is not thrown back


def test_a_file_of_which_most_lines_are_no_pairs_is_refused(tmp_path: Path) -> None:
    message = refusal(file_with(tmp_path, GOOD_LINE + b"only one column\n" * 20))
    assert "line 2: a source, a tab and a target were expected, but this line reads 'only one column'" in message
    assert "19 more lines" in message


def test_the_byte_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    message = refusal(file_with(tmp_path, GOOD_LINE + b"Caf\xe9.\tx\n"))
    assert "line 2" in message
    assert "byte 4" in message
    assert "0xe9" in message


@pytest.mark.parametrize("data", [b"", b"\n\n \n", b"\xef\xbb\xbf"], ids=["no byte", "blank lines", "only a mark"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "is empty" in refusal(file_with(tmp_path, data))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path / "nowhere.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "no file" in refusal(tmp_path / "folder.txt")


def test_a_zip_without_pairs_is_refused(tmp_path: Path) -> None:
    assert "holds no .txt, .tsv or .csv" in refusal(
        write_zip(tmp_path / "a.zip", {"_about.txt": b"x", "image.png": b"x"})
    )


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"fra.txt": as_tsv(PAIRS)})
    path.write_bytes(path.read_bytes()[:-30])
    assert "a.zip is not a zip of sentence pairs" in refusal(path)


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_FILE", 1_000_000)
    path = write_zip(tmp_path / "bomb.zip", {"fra.txt": GOOD_LINE * 200_000})
    assert path.stat().st_size < 20_000
    assert "unpacks to more than 1 million characters" in refusal(path)


def test_a_zip_bomb_of_one_line_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bomb.zip", {"fra.txt": b"x" * 30_000_000})
    message = refusal(path)
    assert "line 1" in message
    assert "longer than" in message


@pytest.mark.parametrize("claimed", [9, 2**31], ids=["too small", "too large"])
def test_a_zips_claim_of_its_size_is_not_believed(tmp_path: Path, claimed: int) -> None:
    """The size in the directory is set to a lie: it must never be what the reader goes by."""
    path = write_zip(tmp_path / "lie.zip", {"fra.txt": GOOD_LINE * 1000})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x03\x04") + 22, claimed)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, claimed)
    path.write_bytes(data)
    if claimed == 9:
        refusal(path)
    else:
        assert len(read_pairs(path)) == 1000


# --- splits

some_pairs = st.lists(st.builds(Pair, st.sampled_from("abcdefghij"), st.text("xyz", min_size=1)), min_size=2)


@given(pairs=some_pairs, share=st.floats(0.05, 0.95), seed=st.integers(0, 5))
def test_source_split_never_has_a_source_on_both_sides(pairs: list[Pair], share: float, seed: int) -> None:
    try:
        training, validation = split_pairs(pairs, "source", share, seed)
    except Seq2SeqError:
        sources = len({pair.source for pair in pairs})
        assert round(sources * share) in (0, sources)
        return
    assert {pair.source for pair in training}.isdisjoint(pair.source for pair in validation)
    assert sorted(training + validation) == sorted(pairs)
    # both sides keep the file's order
    assert training == [pair for pair in pairs if pair in training]
    assert validation == [pair for pair in pairs if pair in validation]


@given(pairs=some_pairs, share=st.floats(0.05, 0.95))
def test_last_split_cuts_where_keras_does(pairs: list[Pair], share: float) -> None:
    split_at = math.floor(len(pairs) * (1.0 - share))  # as in keras' train_validation_split
    if split_at in (0, len(pairs)):
        with pytest.raises(Seq2SeqError, match="one side would be empty"):
            split_pairs(pairs, "last", share)
    else:
        assert split_pairs(pairs, "last", share) == (pairs[:split_at], pairs[split_at:])


def test_last_split_of_the_tutorial_is_its_last_fifth() -> None:
    pairs = [Pair(str(i), "x") for i in range(10_000)]
    training, validation = split_pairs(pairs, "last", 0.2)
    assert training == pairs[:8_000]
    assert validation == pairs[8_000:]


def test_source_split_depends_on_the_seed_alone() -> None:
    first, again, other = (split_pairs(PAIRS, "source", 0.2, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_single_pair_cannot_be_split() -> None:
    for split in ("source", "last"):
        with pytest.raises(Seq2SeqError, match="1 pairs cannot be split"):
            split_pairs(PAIRS[:1], split, 0.2)
