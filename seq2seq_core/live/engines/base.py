"""What the pool asks of an engine. Nothing here says that its workers are processes, or on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..protocol import Command, Gone, Message

Listener = Callable[[Message | Gone], None]


class WorkerHandle(Protocol):
    """One worker, seen from the server. It trains one run: the first command is Start, the last message Kept or
    Refused; then it ends.

    Attributes:
        listen: called with each message that comes while it is set, and with Gone at the end, in a thread of the
            engine's.
        speed: of its machine, see `duration`; None until it is known: then the worker is warm.
    """

    listen: Listener | None

    @property
    def speed(self) -> float | None: ...

    @property
    def alive(self) -> bool: ...

    def tell(self, command: Command) -> None:
        """Sends a command, and may wait until it has gone; one to a worker that has ended is lost."""

    def end(self) -> None:
        """Ends it at once, and with it all that it holds. May be called more than once."""


class Engine(Protocol):
    @property
    def room(self) -> int:
        """How many workers there may be at once, now."""

    @property
    def lacks(self) -> str | None:
        """A package that it needs and that is not installed here."""

    def start(self) -> WorkerHandle:
        """A new worker, before it is needed: it loads what it needs meanwhile."""
