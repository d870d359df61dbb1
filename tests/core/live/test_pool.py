"""The pool: the queue, its estimates, and that every worker ends when it should. Its engine is a fake."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from test_protocol import FIGURES

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.data.pairs import Pair
from seq2seq_core.live import pool as pool_module
from seq2seq_core.live import run as run_module
from seq2seq_core.live.engines import Listener
from seq2seq_core.live.pool import Pool
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.protocol import (
    Command,
    Gone,
    Kept,
    KeptModel,
    Look,
    Message,
    Pause,
    ProbeDecoding,
    Report,
    SetProbe,
    Start,
    Stop,
)
from seq2seq_core.live.run import Run
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_zip import pack_model


@dataclass(eq=False)
class FakeWorker:
    """Says that it trains once it is started, and keeps something once it is stopped. Its run's probe says how it
    behaves: "crash" ends at the start, "deaf" never stops."""

    listen: Listener | None = None
    speed: float | None = 2.0
    alive: bool = True
    deaf: bool = False
    told: list[Command] = field(default_factory=list)

    def tell(self, command: Command) -> None:
        self.told.append(command)
        match command:
            case Start(probe="crash"):
                self.say(Gone())
            case Start(probe=probe):
                self.deaf = probe == "deaf"
                self.say(Report("running", FIGURES, {}))
            case Stop() if not self.deaf:
                self.say(Kept([], "a table"))

    def say(self, message: Message | Gone) -> None:
        if self.listen:
            self.listen(message)

    def end(self) -> None:
        self.alive = False


class FakeEngine:
    def __init__(self, lacks: str | None = None, room: int = 1) -> None:
        self.lacks, self.room = lacks, room
        self.started: list[FakeWorker] = []

    def start(self) -> FakeWorker:
        self.started.append(FakeWorker())
        return self.started[-1]

    @property
    def alive(self) -> list[FakeWorker]:
        return [worker for worker in self.started if worker.alive]


def make_run(probe: str = "", expected: float = 10.0, minutes: float = 1.0) -> Run:
    return Run(PRESETS["dates"].config, (Pair("1+1", "2"),), probe, expected, minutes)


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def last_message(run: Run) -> dict[str, Any]:
    (_, line) = run.after(0)[-1]
    return orjson.loads(line)


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


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def pool(engine: FakeEngine) -> Iterator[Pool]:
    made = Pool(size=1, engine=engine)
    yield made
    made.close()
    assert not engine.alive


def test_a_run_starts_reports_stops_and_keeps(pool: Pool, engine: FakeEngine) -> None:
    run = make_run()
    pool.submit(run)
    wait_for(lambda: run.state == "running")
    run.tell(Pause())
    run.tell(Stop())
    wait_for(lambda: last_message(run).get("state") == "kept")
    assert run.kept == Kept([], "a table")
    assert engine.started[0].told == [Start(run.config, run.pairs, run.probe), Pause(), Stop()]
    wait_for(lambda: not engine.alive)
    with pytest.raises(Seq2SeqError, match="no training under way"):
        run.tell(Pause())


def test_a_probe_is_answered_by_what_a_run_kept() -> None:
    """Its worker is gone by then."""
    run, model = make_run(), load_model("dates-gru")
    run.kept = Kept([KeptModel("the last", 40, 2, 0.5, 1.0, pack_model(pretrained_folder() / "dates-gru"))], "")
    run.state = "kept"
    with pytest.raises(Seq2SeqError, match="no training under way"):
        run.tell(SetProbe("1 May 2000"))
    run.show(0)
    run.tell(SetProbe("1 May 2000"))
    said = last_message(run)
    assert (said["kind"], said["probe"]) == ("history", "1 May 2000")
    (moment,) = said["moments"]
    assert (moment["batch"], moment["epoch"], moment["text"]) == (40, 2, model.translate("1 May 2000").text)
    with pytest.raises(Seq2SeqError, match="never seen"):
        run.tell(SetProbe("日"))
    with pytest.raises(Seq2SeqError, match="no training under way"):
        run.tell(Pause())
    assert last_message(run) == said


def test_others_wait_in_order_with_an_estimate(pool: Pool) -> None:
    runs = [make_run(expected=expected) for expected in (10.0, 20.0, 30.0)]
    with listening(*runs):
        for run in runs:
            pool.submit(run)
        first, second, third = runs
        wait_for(lambda: first.seconds_left == 12.0)
        assert pool.places() == (1, 2)
        wait_for(lambda: last_message(second)["wait"] == 12)  # what the first one says it still needs
        last = last_message(third)
        assert (last["state"], last["place"], last["waiting"]) == ("queued", 2, 2)
        wait_for(lambda: last_message(third)["wait"] == 32)  # and then the second one's whole time
        pool.leave(second)
        assert second.state == "left"
        wait_for(lambda: (last_message(third)["place"], last_message(third)["wait"]) == (1, 12))
        first.tell(Stop())
        wait_for(lambda: third.state == "running")
        assert second.worker is None


def test_several_train_at_once_where_there_is_room(engine: FakeEngine) -> None:
    pool = Pool(size=2, engine=engine)
    runs = [make_run() for _ in range(3)]
    for run in runs:
        pool.submit(run)
    wait_for(lambda: [run.state for run in runs] == ["running", "running", "queued"])
    pool.close()
    assert not engine.alive


def test_a_cluster_grows_and_shrinks(engine: FakeEngine) -> None:
    """A machine that comes takes whoever waits; where one has gone, the estimates count those that are left."""
    pool = Pool(engine=engine)
    runs = [make_run() for _ in range(3)]
    with listening(*runs):
        for run in runs:
            pool.submit(run)
        first, second, third = runs
        wait_for(lambda: last_message(third).get("wait") == 22)
        engine.room = 2
        wait_for(lambda: second.state == "running")
        wait_for(lambda: last_message(third).get("wait") == 12)
        engine.room = 1
        second.seconds_left = 30.0
        wait_for(lambda: last_message(third).get("wait") == 30)  # both are to end before there is a place again
        first.tell(Stop())
        wait_for(lambda: first.over)
        assert third.state == "queued"
        second.tell(Stop())
        wait_for(lambda: third.state == "running")
    pool.close()


def test_a_closed_tab_ends_the_run_and_lets_the_next_one_in(
    pool: Pool, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "ABANDONED_AFTER", 0.5)
    left, stays = make_run(), make_run()
    pool.submit(left)
    pool.submit(stays)
    with listening(stays):
        wait_for(lambda: left.state == "left")
        wait_for(lambda: stays.state == "running")
    assert engine.alive == [stays.worker]
    assert "its page was away for too long" in last_message(left)["message"]


def test_a_run_whose_place_nobody_waits_for_goes_on_while_its_page_is_loaded_anew(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "ABANDONED_AFTER", 0.3)
    monkeypatch.setattr(pool_module, "RETURNS_WITHIN", 2.0)
    run = make_run()
    pool.submit(run)
    wait_for(lambda: run.state == "running")
    before = run.heard
    time.sleep(1.0)
    assert run.state == "running"
    wait_for(lambda: run.state == "left")
    assert time.monotonic() - before > 2


def test_nobody_hurries_the_first_of_their_own_two_runs(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A race's page may be loaded anew, too."""
    monkeypatch.setattr(pool_module, "ABANDONED_AFTER", 1.0)
    first, second = (replace(make_run(), owner="me") for _ in range(2))
    pool.submit(first)
    pool.submit(second)
    wait_for(lambda: first.state == "running")
    time.sleep(1.5)
    assert (first.state, second.state) == ("running", "queued")
    other = make_run()
    with listening(other):
        pool.submit(other)
        wait_for(lambda: first.state == second.state == "left")
        wait_for(lambda: other.state == "running")


