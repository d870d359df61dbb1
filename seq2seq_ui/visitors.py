"""Visitors: one for each open page, with its run, its models and its uploads. Nobody has another one's."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field, replace

from seq2seq_core import Seq2SeqError, Translator
from seq2seq_core.data.pairs import Pair
from seq2seq_core.live.run import Run

MODELS_EACH = 8  # of up to two for each run; the oldest gives way
MODELS_BYTES = 500_000_000  # of all visitors together; beyond it the oldest give way


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A model that a visitor trained or brought. Its key is a secret, so whoever has it may see the model."""

    key: str
    title: str
    translator: Translator
    examples: tuple[str, ...]
    model_zip: bytes | None = None
    curves_csv: str | None = None
    run: int | None = None  # whose it is; None: it was brought

    @property
    def file_name(self) -> str:
        """For downloads: letters, digits and dashes of its title."""
        words = "".join(char if char.isascii() and char.isalnum() else " " for char in self.title).split()
        return "-".join(words).lower()[:60] or "model"

    @property
    def bytes(self) -> int:
        return 8 * self.translator.network.parameters + len(self.model_zip or b"")


@dataclass(eq=False)
class Visitor:
    """What belongs to one open page."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))  # what its own requests show
    run: Run | None = None
    models: list[OwnModel] = field(default_factory=list)
    runs: int = 0  # finished ones
    pairs: tuple[Pair, ...] = ()  # uploaded ones to train on


class Visitors:
    """By Gradio's session, which the page's events carry, or by token, which its own requests do."""

    def __init__(self) -> None:
        self._by_session: dict[str, Visitor] = {}
        self._by_token: dict[str, Visitor] = {}
        self._models: dict[str, OwnModel] = {}
        self._lock = threading.Lock()

    def of_session(self, session: str) -> Visitor:
        with self._lock:
            if session not in self._by_session:
                visitor = self._by_session[session] = Visitor()
                self._by_token[visitor.token] = visitor
            return self._by_session[session]

    def of_token(self, token: str) -> Visitor | None:
        return self._by_token.get(token)

    def forget(self, session: str) -> Visitor | None:
        """The page was closed: nothing of it stays."""
        with self._lock:
            visitor = self._by_session.pop(session, None)
            if visitor:
                self._by_token.pop(visitor.token, None)
                for model in visitor.models:
                    self._models.pop(model.key, None)
            return visitor

    def add_model(
        self,
        visitor: Visitor,
        translator: Translator,
        title: str,
        examples: tuple[str, ...],
        model_zip: bytes | None = None,
        curves_csv: str | None = None,
        run: int | None = None,
    ) -> OwnModel:
        """Opens a model for this visitor alone, under a name that cannot be guessed."""
        key = f"yours-{secrets.token_urlsafe(12)}"
        named = Translator(
            replace(translator.config, name=key),
            translator.vocabularies,
            translator.network,
            translator.card or f"# {title}\n",
        )
        model = OwnModel(key, title, named, examples, model_zip, curves_csv, run)
        with self._lock:
            if self._by_token.get(visitor.token) is not visitor:
                raise Seq2SeqError("This page was closed.")
            visitor.models.append(model)
            self._models[key] = model
            for old in visitor.models[:-MODELS_EACH]:
                self._drop(old)
            while sum(each.bytes for each in self._models.values()) > MODELS_BYTES and len(self._models) > 1:
                self._drop(next(iter(self._models.values())))
        return model

    def _drop(self, model: OwnModel) -> None:
        self._models.pop(model.key, None)
        for visitor in self._by_token.values():
            if model in visitor.models:
                visitor.models.remove(model)

    def model(self, key: str) -> OwnModel | None:
        return self._models.get(key)


VISITORS = Visitors()
