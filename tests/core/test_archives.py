"""Zip files from strangers: what is read of them, and what never is."""

from __future__ import annotations

import io
import random
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_pairs import write_zip

from seq2seq_core.archives import MAX_ENTRIES, MAX_JSON_BYTES, open_zip
from seq2seq_core.errors import Seq2SeqError

MEMBERS = {"folder/text.txt": b"Be nice.\n" * 500, "config.json": b'{"units": 7}'}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "good.zip", MEMBERS)


def read_all(data: bytes, limit: int = 10_000_000) -> dict[str, bytes]:
    with open_zip(io.BytesIO(data), "mine.zip", "a zip of tests") as archive:
        return {path: archive.read(path, limit) for path in archive.files}


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def refusal(data: bytes, limit: int = 10_000_000) -> str:
    with pytest.raises(Seq2SeqError) as raised:
        read_all(data, limit)
    message = str(raised.value)
    assert message.startswith("mine.zip")
    assert message.endswith(".")
    return message


def test_a_file_is_read_from_disk_and_from_memory(good: Path) -> None:
    assert read_all(good.read_bytes()) == MEMBERS
    with open_zip(good, good.name, "a zip") as archive:
        assert archive.files == tuple(MEMBERS)
        assert archive.read_json("config.json") == {"units": 7}
        with archive.open("folder/text.txt") as stream:
            assert stream.readline() == b"Be nice.\n"


def test_folders_and_the_notes_of_macos_are_no_files() -> None:
    assert read_all(zipped({"a/": b"", "a/b.txt": b"1", "__MACOSX/a/._b.txt": b"2", "c\\d.txt": b"3"})) == {
        "a/b.txt": b"1",
        "c/d.txt": b"3",
    }


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/passwd", "..\\a.txt", "C:\\a.txt", "C:a.txt"])
def test_a_name_that_leads_outside_is_refused(name: str) -> None:
    assert "leads outside it" in refusal(zipped(MEMBERS | {name: b""}))


def test_a_link_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        info = zipfile.ZipInfo("text.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
    assert "a link in it, 'text.txt'" in refusal(packed.getvalue())


def test_too_many_entries_are_refused() -> None:
    assert f"{MAX_ENTRIES + 1:,} entries" in refusal(zipped({str(number): b"" for number in range(MAX_ENTRIES + 1)}))


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    data = zipped({"a.txt": b"x" * 2_000_001})
    assert len(read_all(data, 2_000_001)["a.txt"]) == 2_000_001
    assert "a.txt unpacks to more than 2 MB" in refusal(data, 2_000_000)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\x80\x81"])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    data = io.BytesIO(zipped({"config.json": content}))
    with (
        open_zip(data, "mine.zip", "a zip") as archive,
        pytest.raises(Seq2SeqError, match=r"mine\.zip: config\.json is not JSON"),
    ):
        archive.read_json("config.json")


def test_a_long_json_is_refused() -> None:
    data = io.BytesIO(zipped({"config.json": b" " * (MAX_JSON_BYTES + 1)}))
    with open_zip(data, "mine.zip", "a zip") as archive, pytest.raises(Seq2SeqError, match="more than 4 MB"):
        archive.read_json("config.json")


@pytest.mark.parametrize(
    ("compression", "message"),
    [(zipfile.ZIP_DEFLATED, "more than 10 MB"), (zipfile.ZIP_BZIP2, "unusual"), (zipfile.ZIP_LZMA, "unusual")],
)
def test_a_bomb_is_not_unpacked(compression: int, message: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive, archive.open("a.txt", "w", force_zip64=True) as stream:
        for _ in range(400):
            stream.write(b"\0" * 1_000_000)
    tracemalloc.start()
    try:
        assert message in refusal(packed.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 50_000_000  # the peak, in bytes
    finally:
        tracemalloc.stop()


# --- damage


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, b"\x00\xff\x13" * 1_000])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "mine.zip is not a zip of tests: it cannot be read as a zip file" in refusal(data)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_zip_is_refused(good: Path, kept: float) -> None:
    data = good.read_bytes()
    assert "is not a zip of tests" in refusal(data[: int(len(data) * kept)])


def password(data: bytearray) -> None:
    data[data.index(b"PK\x03\x04") + 6] |= 1  # the "encrypted" flag, in both of its places
    data[data.index(b"PK\x01\x02") + 8] |= 1


def changed_content(data: bytearray) -> None:
    data[70] ^= 0x15


def smaller_than_it_is(data: bytearray) -> None:
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 9)


def a_name_that_is_no_utf_8(data: bytearray) -> None:
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 0x800)
    data[data.index(b"PK\x01\x02") + 46] = 0xFF


@pytest.mark.parametrize("damage", [password, changed_content, smaller_than_it_is, a_name_that_is_no_utf_8])
def test_damage_is_one_sentence(good: Path, damage: Callable[[bytearray], None]) -> None:
    data = bytearray(good.read_bytes())
    damage(data)
    assert "is not a zip of tests" in refusal(bytes(data))


def test_damage_of_any_kind_is_refused_or_harmless_but_never_a_crash(good: Path) -> None:
    rng = random.Random(0)
    whole = good.read_bytes()
    refused = 0
    for _ in range(2_000):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 3, 10])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            read_all(bytes(data))
        except Seq2SeqError:
            refused += 1
    assert refused > 1_000
