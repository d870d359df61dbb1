"""What the benchmarks share: the machine in one line, tables of medians and ratios, an app in its own process."""

from __future__ import annotations

import json
import os
import platform
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent

# All of them fit the tutorial's encoder array, whose rows hold 16 characters.
SENTENCES = [
    "Be nice.", "Drop it!", "Get out!", "I love you.", "Tom went home.", "She is my wife.", "Come here.",
    "I am not sure.", "We lost.", "Who are you?", "Open the door.", "It is raining.", "He runs fast.", "Stop that!",
    "I need help.", "You look tired.", "They left.", "Is it far?", "Call me later.", "We are winning.",
]  # fmt: skip


def machine(*packages: str) -> str:
    """Processor, cores, load, Python and the versions of these packages, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    parts = [model, f"{os.cpu_count()} cores", f"load {psutil.getloadavg()[0]:.1f}", platform.system()]
    parts.append(f"Python {platform.python_version()}")
    for package in packages:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            parts.append(f"no {package}")
    return " · ".join(parts)


def spread(values: Sequence[float], digits: int) -> str:
    """median (min–max)."""
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low}–{high})"


def ratio(values: Sequence[float], ours: Sequence[float]) -> str:
    """How many times our median."""
    times = statistics.median(values) / statistics.median(ours)
    return f"{times:,.0f} ×" if times >= 9.95 else f"{times:.2f} ×"


def show(table: Table, *notes: str) -> None:
    """Prints the table, and the notes under it, wide enough not to wrap where the output is no terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    console.print(table)
    for note in notes:
        console.print(note, markup=False, highlight=False, soft_wrap=True)


def save(path: Path | None, machine_line: str, results: dict[str, Any]) -> None:
    """The raw figures as JSON, where --json asked for them."""
    if path:
        path.write_text(json.dumps({"machine": machine_line, **results}, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Server:
    """An app that answers, in a process of its own."""

    url: str
    process: psutil.Process
    seconds: float  # from the start of the process until GET / was answered with 200


@contextmanager
def serve(*command: str, timeout: float = 120) -> Iterator[Server]:
    """Runs the command from the repository's root on a free port; ends it and its children whatever happens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    paths = filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    settings = {"GRADIO_SERVER_PORT": port, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    url = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = psutil.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not _answers(url):
                if process.poll() is not None or time.perf_counter() - started > timeout:
                    raise RuntimeError(f"{' '.join(command)} did not answer")
                time.sleep(0.02)
            yield Server(url, process, time.perf_counter() - started)
        except Exception as error:
            log.seek(0)
            error.add_note(f"exit status of the app: {process.poll()}; its log:\n{log.read().decode(errors='replace')}")
            raise
        finally:
            _end(process)


def family(process: psutil.Process) -> list[psutil.Process]:
    """The process and all its children."""
    return [process, *process.children(recursive=True)]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _end(process: psutil.Popen) -> None:
    try:
        processes = family(process)
    except psutil.NoSuchProcess:
        return
    for member in processes:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    for member in psutil.wait_procs(processes, timeout=10)[1]:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(10)
