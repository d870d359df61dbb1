"""Who answers sentences: the server itself, or processes; once for all who ask; in turn; and none is left over."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psutil
import pytest
from loops import run_apart

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.inference.trace import DecodeTrace
from seq2seq_ui.answers import ANSWERS, Question, Screen, answer
from seq2seq_ui.links import Comparison, Learning, Link, Looking, View
from seq2seq_ui.server import decoders as module
from seq2seq_ui.server.answered import Answered
from seq2seq_ui.server.decoders import Decoders
from seq2seq_ui.visitors import VISITORS, OwnModel

MODEL = "dates-gru"  # a small one
# a process that is ready, and does something else than answering
SAYS = "import os, struct, sys, time; head = struct.Struct('<cI'); os.write(1, head.pack(b'R', 0)); os.read(0, 9); "

STARTS = f"""
import time
from seq2seq_ui.answers import Question
from seq2seq_ui.links import View
from seq2seq_ui.server.decoders import Decoders
decoders = Decoders(2)
number = 0
while decoders.processes < 2:
    jobs = [decoders.ask(Question.of("translate", View({MODEL!r}, f"{{number + day}} May 2000"))) for day in range(9)]
    number += 9
    for job in jobs:
        job.result()
print(*(process.pid for process in decoders._processes), flush=True)
time.sleep(60)
"""


def dates(day: int) -> View:
    return View(MODEL, f"{day} May 2000")


def asked(link: Link, name: str = "") -> Question:
    return Question.of(name or link.tab, link)


@pytest.fixture
def processes() -> Iterator[Decoders]:
    """Two, which answer everything."""
    decoders = Decoders(2)
    yield decoders
    decoders.close()


@pytest.fixture
def own() -> Iterator[OwnModel]:
    visitor = VISITORS.of_session("who trained")
    yield VISITORS.add_model(visitor, load_model(MODEL), "yours: dates", ("1 May 2000",), b"a zip")
    if VISITORS.of_token(visitor.token):
        VISITORS.forget(visitor)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The server's own answers wait until it is set."""
    go = threading.Event()

    def answered(question: Question) -> bytes:
        go.wait(20)
        return question.query.encode()

    monkeypatch.setattr(module, "answer", answered)
    yield go
    go.set()


def start_processes(decoders: Decoders, count: int = 2) -> None:
    """They come when questions would have to wait."""
    end = time.monotonic() + 60
    while decoders.processes < count:
        assert time.monotonic() < end
        for job in [decoders.ask(asked(dates(day))) for day in range(1, 29)]:
            job.result(60)
        decoders._answered = Answered()


def test_without_a_second_question_at_once_there_are_no_processes(processes: Decoders) -> None:
    for day in range(1, 5):
        assert processes.ask(asked(dates(day))).result(20) == answer(asked(dates(day)))
    assert processes.processes == 0
    assert threading.active_count() < 10


def test_what_a_process_answers_is_what_the_server_would(processes: Decoders) -> None:
    """To the last bit: traces, but for the time that each step took; and all that the page is sent."""
    start_processes(processes)
    links = [
        View(text="Where is it?"),
        View("en-fr-char-lstm", "Be nice.", method="sample", seed=7, temperature=1.7, back=1, step=3),
        View("en-fr-char-lstm", "Half of \ud83d, 世, a\ttab", prefix="Vous", method="beam", beam_width=3),
        View(text=""),  # a sentence why not
        Comparison("Be nice."),
        Looking("en-fr-char-lstm", "Be nice."),
        Learning("2", text="Drop it!"),
    ]
    for link in links:
        assert processes.ask(asked(link)).result(60) == answer(asked(link)), link
    whole, here = (
        DecodeTrace.from_json(got)
        for got in (processes.ask(asked(links[1], "trace.json")).result(60), answer(asked(links[1], "trace.json")))
    )
    assert (whole.ids == here.ids).all()
    assert (whole.logits == here.logits).all()
    for theirs, ours in zip((*whole.layers, *whole.encoder.layers), (*here.layers, *here.encoder.layers), strict=True):
        assert (theirs.gates == ours.gates).all()
        assert (theirs.h == ours.h).all()
    assert orjson.loads(processes.ask(asked(links[0], "translated")).result(60))["text"] == here_text(links[0])
    assert processes.processes == 2


def here_text(view: View) -> str:
    return load_model(view.model).translate(view.text).text


