"""A worker that is lost, and the next one that goes on: in which order they are told what."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_pool import FakeEngine, FakeWorker

from seq2seq_core.live.engines.going_on import GOES_ON, GoingOn, GoingOnWorker
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.protocol import (
    Checkpoint,
    Gone,
    Kept,
    Pause,
    Ready,
    Remark,
    Resume,
    SetProbe,
    Start,
    Step,
    Stop,
    TurnRate,
)

START = Start(PRESETS["dates"].config, (), "1 May")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def heard() -> list[Any]:
    return []


@pytest.fixture
def worker(
    engine: FakeEngine, heard: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoingOnWorker]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = GoingOn(engine).start()
    made.listen = heard.append
    made.tell(START)
    heard.clear()
    yield made
    made.end()
    assert not engine.alive
    assert not [*tmp_path.iterdir()]


def test_it_is_asked_to_save_and_what_it_says_is_handed_on(
    worker: GoingOnWorker, engine: FakeEngine, heard: list[Any]
) -> None:
    (one,) = engine.started
    worker.tell(Pause())
    assert one.told == [replace(START, saves=True), Pause()]
    one.say(Ready(3.0))
    one.say(Checkpoint(1, 0, False, "1 May", 0.25, {"resume.npz": b"1"}))
    one.say(Kept([], ""))
    assert heard == [Ready(3.0), Kept([], "")]
    assert worker.speed == 2.0
    one.say(Gone())
    assert heard[-1] == Gone()  # its run was over: nobody goes on
    assert engine.started == [one]
    assert not worker.alive


def test_the_next_one_has_the_files_and_is_told_what_the_lost_one_had_not_done(
    worker: GoingOnWorker, engine: FakeEngine, heard: list[Any]
) -> None:
    (one,) = engine.started
    for command in (TurnRate(0.5), SetProbe("2 May"), Step("epoch")):
        worker.tell(command)
    one.say(Checkpoint(1, 1, False, "1 May", 0.25, {"config.json": b"{}", "resume.npz": b"1"}))
    one.say(Checkpoint(2, 3, True, "2 May", 0.25, {"resume.npz": b"2"}))
    worker.tell(TurnRate(0.1))
    worker.tell(Resume())
    one.alive = False
    one.say(Gone("The computer is lost."))
    _, two = engine.started
    saved = {"config.json": b"{}", "resume.npz": b"2"}
    again = [TurnRate(0.25), Pause(), TurnRate(0.1), Resume()]
    assert two.told == [replace(START, probe="2 May", saves=True, saved=saved), *again]
    assert heard[0] == Remark(GOES_ON.format(epoch=2))
    assert Gone not in map(type, heard)
    assert worker.alive
    # … and the one after it, of which the count begins anew
    two.say(Checkpoint(3, 3, False, "2 May", 0.25, {"resume.npz": b"3"}))
    two.say(Gone())
    assert engine.started[2].told == [
        replace(START, probe="2 May", saves=True, saved=saved | {"resume.npz": b"3"}),
        TurnRate(0.25),
        Resume(),
    ]


def lose_before_anything_is_saved(one: FakeWorker, worker: GoingOnWorker) -> None:
    one.say(Gone("why"))


def lose_twice_at_the_same_place(one: FakeWorker, worker: GoingOnWorker) -> None:
    one.say(Checkpoint(1, 0, False, "", 0.25, {}))
    one.say(Gone())
    worker._worker.listen(Gone("why"))  # type: ignore[misc]


def lose_after_stop(one: FakeWorker, worker: GoingOnWorker) -> None:
    one.deaf = True
    one.say(Checkpoint(1, 0, False, "", 0.25, {}))
    worker.tell(Stop())
    one.say(Gone("why"))


@pytest.mark.parametrize("lose", [lose_before_anything_is_saved, lose_twice_at_the_same_place, lose_after_stop])
def test_nobody_goes_on_where_it_would_be_in_vain(
    worker: GoingOnWorker, engine: FakeEngine, heard: list[Any], lose: Any
) -> None:
    lose(engine.started[0], worker)
    assert heard[-1] == Gone("why")
    assert not worker.alive


def test_what_is_kept_has_no_name_on_disk(worker: GoingOnWorker, engine: FakeEngine, tmp_path: Path) -> None:
    """So it leads nowhere else, and of a server that is killed nothing stays."""
    one = engine.started[0]
    one.say(Checkpoint(1, 0, False, "", 0.25, {"../../outside": b"!", "resume.npz": b"longer"}))
    one.say(Checkpoint(2, 0, False, "", 0.25, {"resume.npz": b"1"}))
    assert not [*tmp_path.iterdir()]
    one.say(Gone())
    assert engine.started[1].told[0].saved == {"outside": b"!", "resume.npz": b"1"}
