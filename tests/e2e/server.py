"""The real app in a process of its own, as a visitor meets it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    url: str
    log: Path
    pid: int

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running_app(
    log: Path,
    timeout: float = 180,
    command: Sequence[str | Path] = (sys.executable, "app.py"),
    cwd: Path = ROOT,
    port: int | None = None,
    **environment: str,
) -> Iterator[Server]:
    """`python app.py`, or another command, on this or a free port, with more in its environment, ended afterwards."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/"
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1"} | environment
    with log.open("w") as out:
        process = subprocess.Popen(list(command), cwd=cwd, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(url, process, log, timeout)
            yield Server(url, log, process.pid)
        finally:
            process.terminate()
            process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, process: subprocess.Popen[bytes], log: Path, timeout: float) -> None:
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the app did not answer:\n{log.read_text()}")
