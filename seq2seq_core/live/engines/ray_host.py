"""A Ray actor: one worker's process on the machine where Ray has put it, and the way to it. It goes with the actor."""

from __future__ import annotations

import os
import platform
import queue
from collections.abc import Iterator

from ..protocol import Command, Gone, Message
from .process import ProcessEngine


class Host:
    def __init__(self, memory_mb: int) -> None:
        """
        Args:
            memory_mb: that the training may take, as the server's settings say.
        """
        engine = ProcessEngine()
        if engine.lacks:
            raise RuntimeError(f"{engine.lacks} is not installed on {platform.node()}.")
        os.environ["SEQ2SEQ_TRAINING_MEMORY_MB"] = str(memory_mb)
        self._heard: queue.SimpleQueue[Message | Gone] = queue.SimpleQueue()
        self._worker = engine.start()
        self._worker.listen = self._heard.put

    def said(self) -> Iterator[Message]:
        """Each message as it comes, until the worker has ended."""
        while not isinstance(message := self._heard.get(), Gone):
            yield message

    def tell(self, command: Command) -> None:
        self._worker.tell(command)

    def end(self) -> None:
        """Ray would kill the worker's process with the actor, and nobody would clear up after it."""
        self._worker.end()