def test_whoever_comes_in_the_midst_is_told_how_it_stands(pool: Pool, engine: FakeEngine) -> None:
    """In one message of each sort, and the moments so far again; whoever was there misses nothing."""
    run = make_run()
    pool.submit(run)
    wait_for(lambda: run.state == "running")
    look = Look([], {}, ProbeDecoding(3, 1))
    for batch in (1, 2, 3, 4):
        figures = replace(FIGURES, batch=batch)
        engine.started[0].say(Report("running", figures, {}, look if batch == 3 else None, "1+1"))
    told = [orjson.loads(line) for _, line in run.after(0)]
    assert [(each["kind"], each.get("figures", {}).get("batch")) for each in told] == [
        ("state", None),
        ("report", 3),
        ("report", 4),
    ]
    (latest, _) = run.after(0)[-1]
    assert [number for number, _ in run.after(latest - 2)] == [latest - 1, latest]
    run.recall()
    assert engine.started[0].told[-1] == SetProbe("1+1")
    run.tell(Stop())
    wait_for(lambda: run.over)
    told_before = len(engine.started[0].told)
    run.recall()
    assert len(engine.started[0].told) == told_before


def test_a_crash_is_one_sentence_and_the_next_one_trains(pool: Pool) -> None:
    crashes, trains = make_run("crash"), make_run()
    pool.submit(crashes)
    pool.submit(trains)
    wait_for(lambda: crashes.state == "failed")
    assert last_message(crashes)["message"].startswith("The training process ended unexpectedly")
    wait_for(lambda: trains.state == "running")


