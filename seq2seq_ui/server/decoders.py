"""Decoders: who answers sentences, so that all cores do, what is asked twice is computed once, and who waits knows.

The server answers by itself as long as one question comes at a time. From the first on that would have to wait,
processes answer (decoder_main.py), up to one for each core: between its small products a sentence is Python, which only
one thread of a process runs at a time. They are started while the server goes on, and end when nobody has
asked for ten minutes. One that dies is replaced, and what it was asked is asked once more.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

import seq2seq_core
from seq2seq_core import Seq2SeqError
from seq2seq_core.language import later, speaking, tr
from seq2seq_core.settings import read_settings

from ..answers import SLOW, Question, Screen, answer
from ..links import Link
from ..visitors import VISITORS
from .answered import Answered
from .decoder_main import read_frame, write_frame

LOG = logging.getLogger("seq2seq_ui")
COMMAND = (sys.executable, "-m", "seq2seq_ui.server.decoder_main")
IDLE = 600.0  # seconds after which an unused process ends
LOOK_EVERY = 1.0  # seconds: whether it still lives
PATIENCE = 60.0  # seconds that anybody may have to wait; a proxy gives up after as many
MOST_OF_ONE = 8  # questions of a page that may wait at once
FIRST_GUESS, REMEMBERS = 0.05, 0.05  # seconds for an answer, before one was given; the weight of the last one
TRIES = 3  # to start a process
HERE = 2  # questions that the server answers at once, where there are no processes
TOO_MANY = later("Very many are asking at once: there is no place in the queue just now. Try again in a minute.")
TOO_MANY_OF_ONE = later("This page has asked much at once: wait for the answers, then ask again.")
STOPPED = later("The server was stopped.")
GAVE_UP = later("This took too long, or too much memory: try a shorter text or a smaller model.")


def cores(limit: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """How many this process may use: a container has fewer than its machine."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = limit.read_text(encoding="ascii").split()
        return max(1, min(found, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such limit: "max", or no such file
        return found


class DiedError(Exception):
    """The process has ended. `late`: by itself, because an answer took too long."""

    def __init__(self, late: bool = False) -> None:
        self.late = late


@dataclass(eq=False)
class Job:
    """A question that waits, or is being answered."""

    question: Question
    future: Future[bytes] = field(default_factory=Future)
    pages: set[str] = field(default_factory=set)  # sessions that wait for it
    tries: int = 0

    @property
    def slow(self) -> bool:
        return self.question.name in SLOW


@dataclass(frozen=True)
class Place:
    """Where a page stands in the queue."""

    place: int  # from 1
    waiting: int
    seconds: float  # until it is answered, about


class DecoderProcess:
    """One process, which is asked one question after the other."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        root = str(Path(seq2seq_core.__file__).parent.parent)
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONPATH": path}
        self._process = subprocess.Popen(
            [*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=1 << 16
        )
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Raises DiedError."""
        self._hear()

    def ask(self, question: Question) -> bytes:
        """Its answer.

        Raises:
            Seq2SeqError: the sentence why there is none.
            DiedError: the process has.
            RuntimeError: a bug, with its traceback.
        """
        self._say(b"Q", question.to_json())
        letter, content = self._hear()
        if letter == b"N":
            for key in orjson.loads(content):
                model = VISITORS.model(key)
                if model is None:
                    return answer(question)  # which says that it has gone
                self._say(b"M", pickle.dumps(replace(model, model_zip=None, curves_csv=None), protocol=5))
            self._say(b"Q", question.to_json())
            letter, content = self._hear()
            if letter == b"N":  # there is no room for all of them at once
                return answer(question)
        if letter == b"E":
            raise Seq2SeqError(content.decode())
        if letter != b"A":
            raise RuntimeError(f"A decoder's process ended a question with an error:\n{content.decode()}")
        return content

    def forget(self, model: str) -> None:
        """Of a visitor who has gone."""
        with contextlib.suppress(DiedError):
            self._say(b"F", model.encode())

    def end(self) -> None:
        """At once. May be called more than once."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()

    def _say(self, letter: bytes, content: bytes = b"") -> None:
        assert self._process.stdin
        try:
            with self._lock:
                write_frame(self._process.stdin, letter, content)
        except (OSError, ValueError):
            raise DiedError from None

    def _hear(self) -> tuple[bytes, bytes]:
        assert self._process.stdout
        try:
            frame = read_frame(self._process.stdout)
        except (OSError, ValueError):
            frame = None
        if frame is None:
            raise DiedError(late=self._process.wait() == 1)
        return frame


class Decoders:
    """Answers questions, each in its turn.

    Args:
        most: processes at once; 0: the server answers by itself; None: one for each core, if there are several.
        command: what such a process runs.
    """

    def __init__(self, most: int | None = None, command: Sequence[str] = COMMAND) -> None:
        of_cores = cores() if cores() > 1 else 0
        self.most = of_cores if most is None else most
        self._command = command
        self._waiting: deque[Job] = deque()
        self._jobs: dict[Question, Job] = {}  # those that wait, and those that are being answered
        self._answered = Answered()
        self._turn = threading.Condition()
        self._here = self._busy_here = 0  # threads of the server's own: all, and those that answer
        self._started = self._busy = 0  # the same of the processes'
        self._slow = 0  # questions that take seconds and are being answered
        self._processes: list[DecoderProcess] = []  # that are ready
        self._seconds = FIRST_GUESS  # that an answer takes, a moving mean
        self._closed = False
        VISITORS.when_dropped.append(self._forget)
        atexit.register(self.close)

    async def screen(self, link: Link, page: str = "") -> Screen:
        """What a tab shows of a link; with nothing but a notice where that cannot be."""
        try:
            return Screen.from_json(await self.asked(link.tab, link, page))
        except Seq2SeqError as error:
            return Screen.refused(error)

    def screen_now(self, link: Link, page: str = "") -> Screen:
        """The same, where a thread may wait for it."""
        try:
            return Screen.from_json(self.ask(Question.of(link.tab, link), page).result())
        except Seq2SeqError as error:
            return Screen.refused(error)

    async def asked(self, name: str, link: Link, page: str = "") -> bytes:
        """An answer by its name. Raises Seq2SeqError."""
        # what others may wait for, too, is not given up with one of them
        return await asyncio.shield(asyncio.wrap_future(self.ask(Question.of(name, link), page)))

    def ask(self, question: Question, page: str = "") -> Future[bytes]:
        """The answer, when it comes.

        Args:
            page: the session that asks, whose place can be asked for.

        Raises:
            Seq2SeqError: too many are waiting.
        """
        with self._turn:
            if (job := self._jobs.get(question)) is not None:
                job.pages.add(page)
                return job.future
            job = Job(question, pages={page})
            if (held := self._answered.get(question)) is not None:
                job.future.set_result(held)
                return job.future
            if self._closed:
                raise _refused(STOPPED, question)
            if len(self._waiting) * self._seconds / max(1, self.most) > PATIENCE:
                raise _refused(TOO_MANY, question)
            if page and sum(page in other.pages for other in self._waiting) >= MOST_OF_ONE:
                raise _refused(TOO_MANY_OF_ONE, question)
            self._jobs[question] = job
            self._waiting.append(job)
            self._see_to_it()
        return job.future

    def place(self, page: str) -> Place | None:
        """Of the first question of a page's that waits; None: none does."""
        with self._turn:
            for place, job in enumerate(self._waiting, start=1):
                if page in job.pages:
                    at_once = max(1, len(self._processes))
                    return Place(place, len(self._waiting), (place / at_once + 1) * self._seconds)
        return None

    @property
    def processes(self) -> int:
        """That are ready."""
        return len(self._processes)

    @property
    def waiting(self) -> int:
        """Questions that nobody answers yet."""
        return len(self._waiting)

    def close(self) -> None:
        """Ends every process; who waits is told."""
        with self._turn:
            self._closed = True
            jobs = [*self._jobs.values()]
            processes = [*self._processes]
            self._waiting.clear()
            self._turn.notify_all()
        for process in processes:
            process.end()
        for job in jobs:
            with contextlib.suppress(InvalidStateError):
                job.future.set_exception(_refused(STOPPED, job.question))

    def _see_to_it(self) -> None:
        """That the question which has just come finds somebody."""
        if self._here < (1 if self.most else HERE):
            self._here += 1
            threading.Thread(target=self._answer_here, daemon=True).start()
        free = len(self._processes) - self._busy if self._processes else self._here - self._busy_here
        if len(self._waiting) > free and self._started < self.most:
            self._started += 1
            threading.Thread(target=self._answer_apart, daemon=True).start()
        self._turn.notify_all()

    def _picked(self) -> Job | None:
        """The first whose turn it is: one place is left to those that take no seconds."""
        room = self._slow < max(1, (self.most or HERE) - 1)
        job = next((job for job in self._waiting if room or not job.slow), None)
        if job is not None:
            self._waiting.remove(job)
            self._slow += job.slow
        return job

    def _answer_here(self) -> None:
        """A thread of the server's own: as long as no process is ready."""
        while not self._closed:
            with self._turn:
                job = None if self._processes else self._picked()
                if job is None:
                    self._turn.wait()
                    continue
                self._busy_here += 1
            self._settle(job, answer)
            with self._turn:
                self._busy_here -= 1

    def _answer_apart(self) -> None:
        """A process's thread."""
        process: DecoderProcess | None = None
        failed = 0
        while failed < TRIES and not self._closed:
            if process is None or not process.alive:
                self._remove(process)
                process = self._added()
                failed = failed + 1 if process is None else 0
                continue
            job = self._next(process)
            if job is not None:
                self._settle_apart(job, process)
                with self._turn:
                    self._busy -= 1
            elif process.alive:  # nobody has asked for long
                break
        with self._turn:
            self._started -= 1
            if failed and not self._closed:
                LOG.error("The processes that answer sentences cannot be started: the server answers by itself.")
                self.most = 0
        self._remove(process)

    def _added(self) -> DecoderProcess | None:
        """One more that is ready; None where it does not start."""
        try:
            process = DecoderProcess(self._command)
        except OSError:  # no room for one more
            return None
        try:
            process.wait_until_ready()
        except DiedError:
            process.end()
            return None
        with self._turn:
            self._processes.append(process)
        if self._closed:
            process.end()
        return process

    def _remove(self, process: DecoderProcess | None) -> None:
        if process is None:
            return
        with self._turn:
            self._processes = [other for other in self._processes if other is not process]
            self._turn.notify_all()  # the server's own thread, if it was the last one
        process.end()

    def _next(self, process: DecoderProcess) -> Job | None:
        """The next question; None: the process has ended, or is not needed any more."""
        until = time.monotonic() + IDLE
        with self._turn:
            while process.alive and not self._closed and time.monotonic() < until:
                if (job := self._picked()) is not None:
                    self._busy += 1
                    return job
                self._turn.wait(LOOK_EVERY)
        return None

    def _settle_apart(self, job: Job, process: DecoderProcess) -> None:
        try:
            self._settle(job, process.ask)
        except DiedError as died:
            process.end()  # its pipe may close before it is seen dead: it is not asked once more
            job.tries += 1
            if self._closed or died.late or job.tries > 1:
                self._end(job, _refused(GAVE_UP, job.question))
                return
            LOG.warning("A process that answers sentences has ended: it is replaced, and asked once more.")
            with self._turn:
                self._slow -= job.slow
                self._waiting.appendleft(job)

    def _settle(self, job: Job, ask: Callable[[Question], bytes]) -> None:
        """Raises DiedError as `ask` does."""
        begun = time.monotonic()
        try:
            found: bytes | Exception = ask(job.question)
        except DiedError:
            raise
        except Exception as error:  # a sentence, or a bug: whoever asked is told
            found = error
        self._seconds += REMEMBERS * (time.monotonic() - begun - self._seconds)
        self._end(job, found)

    def _end(self, job: Job, found: bytes | Exception) -> None:
        with self._turn:
            self._slow -= job.slow
            self._turn.notify_all()  # what takes seconds may have its turn now
            self._jobs.pop(job.question, None)
            if isinstance(found, bytes) and all(map(VISITORS.model, job.question.models)):
                self._answered.keep(job.question, found)
        with contextlib.suppress(InvalidStateError):  # the server was stopped meanwhile
            if isinstance(found, bytes):
                job.future.set_result(found)
            else:
                job.future.set_exception(found)

    def _forget(self, model: str) -> None:
        """A visitor's, who has gone, or has newer ones: nothing that was said of it stays."""
        with self._turn:
            self._answered.forget(model)
            processes = [*self._processes]
        for process in processes:
            process.forget(model)


def _refused(why: str, question: Question) -> Seq2SeqError:
    """In the language of who asked."""
    with speaking(question.language):
        return Seq2SeqError(tr(why))


DECODERS = Decoders(read_settings().decoders)
