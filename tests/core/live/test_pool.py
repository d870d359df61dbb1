"""The pool: the queue, its estimates, and that every process and every file ends when it should."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.data.pairs import Pair
from seq2seq_core.live import pool as pool_module
from seq2seq_core.live import run as run_module
from seq2seq_core.live.engines.process import WorkerProcess
from seq2seq_core.live.pool import Pool
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.run import Run, checked_command

FAKE = partial(WorkerProcess, (sys.executable, str(Path(__file__).parents[2] / "fake_worker.py")))
CONFIG = PRESETS["addition-two-digits"].config


def make_run(probe: str = "", expected: float = 10.0, minutes: float = 1.0) -> Run:
    return Run(CONFIG, (Pair("1+1", "2"),), probe, expected, minutes)


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def messages(run: Run) -> list[dict[str, Any]]:
    return [orjson.loads(line) for _, line in run.after(0)]


@contextmanager
def listening(*runs: Run) -> Iterator[None]:
    """As an open page does."""
    closed = threading.Event()

    def listen() -> None:
        while not closed.wait(0.05):
            for run in runs:
                run.after(0)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield
    finally:
        closed.set()
        thread.join()


# what ran before these tests: the browser tests' server and their browser's driver, which go on starting their own
OTHERS: set[psutil.Process] = set()


@pytest.fixture(autouse=True, scope="module")
def others() -> None:
    OTHERS.update(psutil.Process().children())


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child not in OTHERS]


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def pool(temporary_folder: Path) -> Iterator[Pool]:
    made = Pool(size=1, start_worker=FAKE)
    yield made
    made.close()
    wait_for(lambda: not leftovers(temporary_folder))


def leftovers(folder: Path) -> list[Any]:
    """Processes that this one started and that live, dead ones nobody asked after, and files they left."""
    return [*children(), *folder.iterdir()]


def test_a_run_starts_reports_stops_and_keeps(pool: Pool) -> None:
    run = make_run()
    pool.submit(run)
    with listening(run):
        wait_for(lambda: run.state == "running")
        assert pool.speed in (None, 2.0)
        run.tell({"do": "stop"})
        wait_for(lambda: messages(run)[-1].get("state") == "kept")
    assert run.kept is not None
    assert (run.kept.model_zip, run.kept.curves_csv) == (b"a zip", b"a table")
    with pytest.raises(Seq2SeqError, match="no training under way"):
        run.tell({"do": "pause"})


def test_others_wait_in_order_with_an_estimate(pool: Pool) -> None:
    runs = [make_run(expected=expected) for expected in (10.0, 20.0, 30.0)]
    with listening(*runs):
        for run in runs:
            pool.submit(run)
        first, second, third = runs
        wait_for(lambda: first.seconds_left == 7.0)
        assert pool.places() == (1, 2)
        wait_for(lambda: messages(second)[-1]["wait"] == 7)  # what the first one says it still needs
        last = messages(third)[-1]
        assert (last["state"], last["place"], last["waiting"]) == ("queued", 2, 2)
        wait_for(lambda: messages(third)[-1]["wait"] == 27)  # and then the second one's whole time
        pool.leave(second)
        assert second.state == "left"
        wait_for(lambda: (messages(third)[-1]["place"], messages(third)[-1]["wait"]) == (1, 7))
        first.tell({"do": "stop"})
        wait_for(lambda: third.state == "running")
        assert second.worker is None


def test_several_train_at_once_where_there_is_room(temporary_folder: Path) -> None:
    pool = Pool(size=2, start_worker=FAKE)
    runs = [make_run() for _ in range(3)]
    with listening(*runs):
        for run in runs:
            pool.submit(run)
        wait_for(lambda: [run.state for run in runs] == ["running", "running", "queued"])
    pool.close()
    wait_for(lambda: not leftovers(temporary_folder))


def test_a_closed_tab_ends_the_run_and_lets_the_next_one_in(pool: Pool) -> None:
    left, stays = make_run(), make_run()
    pool.submit(left)
    pool.submit(stays)
    with listening(stays):
        started = time.monotonic()
        wait_for(lambda: left.state == "left")
        assert time.monotonic() - started < 5
        wait_for(lambda: stays.state == "running")


def test_a_crash_is_one_sentence_and_the_next_one_trains(pool: Pool) -> None:
    crashes, trains = make_run("crash"), make_run()
    pool.submit(crashes)
    pool.submit(trains)
    with listening(crashes, trains):
        wait_for(lambda: crashes.state == "failed")
        assert messages(crashes)[-1]["message"].startswith("The training process ended unexpectedly")
        wait_for(lambda: trains.state == "running")


def test_one_that_does_not_stop_is_killed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "STOP_WITHIN", 0.3)
    run = make_run("deaf")
    pool.submit(run)
    with listening(run):
        wait_for(lambda: run.state == "running")
        run.tell({"do": "stop"})
        wait_for(lambda: run.state == "failed")
    assert "did not answer in time" in messages(run)[-1]["message"]


def test_stopping_and_closing_take_less_than_five_seconds() -> None:
    assert run_module.STOP_WITHIN + pool_module.WATCH_EVERY < 5
    assert run_module.ABANDONED_AFTER + pool_module.WATCH_EVERY < 5


def test_the_time_limit_stops_and_keeps(pool: Pool) -> None:
    run = make_run(minutes=0.4 / 60)
    pool.submit(run)
    with listening(run):
        wait_for(lambda: run.over)
    assert run.state == "kept"


def test_a_warm_worker_is_taken_and_replaced(pool: Pool) -> None:
    pool.warm_up()
    wait_for(lambda: pool.speed == 2.0)
    (warm,) = children()
    run = make_run()
    pool.submit(run)
    assert run.worker is not None
    assert run.worker.process.pid == warm.pid
    with listening(run):
        wait_for(lambda: run.state == "running")
        run.tell({"do": "stop"})
        wait_for(lambda: run.over)
    wait_for(lambda: len(children()) == 1)  # for whoever presses Start next


@pytest.mark.parametrize(
    "command",
    [
        None,
        [],
        {},
        {"do": "format"},
        {"do": "step", "until": "doomsday"},
        {"do": "rate", "value": "fast"},
        {"do": "rate"},
        {"do": "probe", "text": "a" * 1_001},
        {"do": "start", "config": {}},
    ],
)
def test_only_known_commands_reach_the_process(command: Any) -> None:
    with pytest.raises(Seq2SeqError, match="not known"):
        checked_command(command)


def test_a_command_carries_nothing_else() -> None:
    assert checked_command({"do": "rate", "value": 1, "path": "/etc"}) == {"do": "rate", "value": 1.0}


def test_twenty_cycles_leave_no_process_and_no_file(temporary_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real worker: stopped, closed while it trains, while it starts, while it waits."""
    monkeypatch.setattr(pool_module, "STOP_WITHIN", 60)  # a busy machine must not turn this red
    pool = Pool(size=1)
    config = replace(CONFIG, num_samples=300, units=16, epochs=2_000)
    for cycle in range(20):
        run, waits = (Run(config, (), "", 10.0, 5.0) for _ in range(2))
        pool.submit(run)
        pool.submit(waits)
        with listening(run, waits):
            if cycle % 10 == 0:  # trained, and stopped
                wait_for(lambda run=run: run.seconds_left, 90)
                assert waits.state == "queued"
                pool.leave(waits)
                run.tell({"do": "stop"})
                wait_for(lambda run=run: run.over, 60)
                assert run.state == "kept"
            elif cycle % 10 == 5:  # closed while it trains
                wait_for(lambda run=run: run.state == "running", 90)
                pool.leave(run)
            else:
                time.sleep(0.1 * (cycle % 4))
                pool.leave(run)
            pool.leave(waits)
    pool.close()
    wait_for(lambda: not leftovers(temporary_folder))
