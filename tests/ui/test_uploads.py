"""What visitors bring: every row of the table of bad input is answered with a sentence, and nobody sees another's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from gradio.data_classes import FileData
from starlette.applications import Starlette
from starlette.testclient import TestClient

from seq2seq_core import Seq2SeqError, list_pretrained, load_model
from seq2seq_core.data.pairs import FoundPairs, Pair
from seq2seq_core.insights.exposure_bias import exposure_bias
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.run import Run
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_zip import pack_model
from seq2seq_ui.components import Upload
from seq2seq_ui.library import examples_of, pretrained, title_of
from seq2seq_ui.links import View
from seq2seq_ui.server.training_routes import ROUTES
from seq2seq_ui.uploads import MAX_CHARACTERS, MAX_PAIRS, open_upload, read_pasted, read_table, short_pairs
from seq2seq_ui.visitors import VISITORS, OwnModel, Visitor

LINES = "".join(f"word {n}\tsum {n}\tnote {n}\n" for n in range(20))


def file(folder: Path, data: bytes | str, name: str = "mine.tsv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_an_upload_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """`gr.File` makes an empty file each time."""
    path = file(tmp_path, LINES)
    upload = Upload(file_types=[".tsv"])
    upload.GRADIO_CACHE = str(tmp_path)
    assert upload.preprocess(FileData(path=str(path))) == str(path)
    assert list(tmp_path.iterdir()) == [path]
    assert upload.get_block_name() == "file"
    with pytest.raises(gr.Error, match=r"mine\.exe: a file of \.tsv was expected"):
        upload.preprocess(FileData(path=str(file(tmp_path, LINES, "mine.exe"))))


def test_columns_can_be_chosen(tmp_path: Path) -> None:
    table = read_table(file(tmp_path, LINES))
    assert table.columns == 3
    assert short_pairs(table, 0, 1) == FoundPairs(tuple(Pair(f"word {n}", f"sum {n}") for n in range(20)), ())
    assert short_pairs(table, 2, 0).pairs[3] == Pair("note 3", "word 3")


def test_long_sentences_are_left_out_and_counted(tmp_path: Path) -> None:
    found = short_pairs(read_table(file(tmp_path, LINES + f"{'a' * (MAX_CHARACTERS + 1)}\tb\n")), 0, 1)
    assert len(found.pairs) == 20
    assert found.remarks == ("1 with a sentence of more than 120 characters are left out.",)


def test_only_the_first_lines_are_read_and_it_is_said(tmp_path: Path) -> None:
    for lines, remarks in ((MAX_PAIRS, ()), (MAX_PAIRS + 5, ("Of its lines, the first 20,000 are read.",))):
        table = read_table(file(tmp_path, "a\tb\n" * lines))
        assert len(tuple(table.rows)) == MAX_PAIRS
        assert short_pairs(table, 0, 1).remarks == remarks
    bad = "a\tb\n" * MAX_PAIRS + "a" * 30_000
    assert short_pairs(read_table(file(tmp_path, bad)), 0, 1).remarks == remarks  # what is not read may be anything


def test_pasted_pairs_are_read_as_a_file_of_them_would_be() -> None:
    assert short_pairs(read_pasted(LINES), 0, 1).pairs == tuple(Pair(f"word {n}", f"sum {n}") for n in range(20))
    for pasted, message in (("", "The pasted text is empty"), ("a\tb\n" * 3, "The pasted text has 3 pairs")):
        with pytest.raises(Seq2SeqError, match=message):
            short_pairs(read_pasted(pasted), 0, 1)


@pytest.mark.parametrize("between", [",", ", ", ";", "; "])
def test_pasted_pairs_may_have_a_comma_between_them(between: str) -> None:
    """As the field says. Where a pair has tabs, a comma is one of its sentence's."""
    lines = "".join(f"word {n}{between}sum {n}\n" for n in range(20))
    assert short_pairs(read_pasted(lines), 0, 1).pairs == tuple(Pair(f"word {n}", f"sum {n}") for n in range(20))
    quoted = f'"Yes, {{}}."{between}"Oui ; {{}}."\n'
    pairs = short_pairs(read_pasted("".join(quoted.format(n, n) for n in range(20))), 0, 1).pairs
    assert pairs[3] == Pair("Yes, 3.", "Oui ; 3.")
    assert short_pairs(read_pasted(f"one{between}two\tun\n" * 10), 0, 1).pairs[0] == Pair(f"one{between}two", "un")
    with pytest.raises(Seq2SeqError, match="line 1: a source, a tab and a target were expected, but this line reads"):
        short_pairs(read_pasted("one two\n" * 12), 0, 1)


