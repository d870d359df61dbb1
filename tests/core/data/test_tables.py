"""The files that people have: how they are laid out is found out, and said."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_pairs import PAIRS, as_tsv, write_zip

from seq2seq_core.data.pairs import FoundPairs, Pair, pairs_of
from seq2seq_core.data.tables import open_table
from seq2seq_core.errors import Seq2SeqError


def found(tmp_path: Path, data: bytes | str, name: str = "mine.txt") -> FoundPairs:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return pairs_of(open_table(path))


def as_csv(rows: list[tuple[str, ...]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def test_a_plain_file_needs_no_remark(tmp_path: Path) -> None:
    assert found(tmp_path, as_tsv(PAIRS)) == FoundPairs(PAIRS, ())


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_is_read_and_its_header_said(tmp_path: Path, delimiter: str) -> None:
    rows: list[tuple[str, ...]] = [("English words/sentences", "French words/sentences"), *PAIRS]
    got = found(tmp_path, as_csv(rows, delimiter), "kaggle.csv")
    assert got.pairs == PAIRS
    assert got.remarks == (
        "Its first line is a header (English words/sentences · French words/sentences) and no pair.",
    )


def test_a_csv_in_a_zip_is_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"folder/fra.csv": as_csv([("en", "fr"), *PAIRS]).encode()})
    assert pairs_of(open_table(path)).pairs == PAIRS


def test_commas_in_sentences_separate_nothing_in_a_text(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match="a source, a tab and a target were expected"):
        found(tmp_path, "Hello, you.\n" * 20)


@pytest.mark.parametrize(
    ("first", "header"),
    [
        ("source\ttarget", True),
        ("anglais\tfrançais", True),
        ("en\tfr\tattribution", True),
        ("Deutsch\tEnglisch", True),
        ("Front\tBack", True),
        ("term\tdefinition", True),
        ("Go.\tVa !", False),
    ],
)
def test_a_header_is_known_by_its_words(tmp_path: Path, first: str, header: bool) -> None:
    got = found(tmp_path, f"{first}\n" + "Hi.\tSalut.\tA\n" * 3)
    assert len(got.pairs) == 4 - header
    assert len(got.remarks) == header


def test_columns_of_numbers_are_passed_over_and_said(tmp_path: Path) -> None:
    """Tatoeba's own files have the number of each sentence before it."""
    lines = "".join(f"{i}\t{source}\t{i + 900}\t{target}\n" for i, (source, target) in enumerate(PAIRS))
    got = found(tmp_path, lines)
    assert got.pairs == PAIRS
    assert got.remarks == ("Columns 1 and 3 hold nothing but numbers; columns 2 and 4 are read.",)
    sums = found(tmp_path, "1\t2\n" * 3)  # where there are only two, numbers are what there is to learn
    assert sums == FoundPairs((Pair("1", "2"),) * 3, ())


def test_a_column_has_a_number_and_the_headers_name(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\tEnglish\tFrench\n7\tGo.\tVa !\n")
    table = open_table(tmp_path / "a.tsv")
    assert [table.column(name) for name in ("english", "French ", "3", "1")] == [1, 2, 2, 0]
    for name in ("German", "0", "-1", ""):
        with pytest.raises(
            Seq2SeqError, match=f"a.tsv has no column '{name}': one of id, English, French, or a number"
        ):
            table.column(name)


def test_a_csv_writers_quotes_are_undone_among_tabs_and_said(tmp_path: Path) -> None:
    lines = 'Go.\tVa !\n"He said ""stop""."\tIl a dit « stop ».\n"Stop!"\t« Stop ! »\n"Hi." "Hi."\tSalut.\n'
    got = found(tmp_path, lines)
    assert [pair.source for pair in got.pairs] == ["Go.", 'He said "stop".', '"Stop!"', '"Hi." "Hi."']
    assert got.remarks == ("Quotes that a CSV writer had put around a text are undone in 1 line.",)


@given(pairs=st.lists(st.builds(Pair, *[st.text('ab "', min_size=1).filter(str.strip)] * 2), min_size=2))
@pytest.mark.parametrize(("delimiter", "name"), [("\t", "all.tsv"), (",", "all.csv"), (";", "all.csv")])
def test_what_a_csv_writer_wrote_is_read(
    tmp_path_factory: pytest.TempPathFactory, delimiter: str, name: str, pairs: list[Pair]
) -> None:
    text = as_csv(list(pairs), delimiter, csv.QUOTE_ALL)
    assert found(tmp_path_factory.getbasetemp(), text, name).pairs == tuple(pairs)


def test_bad_lines_are_counted_named_and_left_out(tmp_path: Path) -> None:
    bad = ["Stand back.  Recule.", "no target\t", "\tno source", "x" * 200, "also bad"]
    got = found(tmp_path, as_tsv(PAIRS[:8]).decode() + "".join(f"{line}\n" for line in bad))
    assert got.pairs == PAIRS[:8]
    (remark,) = got.remarks
    assert remark.startswith("5 lines are left out, because a source, a tab and a target were expected: line 9 reads ")
    assert "line 11" in remark
    assert "line 12" not in remark
    assert len(remark) < 300


def test_a_csv_row_of_another_width_is_left_out(tmp_path: Path) -> None:
    """A comma that nobody quoted would make half a sentence a target."""
    got = found(tmp_path, as_csv(list(PAIRS)) + "Well, go.,Eh bien va.\n" + '"two\nlines",x\n', "a.csv")
    assert got.pairs == PAIRS
    assert "2 lines are left out, because texts in columns 1 and 2, with commas between" in got.remarks[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_a_byte_order_mark_is_read_and_said(tmp_path: Path, encoding: str) -> None:
    got = found(tmp_path, ("\ufeff" + as_tsv(PAIRS, newline="\r\n").decode()).encode(encoding))
    assert got == FoundPairs(PAIRS, ("It is UTF-16, and was read as that.",))


def test_broken_utf_16_is_named(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match=r"mine\.txt, line 1 is not UTF-16"):
        found(tmp_path, b"\xff\xfeG\x00\x00\xd8\t\x00V\x00\n\x00")


def test_of_a_zip_the_text_with_columns_is_read_and_said(tmp_path: Path) -> None:
    """A readme comes first in many; a Mac adds a note beside each file."""
    note = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X\t\n"
    files = {"README.txt": b"These pairs are mine.\n", "__MACOSX/._fra.tsv": note, "._fra.tsv": note}
    path = write_zip(tmp_path / "a.zip", files | {"fra.tsv": as_tsv(PAIRS)})
    assert pairs_of(open_table(path)) == FoundPairs(PAIRS, ("The zip holds 2 texts, of which fra.tsv is read.",))
    with pytest.raises(Seq2SeqError, match=r"README\.txt, line 1: a source, a tab"):
        pairs_of(open_table(write_zip(tmp_path / "b.zip", files)))


def test_an_open_quote_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match="Is a quote opened and not closed"):
        found(tmp_path, as_csv(list(PAIRS)) + '"never closed,' + ("x" * 10_000 + "\n") * 20, "a.csv")
