"""Answers of the Translate tab, as many at once as there are cores: in threads of one process, or in processes.

    python benchmarks/threads.py [--answers 60] [--rounds 7] [--json FILE]

What decides whether the server decodes in threads or in processes (`seq2seq_ui/server/decoders.py`).
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the server and its processes have it, before NumPy loads

from common import SENTENCES, machine, ratio, save, show, spread
from rich.progress import track
from rich.table import Table

from seq2seq_ui.answers import Question, answer
from seq2seq_ui.links import View

QUESTIONS = [Question.of(View.tab, View(text=sentence)) for sentence in SENTENCES]


def answers(count: int) -> None:
    for number in range(count):
        answer(QUESTIONS[number % len(QUESTIONS)])


def rate(workers: Executor, at_once: int, count: int) -> float:
    """Answers a second."""
    started = time.perf_counter()
    list(workers.map(answers, [count] * at_once))
    return at_once * count / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=60, help="of each worker, in a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    cores = os.cpu_count() or 1
    with (
        ThreadPoolExecutor(1) as one,
        ThreadPoolExecutor(cores) as threads,
        ProcessPoolExecutor(cores, get_context("spawn")) as processes,
    ):
        ways: dict[str, tuple[Executor, int]] = {
            "one thread": (one, 1),
            f"{cores} threads": (threads, cores),
            f"{cores} processes": (processes, cores),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for workers, at_once in ways.values():
            list(workers.map(answers, [len(QUESTIONS)] * (4 * at_once)))  # warms all of them up
        for _ in track(range(options.rounds), "rounds"):
            for name, (workers, at_once) in ways.items():
                rates[name].append(rate(workers, at_once, options.answers))

    table = Table("answering", "answers a second", "ratio", title="several visitors at once")
    for name, values in rates.items():
        table.add_row(name, spread(values, 0), ratio(values, rates["one thread"]))
    line = machine("numpy")
    show(table, line)
    save(options.json, line, {"answers_a_second": rates})


if __name__ == "__main__":
    main()
