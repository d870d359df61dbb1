"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from .errors import Seq2SeqError
from .language import tr


def write_atomically(path: Path, data: bytes) -> None:
    """All of it or nothing: a reader never sees half a file, and what was there before stays.

    Raises:
        Seq2SeqError: it cannot be written: there is no such folder, it may not be, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    with written_beside(path, temporary):
        temporary.write_bytes(data)


@contextlib.contextmanager
def written_beside(path: Path, temporary: Path) -> Iterator[None]:
    """The file is written beside its place, where it goes when it is whole. Raises as `write_atomically` does."""
    try:
        yield
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise Seq2SeqError(
            tr("{path} cannot be written: {reason}. What was there before stays.", path=path, reason=reason)
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