def test_a_worker_that_ended_before_its_turn_is_a_crash() -> None:
    run = make_run()
    run.begin(FakeWorker(alive=False))
    assert run.state == "failed"


def test_one_that_does_not_stop_is_ended(pool: Pool, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "STOP_WITHIN", 0.3)
    run = make_run("deaf")
    pool.submit(run)
    wait_for(lambda: run.state == "running")
    run.tell(Stop())
    assert run.state == "stopping"
    wait_for(lambda: run.state == "failed")
    assert "did not answer in time" in last_message(run)["message"]
    wait_for(lambda: not engine.alive)


def test_stopping_and_closing_take_less_than_five_seconds() -> None:
    assert run_module.STOP_WITHIN + pool_module.WATCH_EVERY < 5
    assert run_module.ABANDONED_AFTER + pool_module.WATCH_EVERY < 5


def test_the_time_limit_stops_and_keeps(pool: Pool) -> None:
    run = make_run(minutes=0.4 / 60)
    pool.submit(run)
    wait_for(lambda: run.over)
    assert run.state == "kept"


def test_a_warm_worker_is_taken_and_replaced(pool: Pool, engine: FakeEngine) -> None:
    pool.warm_up()
    wait_for(lambda: pool.speed == 2.0)
    (warm,) = engine.alive
    run = make_run()
    pool.submit(run)
    assert run.worker is warm
    wait_for(lambda: run.state == "running")
    run.tell(Stop())
    wait_for(lambda: run.over)
    (next_,) = engine.alive  # for whoever presses Start next
    assert next_ is not warm


def test_a_warm_worker_that_nobody_needs_is_ended(
    pool: Pool, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "WARM_FOR", 0.1)
    pool.warm_up()
    wait_for(lambda: not engine.alive)


@pytest.mark.parametrize(
    ("size", "lacks", "said"),
    [(0, None, "Trainings are switched off on this server."), (None, "TensorFlow", "TensorFlow is not installed.")],
)
def test_where_nothing_is_trained_a_run_is_refused_and_no_worker_starts(
    size: int | None, lacks: str | None, said: str
) -> None:
    engine = FakeEngine(lacks)
    off = Pool(size=size, engine=engine)
    off.warm_up()
    with pytest.raises(Seq2SeqError, match=said):
        off.submit(make_run())
    assert off.places() == (0, 0)
    assert not engine.started
    off.close()
