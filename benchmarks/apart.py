"""A rival in a process of its own: TensorFlow and PyTorch's Triton do not live in one, and no library slows another."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

Made = dict[str, Callable[..., Any]]  # functions by name, whose arguments and results can be pickled


class Apart:
    """Calls functions that are made and run in another process, one call at a time. What they time, they time there.

    Raises:
        RuntimeError: the other process has ended.
    """

    def __init__(self, make: Callable[..., Made], *arguments: Any) -> None:
        """`make` is a function of a module, and its arguments can be pickled."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def __call__(self, name: str, *arguments: Any) -> Any:
        try:
            self._pipe.send((name, arguments))
            return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            raise RuntimeError(f"The process of a rival ended with status {self._process.exitcode}.") from None

    def close(self) -> None:
        self._pipe.close()
        self._process.join()


def _serve(pipe: Connection, make: Callable[..., Made], arguments: tuple[Any, ...]) -> None:
    made = make(*arguments)
    while True:
        try:
            name, given = pipe.recv()
        except EOFError:
            return
        pipe.send(made[name](*given))
