"""Visitors: each with a run, models and uploads. Nobody has another one's.

A visitor is there as long as a page of theirs listens to the server, and for a minute after the last sign of life: a
page that is loaded anew finds what it had, and of those who have gone nothing stays. What all of them hold together
has limits; beyond these, what was brought first gives way.
"""

from __future__ import annotations

import secrets
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property

from seq2seq_core import Seq2SeqError, Translator
from seq2seq_core.charts import Figure
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import FoundPairs, Pair
from seq2seq_core.data.tables import Table
from seq2seq_core.language import ENGLISH, Said, later, speaking, tr
from seq2seq_core.live.run import RETURNS_WITHIN, Run

PAST_EACH = 5  # runs whose curves stay
MODELS_EACH = 8  # of up to two for each run; the oldest gives way
MODELS_BYTES = 500_000_000  # of all visitors together
TABLES_BYTES = 200_000_000  # of all visitors together
VISITORS_AT_ONCE = 1_000
YOURS = "yours-"  # what the keys of visitors' models begin with
GONE = later("This page was closed, or had no connection for too long: load it again.")


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A model that a visitor trained or brought. Its key is a secret, so whoever has it may see the model."""

    key: str
    named: str | Said
    translator: Translator
    examples: tuple[str, ...]
    model_zip: bytes | None = None
    curves_csv: str | None = None
    run: int | None = None  # whose it is; None: it was brought

    @property
    def title(self) -> str:
        """In the language that is spoken."""
        return str(self.named)

    @property
    def file_name(self) -> str:
        """For downloads: letters, without their accents, digits and dashes of its title."""
        plain = "".join(char for char in unicodedata.normalize("NFKD", self.title) if not unicodedata.combining(char))
        words = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split()
        return "-".join(words).lower()[:60] or "model"

    @property
    def bytes(self) -> int:
        return 8 * self.translator.network.parameters + len(self.model_zip or b"")


@dataclass(frozen=True)
class OwnPairs:
    """A table that a visitor brought, and what its chosen columns hold."""

    table: Table
    source: int
    target: int
    found: FoundPairs

    @cached_property
    def bytes(self) -> int:
        """About what it takes: a cell of twenty characters was measured at 160 to 200, with the pair made of it."""
        return sum(160 + len(cell) for row in self.table.rows for cell in row.columns)


@dataclass(frozen=True)
class PastRun:
    """What stays of a training whose model was kept, beside the model."""

    number: int  # among this visitor's
    run: int  # the Run's own
    config: ModelConfig
    curves: dict[str, Figure]  # by the name of their chart
    model: str  # key of the first one that it left; that one may have given way since
    exact: float  # share of held-out examples that this one writes right


@dataclass(eq=False)
class Visitor:
    """What belongs to one visitor."""

    seen: float  # when the last sign of life came
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))  # what its own requests show
    listeners: int = 0  # streams of reports that are open
    run: Run | None = None  # the last one that was started, or the first of a race's two
    rival: Run | None = None  # the second of the race, until the first is over
    race: tuple[int, ...] = ()  # the Runs' own numbers
    past: list[PastRun] = field(default_factory=list)  # the oldest first
    models: list[OwnModel] = field(default_factory=list)
    runs: int = 0  # finished ones
    shown: OwnModel | None = None  # of the finished run's, the one whose files are offered
    own: OwnPairs | None = None

    @property
    def trains(self) -> bool:
        return self.rival is not None or (self.run is not None and not self.run.over)

    def start(self, run: Run, rival: Run | None = None) -> None:
        """From now on these are trained: one, or the two of a race."""
        self.run, self.rival, self.shown = run, rival, None
        self.race = (run.number, rival.number) if rival else ()

    def move_on(self) -> None:
        """The first of a race's two runs is over: the second is the one to watch."""
        if self.rival and self.run and self.run.over:
            self.run, self.rival, self.shown = self.rival, None, None

    def keep_run(self, past: PastRun) -> None:
        self.past = [*(other for other in self.past if other.run != past.run), past][-PAST_EACH:]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Uploaded ones to train on."""
        return self.own.found.pairs if self.own else ()


class Visitors:
    """By Gradio's session, which the page's events carry, or by token, which its own requests do.

    Args:
        clock: seconds, from any beginning on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_session: dict[str, Visitor] = {}
        self._by_token: dict[str, Visitor] = {}
        self._closed: dict[str, float] = {}  # when a session's page was closed
        self._models: dict[str, OwnModel] = {}
        self._lock = threading.RLock()
        self.when_dropped: list[Callable[[str], None]] = []  # called with the key of each model that goes

    def of_session(self, session: str) -> Visitor:
        """Whose event this is; at the first one, a new visitor.

        Raises:
            Seq2SeqError: the page was closed: what comes late makes nobody.
        """
        with self._lock:
            self.forget_the_gone()
            visitor = self._by_session.get(session)
            if visitor is None:
                if session in self._closed:
                    raise Seq2SeqError(tr(GONE))
                while len(self._by_token) >= VISITORS_AT_ONCE:
                    self.forget(min(self._by_token.values(), key=lambda other: (other.listeners > 0, other.seen)))
                visitor = self._by_session[session] = Visitor(self._clock())
                self._by_token[visitor.token] = visitor
            visitor.seen = self._clock()
            return visitor

    def known(self, session: str) -> Visitor | None:
        """Whose session it is, if it is anybody's."""
        return self._by_session.get(session)

    def of_token(self, token: str) -> Visitor | None:
        return self._by_token.get(token)

    def come_back(self, session: str, token: str) -> Visitor | None:
        """A page was loaded anew, as another session: it is the same visitor's, if they are still known."""
        with self._lock:
            self.forget_the_gone()
            visitor = self._by_token.get(token)
            if visitor is not None:
                self._by_session[session] = visitor
                visitor.seen = self._clock()
            return visitor

    @contextmanager
    def listening(self, visitor: Visitor) -> Iterator[None]:
        """For as long as a page of theirs does."""
        with self._lock:
            visitor.listeners += 1
        try:
            yield
        finally:
            with self._lock:
                visitor.listeners -= 1
                visitor.seen = self._clock()

    def close(self, session: str) -> None:
        """The page of a session was closed, or loaded anew as another one."""
        with self._lock:
            self._closed[session] = self._clock()
            self.forget_the_gone()

    def has_closed(self, session: str) -> bool:
        """Within the last minute."""
        return session in self._closed

    def forget_the_gone(self) -> None:
        """Of those who have said nothing for a minute, and listen no more, nothing stays."""
        with self._lock:
            before = self._clock() - RETURNS_WITHIN
            self._closed = {session: when for session, when in self._closed.items() if when > before}
            for visitor in [*self._by_token.values()]:
                if not visitor.listeners and visitor.seen <= before:
                    self.forget(visitor)

    def forget(self, visitor: Visitor) -> None:
        """Nothing of theirs stays."""
        del self._by_token[visitor.token]
        self._by_session = {session: other for session, other in self._by_session.items() if other is not visitor}
        for model in visitor.models:
            self.take_back(model.key)

    def bring(self, visitor: Visitor, own: OwnPairs) -> None:
        """Pairs to train on, instead of those that the visitor brought before.

        Raises:
            Seq2SeqError: the visitor has gone.
        """
        with self._lock:
            self._refuse_gone(visitor)
            visitor.own = None
            held = own.bytes + sum(other.own.bytes for other in self._by_token.values() if other.own)
            for other in self._by_token.values():
                if other.own and held > TABLES_BYTES:
                    held -= other.own.bytes
                    other.own = None
            visitor.own = own

    def _refuse_gone(self, visitor: Visitor) -> None:
        if self._by_token.get(visitor.token) is not visitor:
            raise Seq2SeqError(tr(GONE))

    def add_model(
        self,
        visitor: Visitor,
        translator: Translator,
        title: str | Said,
        examples: tuple[str, ...],
        model_zip: bytes | None = None,
        curves_csv: str | None = None,
        run: int | None = None,
    ) -> OwnModel:
        """Opens a model for this visitor alone, under a name that cannot be guessed."""
        key = f"{YOURS}{secrets.token_urlsafe(12)}"
        with speaking(ENGLISH):  # as all cards are
            card = translator.card or f"# {title}\n"
        named = Translator(
            replace(translator.config, name=key),
            translator.vocabularies,
            translator.network,
            card,
        )
        model = OwnModel(key, title, named, examples, model_zip, curves_csv, run)
        with self._lock:
            self._refuse_gone(visitor)
            visitor.models.append(model)
            self._models[key] = model
            for old in visitor.models[:-MODELS_EACH]:
                self._drop(old)
            while sum(each.bytes for each in self._models.values()) > MODELS_BYTES and len(self._models) > 1:
                self._drop(next(iter(self._models.values())))
        return model

    def _drop(self, model: OwnModel) -> None:
        self.take_back(model.key)
        for visitor in self._by_token.values():
            if model in visitor.models:
                visitor.models.remove(model)

    def lend(self, model: OwnModel) -> None:
        """To a process that has no visitors, and answers what another one is asked about it."""
        self._models[model.key] = model

    def take_back(self, key: str) -> None:
        """Nobody finds it any more."""
        if self._models.pop(key, None) is not None:
            for tell in self.when_dropped:
                tell(key)

    def model(self, key: str) -> OwnModel | None:
        return self._models.get(key)


VISITORS = Visitors()
