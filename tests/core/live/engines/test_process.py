"""Workers in processes of their own: what is said arrives, and no process and no file outlives its use."""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from test_pool import listening, wait_for

from seq2seq_core.live import pool as pool_module
from seq2seq_core.live.engines import ProcessEngine, WorkerHandle
from seq2seq_core.live.engines.process import WorkerProcess
from seq2seq_core.live.pool import Pool
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.protocol import Gone, Kept, Pause, Ready, Refused, Remark, Report, SetProbe, Start, Stop, encode
from seq2seq_core.live.run import Run

FAKE = ProcessEngine((sys.executable, str(Path(__file__).parents[3] / "fake_worker.py")))
CONFIG = replace(PRESETS["addition-two-digits"].config, num_samples=300, units=16, epochs=2_000)

# what ran before these tests: the browser tests' server and their browser's driver, which go on starting their own
OTHERS: set[psutil.Process] = set()


@pytest.fixture(autouse=True, scope="module")
def others() -> None:
    OTHERS.update(psutil.Process().children())


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither processes that this one started, dead ones that nobody asked after included, nor their files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    wait_for(lambda: not [*(set(psutil.Process().children()) - OTHERS), *tmp_path.iterdir()])


class Heard:
    """A worker's messages, one after the other."""

    def __init__(self, worker: WorkerHandle) -> None:
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        worker.listen = self._queue.put

    def next(self, wanted: Callable[[Any], bool] = lambda message: True) -> Any:
        while not wanted(message := self._queue.get(timeout=100)):
            assert not isinstance(message, Gone), "the worker has ended"
        return message


@pytest.fixture
def fake() -> Iterator[WorkerProcess]:
    worker = FAKE.start()
    wait_for(lambda: worker.speed == 2.0)
    yield worker
    worker.end()
    worker.end()  # twice is once


def test_commands_reach_the_process_in_order(fake: WorkerProcess) -> None:
    heard = Heard(fake)
    start = Start(CONFIG, (), "é" * 200_000)  # more than a pipe holds
    for command in (start, SetProbe("été"), Pause()):
        fake.tell(command)
        assert heard.next() == Remark(encode(command).decode())
    assert fake.alive
    fake.end()
    assert heard.next() == Gone()
    assert not fake.alive
    fake.tell(Pause())  # lost, and no error


@pytest.mark.parametrize(("probe", "said"), [("crash", "the last words"), ("noise", "no message of a worker")])
def test_one_that_breaks_is_gone(fake: WorkerProcess, caplog: pytest.LogCaptureFixture, probe: str, said: str) -> None:
    heard = Heard(fake)
    with caplog.at_level(logging.WARNING):
        fake.tell(Start(CONFIG, (), probe))
        assert heard.next() == Gone()
    assert said in caplog.text
    assert not fake.alive


def real(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, **more: str) -> tuple[WorkerProcess, Heard]:
    for name, value in {**environment, **more}.items():
        monkeypatch.setenv(name, value)
    worker = ProcessEngine().start()
    heard = Heard(worker)
    assert isinstance(heard.next(), Ready)
    return worker, heard


def test_it_ends_with_whoever_started_it(
    subprocess_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its input is closed while it trains: it leaves at once, and takes its folder with it."""
    worker, heard = real(subprocess_environment, monkeypatch)
    worker.tell(Start(CONFIG, (), ""))
    heard.next(lambda message: isinstance(message, Report) and message.figures.batches_done > 0)
    assert worker.process.stdin
    worker.process.stdin.close()
    started = time.monotonic()
    assert worker.process.wait(20) == 0
    assert time.monotonic() - started < 5
    assert not worker.folder.exists()


def test_too_little_memory_is_a_sentence(
    subprocess_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, heard = real(subprocess_environment, monkeypatch, SEQ2SEQ_TRAINING_MEMORY_MB="40")
    worker.tell(Start(replace(CONFIG, units=256, layers=3, batch_size=256, num_samples=4_000), (), ""))
    message = heard.next(lambda message: isinstance(message, Refused | Kept | Gone))
    if isinstance(message, Gone):  # TensorFlow aborts where it checks no allocation: the server has a sentence for that
        assert worker.process.wait() != 0
    else:
        assert "more memory than it may have" in message.message
    worker.end()


def test_ten_cycles_leave_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the pool: trained and stopped, closed while it trains, while it starts, while it waits."""
    monkeypatch.setattr(pool_module, "STOP_WITHIN", 60)  # a busy machine must not turn this red
    pool = Pool(size=1)
    for cycle in range(10):
        run, waits = (Run(CONFIG, (), "", 10.0, 5.0) for _ in range(2))
        pool.submit(run)
        pool.submit(waits)
        with listening(run, waits):
            if cycle == 0:  # trained, and stopped
                wait_for(lambda run=run: run.seconds_left, 90)
                assert waits.state == "queued"
                pool.leave(waits)
                run.tell(Stop())
                wait_for(lambda run=run: run.over, 60)
                assert run.state == "kept"
            elif cycle == 5:  # closed while it trains
                wait_for(lambda run=run: run.state == "running", 90)
                pool.leave(run)
            else:
                time.sleep(0.1 * (cycle % 4))
                pool.leave(run)
            pool.leave(waits)
    pool.close()


def test_the_server_side_does_not_import_tensorflow() -> None:
    code = "import sys, seq2seq_ui; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