def test_every_answer_says_why_there_is_none(processes: Decoders) -> None:
    start_processes(processes, 1)
    for name in ANSWERS:
        kind = Looking if name.startswith("inside") else Comparison if name == "compare" else View
        link = Learning("2", text="世") if name == "learn" else kind(text="世")
        got = processes.ask(asked(link, name))
        if name in (View.tab, Comparison.tab, Looking.tab, Learning.tab):
            parts = Screen.from_json(got.result(60)).parts
            assert "never seen any of these characters" in next(iter(parts.values()))
        else:
            with pytest.raises(Seq2SeqError, match="never seen any of these characters"):
                got.result(60)


def test_what_several_ask_at_once_is_computed_once(slow: threading.Event) -> None:
    decoders = Decoders(0)
    first, second = decoders.ask(asked(dates(1)), "a"), decoders.ask(asked(dates(1)), "b")
    assert first is second
    slow.set()
    held = first.result(20)
    again = decoders.ask(asked(dates(1)), "c")
    assert again.done()
    assert again.result() == held
    assert not decoders.ask(asked(dates(2))).done() or decoders.ask(asked(dates(2))).result() != held
    decoders.close()


def test_a_page_that_gives_up_leaves_the_answer_to_the_others(slow: threading.Event) -> None:
    decoders = Decoders(0)

    async def two() -> bytes:
        leaves = asyncio.create_task(decoders.asked("translated", dates(1)))
        stays = asyncio.create_task(decoders.asked("translated", dates(1)))
        await asyncio.sleep(0.05)
        leaves.cancel()
        await asyncio.sleep(0.05)
        slow.set()
        return await stays

    assert run_apart(two()) == dates(1).to_query().encode()
    decoders.close()