def test_more_text_than_is_kept_in_memory_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Seq2SeqError, match=r"mine\.tsv: its first 20,000 lines have 12 million characters; up to 10"):
        read_table(file(tmp_path, f"a\tb\t{'c' * 600}\n" * 20_000))


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pairs.txt", b"a" * 30_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "mine.tsv is empty"),
        (b"\n\n \n", "mine.tsv is empty"),
        ("caf\xe9\tcoffee\n".encode("latin-1"), "line 1 is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe" * 50, "is not UTF-8"),
        (b"only one column\n" * 20, "line 1: a source, a tab and a target"),
        (b"a\t" + b"b" * 10_000_000, "line 1 is longer than 20,000 characters"),
        (b"a\tb\n" * 3, "3 pairs .* at least 10 are needed"),
        (("a" * 200 + "\tb\n").encode() * 30, "0 pairs of sentences of up to 120"),
        (b"PK\x03\x04 and then noise", "not a zip of sentence pairs"),
        (bomb(), "longer than 20,000 characters"),
    ],
    ids=range(10),
)
def test_bad_pairs_are_a_sentence(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        short_pairs(read_table(file(tmp_path, data)), 0, 1)


def test_a_column_that_is_not_everywhere_is_named(tmp_path: Path) -> None:
    table = read_table(file(tmp_path, LINES + "a\tb\n"))
    (remark,) = short_pairs(table, 0, 2).remarks
    assert "texts in columns 1 and 3, with tabs between columns, were expected: line 21 reads" in remark
    with pytest.raises(Seq2SeqError, match="same column"):
        short_pairs(table, 1, 1)


ZIP = pack_model(pretrained_folder() / "dates-gru")


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    made = VISITORS.of_session("a")
    yield made
    VISITORS.forget(made)
    assert VISITORS.known("a") is None


def dates(visitor: Visitor) -> OwnModel:
    return VISITORS.add_model(visitor, load_model("dates-gru"), "yours: dates", ("1 May 2000",), ZIP)


def test_an_own_model_is_shown_as_any_other() -> None:
    visitor = VISITORS.of_session("a")
    model = dates(visitor)
    try:
        trace = View(model.key, "29 Sep 2017").translate()
        assert trace.text == load_model("dates-gru").translate("29 Sep 2017").text
        assert trace.model == model.key
        assert title_of(model.key) == "yours: dates"
        assert examples_of(pretrained(model.key)) == ("1 May 2000",)
    finally:
        VISITORS.forget(visitor)
    with pytest.raises(Seq2SeqError, match="not here any more: its page was closed"):
        View(model.key, "29 Sep 2017").translate()


@pytest.mark.parametrize(
    "values", [{"text": "\u4e2d"}, {"prefix": "\u4e2d"}, {"prefix": "1" * 99}, {"text": "1" * 251}]
)
def test_what_is_said_of_an_own_model_does_not_name_its_key(visitor: Visitor, values: dict[str, str]) -> None:
    """It is a secret, and what a model cannot do is said on screen, to programs and in the log."""
    model = dates(visitor)
    with pytest.raises(Seq2SeqError) as refused:
        replace(View(model.key, "1 May 2000"), **values).translate()
    assert model.key not in str(refused.value)


def test_an_own_model_without_exposure_bias_does_not_name_its_key(visitor: Visitor) -> None:
    model = VISITORS.add_model(visitor, load_model("addition-lstm"), "yours: sums", ("1+1",))
    with pytest.raises(Seq2SeqError, match=r"^This model never reads what it wrote"):
        exposure_bias(model.translator, "1+1", "2")


@pytest.mark.parametrize("name", ["model.zip", "model.keras"])
def test_a_bad_upload_leaves_nothing(visitor: Visitor, tmp_path: Path, name: str) -> None:
    with pytest.raises(Seq2SeqError):
        open_upload(visitor, file(tmp_path, b"\x00\x01noise", name), None, 10, "space")
    assert visitor.models == []
    uploaded = open_upload(visitor, file(tmp_path, ZIP, "good.zip"), None, 10, "space")
    assert visitor.models == [uploaded]
    assert uploaded.title == "yours: good.zip"


@pytest.mark.parametrize("name", list_pretrained())
def test_the_zip_of_every_model_has_something_to_try(visitor: Visitor, tmp_path: Path, name: str) -> None:
    """The folder of a generated task has no examples with it."""
    packed = file(tmp_path, pack_model(pretrained_folder() / name), f"{name}.zip")
    model = open_upload(visitor, packed, None, 10, "space")
    assert [model.translator.translate(text).text for text in model.examples]
    task = load_model(name).task
    assert task is None or model.examples == task.examples


def test_examples_that_a_model_cannot_read_are_left_out(visitor: Visitor, tmp_path: Path) -> None:
    data = io.BytesIO(ZIP)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("dates-gru/examples.json", '["\u4e2d", "  ", "1 May 2000"]')
    model = open_upload(visitor, file(tmp_path, data.getvalue(), "mine.zip"), None, 10, "space")
    assert model.examples == ("1 May 2000",)


def test_a_keras_file_alone_asks_for_its_pairs(visitor: Visitor, tmp_path: Path) -> None:
    data = (pretrained_folder() / "dates-gru" / "model.keras").read_bytes()
    with pytest.raises(Seq2SeqError, match="weights but no vocabulary"):
        open_upload(visitor, file(tmp_path, data, "s2s_model.keras"), None, 10, "space")
    pairs = file(tmp_path, LINES)
    with pytest.raises(Seq2SeqError, match=r"characters, but s2s_model\.keras was made for"):
        open_upload(visitor, tmp_path / "s2s_model.keras", str(pairs), 10, "space")


def test_a_keras_file_that_unpacks_to_too_much_is_not_unpacked(visitor: Visitor, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", b"\x00" * 90_000_000)
    with pytest.raises(Seq2SeqError, match="unpacks to more than 80 MB"):
        open_upload(visitor, file(tmp_path, packed.getvalue(), "s2s_model.keras"), None, 10, "space")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def test_the_routes_know_nobody_without_a_token(client: TestClient) -> None:
    for token in ("", "guess", "../.."):
        query = {"visitor": token}
        assert client.get("/_lab/train/events", params=query).text == 'data: {"kind":"nobody"}\n\n'
        assert client.post("/_lab/train/command", params=query, content=b'{"do": "stop"}').status_code == 409
    for what in ("model.zip", "curves.csv"):
        assert client.get(f"/_lab/train/{what}", params={"model": "dates-gru"}).status_code == 404


def test_commands_are_checked(client: TestClient, visitor: Visitor) -> None:
    query = {"visitor": visitor.token}
    visitor.run = Run(PRESETS["dates"].config, (), "", 10, 1)
    for body, status, message in (
        (b"not json", 400, "not known"),
        (b"[]", 400, "not known"),
        (b'{"do": "format"}', 400, "not known"),
        (b'{"do": "pause"}', 200, "no training under way"),
        (b"x" * 20_000, 413, "too long"),
    ):
        answer = client.post("/_lab/train/command", params=query, content=body)
        assert (answer.status_code, message in answer.text) == (status, True)
    assert client.get("/_lab/train/command", params=query).status_code == 405


def test_a_download_is_the_zip_itself(client: TestClient, visitor: Visitor) -> None:
    model = dates(visitor)
    answer = client.get("/_lab/train/model.zip", params={"model": model.key})
    assert answer.content == ZIP
    assert answer.headers["content-disposition"] == 'attachment; filename="yours-dates.zip"'
    assert client.get("/_lab/train/curves.csv", params={"model": model.key}).status_code == 404
