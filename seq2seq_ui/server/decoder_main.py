"""What a decoder's process runs: questions in on standard input, answers out on standard output.

    python -m seq2seq_ui.server.decoder_main

A frame is a letter, the length of what follows as four bytes, and that. In: Q, a question as JSON; M, a visitor's
model, pickled by the server; F, the key of one to be forgotten. Out: R, ready; A, the answer; E, the sentence why there
is none; B, the traceback of a bug; N, as JSON, the keys of visitors' models that must be sent before the question is
asked again. It ends at once when its input does: when whoever started it ends, by whatever cause. Neither Gradio nor
TensorFlow is loaded here.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import signal
import struct
import threading
import traceback
from collections import OrderedDict
from collections.abc import Sequence
from typing import IO

import orjson

from seq2seq_core import Seq2SeqError

from ..answers import Question, answer
from ..visitors import VISITORS, OwnModel

FRAME = struct.Struct("<cI")
OWN_BYTES = 100_000_000  # of visitors' models held here; the one not asked about the longest gives way
LONGEST = 120  # seconds for an answer; then the process ends, and says where it was


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """(letter, content); None at the end of the stream."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    letter, length = FRAME.unpack(head)
    content = stream.read(length)
    return (letter, content) if len(content) == length else None


def write_frame(stream: IO[bytes], letter: bytes, content: bytes = b"") -> None:
    stream.write(FRAME.pack(letter, len(content)))
    stream.write(content)
    stream.flush()


class Borrowed:
    """Visitors' models, as far as there is room."""

    def __init__(self, most: int = OWN_BYTES) -> None:
        self._most = most
        self._held: OrderedDict[str, OwnModel] = OrderedDict()

    def add(self, model: OwnModel) -> None:
        self._held[model.key] = model
        VISITORS.lend(model)
        while sum(each.bytes for each in self._held.values()) > self._most and len(self._held) > 1:
            self.forget(next(iter(self._held)))

    def forget(self, key: str) -> None:
        self._held.pop(key, None)
        VISITORS.take_back(key)

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Of a question, so that what it is about is here."""
        missing = [key for key in keys if key not in self._held]
        for key in keys:
            if key in self._held:
                self._held.move_to_end(key)
        return missing


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal: this one ends with its server
    # answers must stay alone on the pipe: whatever a library prints goes to standard error
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    frames: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
    # in a thread of its own, so that the end of the input is noticed at once
    threading.Thread(target=_read, args=(os.fdopen(os.dup(0), "rb"), frames), daemon=True).start()
    write_frame(out, b"R")
    borrowed = Borrowed()
    while True:
        letter, content = frames.get()
        if letter == b"M":
            borrowed.add(pickle.loads(content))  # of the server, which made this process
        elif letter == b"F":
            borrowed.forget(content.decode())
        else:
            question = Question.from_json(content)
            if missing := borrowed.missing(question.models):
                write_frame(out, b"N", orjson.dumps(missing))
                continue
            faulthandler.dump_traceback_later(LONGEST, exit=True)
            write_frame(out, *_answered(question))
            faulthandler.cancel_dump_traceback_later()


def _answered(question: Question) -> tuple[bytes, bytes]:
    try:
        return b"A", answer(question)
    except Seq2SeqError as error:
        return b"E", str(error).encode(errors="replace")
    except Exception:
        return b"B", traceback.format_exc().encode(errors="replace")


def _read(stream: IO[bytes], frames: queue.SimpleQueue[tuple[bytes, bytes]]) -> None:
    while (frame := read_frame(stream)) is not None:
        frames.put(frame)
    os._exit(0)  # nobody is left who could want anything


if __name__ == "__main__":
    main()