def test_who_waits_has_a_place_and_where_it_would_be_too_long_a_sentence(
    slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoders = Decoders(0)
    jobs = [decoders.ask(asked(dates(day)), f"page {day}") for day in range(1, 9)]
    wait_until(lambda: decoders.waiting == 8 - module.HERE)
    assert decoders.place("page 1") is None  # it is being answered
    last = decoders.place("page 8")
    assert last is not None
    assert (last.place, last.waiting) == (6, 6)
    assert 0 < last.seconds < 1
    for day in range(9, 9 + module.MOST_OF_ONE):
        decoders.ask(asked(dates(day)), "greedy")
    with pytest.raises(Seq2SeqError, match="This page has asked much at once"):
        decoders.ask(asked(dates(27)), "greedy")
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    with pytest.raises(Seq2SeqError, match="no place in the queue"):
        decoders.ask(asked(dates(28)), "another")
    screen = run_apart(decoders.screen(dates(28), "another"))
    assert screen.query == ""
    assert "no place in the queue" in screen.parts["notice"]
    slow.set()
    assert all(job.result(20) for job in jobs)
    decoders.close()


def test_what_takes_seconds_leaves_a_place_to_what_does_not(slow: threading.Event) -> None:
    decoders = Decoders(0)
    for text in ("one", "two", "three"):
        decoders.ask(asked(Looking(text=text)))
    quick = decoders.ask(asked(dates(1)), "quick")
    wait_until(lambda: decoders.place("quick") is None)
    assert decoders.waiting == 2
    slow.set()
    quick.result(20)
    wait_until(lambda: decoders.waiting == 0)
    decoders.close()


def test_answers_are_bounded_in_bytes_and_go_with_their_model() -> None:
    held = Answered(most=10_000, each=4_000)
    questions = [
        Question("translate", f"text={number}", ("yours-1" if number % 2 else "yours-2",)) for number in range(9)
    ]
    for question in questions:
        held.keep(question, b"x" * 2_000)
        held.get(questions[0])  # asked for again and again
    assert held.bytes <= 10_000
    assert held.get(questions[0])
    assert held.get(questions[1]) is None
    held.keep(questions[1], b"x" * 5_000)
    assert held.get(questions[1]) is None  # too large
    before = len(held)
    held.forget("yours-1")
    assert 0 < len(held) < before
    assert not any(held.get(question) for question in questions if "yours-1" in question.models)
    assert held.bytes == sum(2_500 + 4 * len(question.query) for question in questions if held.get(question))


def test_a_visitors_own_model_is_answered_apart_and_forgotten_with_them(processes: Decoders, own: OwnModel) -> None:
    start_processes(processes)
    link = View(own.key, "3 May 2001")
    screen = Screen.from_json(processes.ask(asked(link)).result(60))
    assert screen == Screen.from_json(answer(asked(link)))
    assert screen.query
    for day in range(1, 20):  # whichever process is asked
        assert Screen.from_json(processes.ask(asked(View(own.key, f"{day} May 2001"))).result(60)).query
    assert processes.ask(asked(link)).done()
    visitor = VISITORS.known("who trained")
    assert visitor is not None
    VISITORS.forget(visitor)
    for day in range(1, 20):
        gone = Screen.from_json(processes.ask(asked(View(own.key, f"{day} May 2001"))).result(60))
        assert "That model is not here any more" in gone.parts["notice"]


def test_a_process_that_dies_is_replaced_and_nobody_is_told(processes: Decoders) -> None:
    start_processes(processes)
    for kill in range(4):
        victim = processes._processes[kill % len(processes._processes)]
        os.kill(victim.pid, signal.SIGKILL)
        for job in [processes.ask(asked(View(MODEL, f"{day} June {2000 + kill}"))) for day in range(1, 4)]:
            assert Screen.from_json(job.result(60)).query
        wait_until(lambda: processes.processes == 2, 60)
    pids = [process.pid for process in processes._processes]
    processes.close()
    wait_until(lambda: not set(pids) & set(psutil.pids()), 20)


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("dies", ["os._exit(1)", "os._exit(7)"])
def test_what_kills_two_processes_is_one_sentence(dies: str, slow: threading.Event) -> None:
    """Or one that takes too long: then the first one ends by itself, with status 1."""
    decoders = Decoders(1, (sys.executable, "-c", SAYS + dies))
    here, apart = (decoders.ask(asked(dates(day))) for day in (1, 2))
    with pytest.raises(Seq2SeqError, match="took too long, or too much memory"):
        apart.result(30)
    slow.set()
    assert here.result(20)
    decoders.close()


def test_a_bug_is_one_and_what_it_was_is_known(slow: threading.Event) -> None:
    says = SAYS + "os.write(1, head.pack(b'B', 4) + b'oops'); time.sleep(60)"
    decoders = Decoders(1, (sys.executable, "-c", says))
    decoders.ask(asked(dates(1)))
    with pytest.raises(RuntimeError, match="oops"):
        decoders.ask(asked(dates(2))).result(30)
    decoders.close()


def test_where_no_process_can_be_started_the_server_answers_by_itself(slow: threading.Event) -> None:
    decoders = Decoders(2, (sys.executable, "-c", "raise SystemExit(3)"))
    jobs = [decoders.ask(asked(dates(day))) for day in range(1, 5)]
    wait_until(lambda: decoders.most == 0)
    slow.set()
    assert all(job.result(20) for job in jobs)
    assert decoders.processes == 0
    decoders.close()


def test_whoever_waits_when_the_server_is_stopped_is_told(slow: threading.Event) -> None:
    decoders = Decoders(0)
    jobs = [decoders.ask(asked(dates(day))) for day in range(1, 6)]
    decoders.close()
    with pytest.raises(Seq2SeqError, match="The server was stopped"):
        jobs[-1].result(5)
    with pytest.raises(Seq2SeqError, match="The server was stopped"):
        decoders.ask(asked(dates(9)))


def test_nothing_is_left_of_a_server_that_is_killed() -> None:
    server = subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pids = [int(pid) for pid in server.stdout.readline().split()]
    assert len(pids) == 2
    assert all(psutil.pid_exists(pid) for pid in pids)
    server.kill()
    server.wait(10)
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_a_process_knows_neither_the_page_nor_tensorflow(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run_python(
        "-c",
        "import sys, seq2seq_ui.server.decoder_main as main; from seq2seq_ui.answers import *; "
        "answer(Question('compare', 'text=Be nice.')); "
        "print([name for name in ('gradio', 'keras', 'tensorflow', 'torch', 'pandas') if name in sys.modules])",
    )
    assert done.stdout == "[]\n", done.stderr


def test_by_default_there_may_be_one_for_each_core(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((1, 0), (2, 2), (64, 64)):
        monkeypatch.setattr(module, "cores", lambda cores=cores: cores)
        assert Decoders().most == expected
    assert Decoders(3).most == 3


def test_a_container_has_the_cores_that_it_is_given(tmp_path: Path) -> None:
    here = module.cores(tmp_path / "none")
    assert 1 <= here <= (os.cpu_count() or 1)
    for limit, expected in (("max 100000", here), ("100000 100000", 1), ("50000 100000", 1), ("9900000 100000", here)):
        (tmp_path / "cpu.max").write_text(limit)
        assert module.cores(tmp_path / "cpu.max") == expected
