"""Copies: what Gradio writes to the disk of a file that a visitor brings, until the file was read (uploads.py).

one each        Gradio names a copy for its content: of a file that a whole class brings there would be one, which goes
                with the first of them who opens theirs
nothing left    they are in a folder of this process' own, which goes with it; what was left by one that was killed goes
                when the next one starts
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from gradio import route_utils

VARIABLE = "GRADIO_TEMP_DIR"
NAMED = "seq2seq-uploads-"  # then the number of the process, and what makes it unique


class Copy(route_utils.GradioUploadFile):
    """With something of chance in what its name is made from."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sha.update(secrets.token_bytes(16))


def keep_apart() -> None:
    """Gradio writes its copies so from now on; into another folder where it has been told of one."""
    route_utils.GradioUploadFile = Copy  # type: ignore[misc]
    if VARIABLE not in os.environ:
        folder = tempfile.mkdtemp(prefix=f"{NAMED}{os.getpid()}-")  # closed to other users of this computer
        os.environ[VARIABLE] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def clear_up() -> None:
    """Removes what is here of processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{NAMED}*"):
        number, _, _ = folder.name.removeprefix(NAMED).partition("-")
        if number.isdigit() and not _is_there(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_there(process: int) -> bool:
    if sys.platform == "win32":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def end_in_order() -> None:
    """Told to end, as by `docker stop` or the computer's own shutdown, the process leaves nothing behind either."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
