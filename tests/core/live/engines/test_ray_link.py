"""The server's end of a cluster: many workers, one process that speaks with Ray. Here that process is a fake."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_pool import wait_for
from test_process import CONFIG, Heard

from seq2seq_core.live.engines.ray import CLUSTER_LOST, RayEngine
from seq2seq_core.live.protocol import Gone, Pause, Remark, SetProbe, Start, encode

FAKE = (sys.executable, str(Path(__file__).parents[3] / "fake_ray_main.py"))


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RayEngine]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = RayEngine(FAKE)
    yield made
    made.close()
    wait_for(lambda: not [*tmp_path.iterdir()])


def test_each_worker_hears_what_is_its_own(engine: RayEngine) -> None:
    assert engine.room == 1
    one, two = engine.start(), engine.start()
    heard, others = Heard(one), Heard(two)
    wait_for(lambda: one.speed == two.speed == 2.0 and engine.room == 4)
    for command in (Start(CONFIG, (), "é" * 200_000), SetProbe("été"), Pause()):
        one.tell(command)
        assert heard.next(lambda message: isinstance(message, Remark)) == Remark(encode(command).decode())
    two.tell(Start(CONFIG, (), "lost"))
    assert others.next(lambda message: isinstance(message, Gone)) == Gone("It is lost.")
    assert one.alive
    assert not two.alive
    two.tell(Pause())  # lost, and no error
    two.end()
    one.end()
    one.end()  # twice is once
    assert not one.alive
    three = engine.start()  # by the same process
    wait_for(lambda: three.speed)


def test_a_lost_cluster_ends_all_and_the_next_worker_finds_another(engine: RayEngine) -> None:
    workers = [engine.start() for _ in range(2)]
    heard = [Heard(worker) for worker in workers]
    workers[0].tell(Start(CONFIG, (), "crash"))
    for each in heard:
        assert each.next(lambda message: isinstance(message, Gone)) == Gone(CLUSTER_LOST)
    again = engine.start()
    wait_for(lambda: again.speed == 2.0)


def test_where_no_cluster_is_the_worker_says_so(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_RAY_ADDRESS", "nowhere")
    heard = Heard(engine.start())
    assert heard.next(lambda message: isinstance(message, Gone)) == Gone("No Ray cluster answers at nowhere.")
