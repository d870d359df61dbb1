"""Zip files that people bring: read in memory and within limits, with one sentence for all that can be wrong."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from stat import S_ISLNK
from typing import IO, Any

from .decimals import whole
from .errors import Seq2SeqError
from .language import tr

MAX_ENTRIES = 1_000
MAX_JSON_BYTES = 4_000_000
# everything that reading a damaged zip can raise
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


class Archive:
    """An open zip file; `open_zip` makes them.

    Attributes:
        name: what it is called in messages.
        files: the paths of its files, with slashes; macOS' own notes are left out.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive, self.name = archive, name
        self._entries: dict[str, zipfile.ZipInfo] = {}
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Seq2SeqError(
                tr(
                    "{name} has {entries} entries: at most {most} are read.",
                    name=name,
                    entries=whole(len(entries)),
                    most=whole(MAX_ENTRIES),
                )
            )
        for entry in entries:
            path = PureWindowsPath(entry.filename)  # both slashes separate, and C: is a drive: no system reads more
            if path.anchor or ".." in path.parts:
                raise Seq2SeqError(
                    tr(
                        "{name} has an entry {filename!r} that leads outside it, which is not allowed.",
                        name=name,
                        filename=entry.filename,
                    )
                )
            if S_ISLNK(entry.external_attr >> 16):
                raise Seq2SeqError(
                    tr(
                        "{name} has a link in it, {filename!r}, which is not allowed.",
                        name=name,
                        filename=entry.filename,
                    )
                )
            if not entry.is_dir() and path.parts[:1] != ("__MACOSX",):
                self._entries[path.as_posix()] = entry
        self.files = tuple(self._entries)

    def open(self, path: str) -> IO[bytes]:
        """The file as a stream. What the zip's directory claims of its size is not believed: count what is read."""
        entry = self._entries[path]
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # the other methods unpack as much as they can at once: 800 bytes of bzip2 can be gigabytes
            raise Seq2SeqError(
                tr(
                    "{name}: {path} is compressed in an unusual way: a zip packed with deflate was expected.",
                    name=self.name,
                    path=path,
                )
            )
        return self._archive.open(entry)

    def read(self, path: str, limit: int) -> bytes:
        """The whole file. Raises Seq2SeqError if it is longer than so many bytes, of which no more are unpacked."""
        with self.open(path) as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise Seq2SeqError(
                tr(
                    "{name}: {path} unpacks to more than {megabytes} MB, too large here.",
                    name=self.name,
                    path=path,
                    megabytes=limit // 10**6,
                )
            )
        return data

    def read_json(self, path: str) -> Any:
        """As `parse_json`."""
        return parse_json(self.read(path, MAX_JSON_BYTES), f"{self.name}: {path}")


def parse_json(data: bytes, name: str) -> Any:
    """The values of a JSON text. Raises Seq2SeqError for what is none, or has half a character in it.

    Args:
        name: what it is called in messages.
    """
    try:
        values = json.loads(data)
        json.dumps(values, ensure_ascii=False).encode()  # "\\ud800" is JSON, but no text that anything could write
    except (ValueError, RecursionError) as error:
        raise Seq2SeqError(tr("{name} is not JSON ({error}).", name=name, error=error)) from None
    return values


@contextmanager
def open_zip(file: Path | IO[bytes], name: str, expected: str) -> Iterator[Archive]:
    """Opens a zip file; nothing of it is unpacked to disk.

    Args:
        name: what it is called in messages.
        expected: what it should be, such as "a zip of sentence pairs": a text of `later`.

    Raises:
        Seq2SeqError: here or in the block, whenever the file turns out to be no zip, damaged, locked with a password,
            over a limit, or to hold a name that leads outside it or a link.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield Archive(archive, name)
    except Seq2SeqError:
        raise
    except BROKEN_ZIP as error:
        raise Seq2SeqError(
            tr(
                "{name} is not {expected}: it cannot be read as a zip file ({error}).",
                name=name,
                expected=tr(expected),
                error=error,
            )
        ) from None
