"""Ctrl-C, between two events of a training and never within one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def until_ctrl_c(events: Iterator[T]) -> Iterator[T]:
    """The events up to Ctrl-C. Raised wherever it arrives, it is lost if that is a callback of TensorFlow's."""
    pressed = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: pressed.set())
    try:
        for event in events:
            yield event
            if pressed.is_set():
                raise KeyboardInterrupt
    finally:
        signal.signal(signal.SIGINT, before)
