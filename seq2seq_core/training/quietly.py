"""Loading TensorFlow without what its C++ says meanwhile: no setting keeps it from reporting that there is no GPU."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile


@contextmanager
def quietly() -> Iterator[None]:
    """What is written to the process' stderr in this block is only shown if the block fails."""
    try:
        terminal = os.dup(2)
    except OSError:  # there is none
        yield
        return
    with TemporaryFile() as said:
        sys.stderr.flush()
        os.dup2(said.fileno(), 2)
        try:
            yield
        except Exception:
            said.seek(0)
            with open(terminal, "wb", closefd=False) as shown:
                shutil.copyfileobj(said, shown)
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
