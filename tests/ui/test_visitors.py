"""Visitors: nobody has another one's things, who goes is forgotten, and what all hold together is bounded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.language import Said, later, speaking, tr
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.run import RETURNS_WITHIN, Run
from seq2seq_ui import visitors as visitors_module
from seq2seq_ui.dials import dialled, title_of, values_of
from seq2seq_ui.uploads import read_table, short_pairs
from seq2seq_ui.visitors import MODELS_EACH, OwnModel, OwnPairs, Visitor, Visitors

MODEL = load_model("dates-gru")


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitors(clock: Clock) -> Visitors:
    return Visitors(clock)


def dates(visitors: Visitors, visitor: Visitor) -> OwnModel:
    return visitors.add_model(visitor, MODEL, "yours: dates", ("1 May 2000",), b"a zip")


@pytest.fixture
def brought(tmp_path: Path) -> OwnPairs:
    path = tmp_path / "mine.tsv"
    path.write_text("".join(f"word {n}\tsum {n}\n" for n in range(20)))
    table = read_table(path)
    return OwnPairs(table, 0, 1, short_pairs(table, 0, 1))


def test_nothing_of_one_visitor_is_anothers(visitors: Visitors, brought: OwnPairs) -> None:
    first, second = visitors.of_session("a"), visitors.of_session("b")
    assert first is visitors.of_session("a") is visitors.known("a") is visitors.of_token(first.token)
    assert visitors.of_token(second.token) is second
    assert visitors.of_token("") is visitors.known("c") is None
    model = dates(visitors, first)
    visitors.bring(first, brought)
    assert (second.models, second.pairs, second.run) == ([], (), None)
    assert len(first.pairs) == 20
    assert len(model.key) > 20
    visitors.forget(second)
    assert visitors.model(model.key) is model


def test_a_page_that_is_loaded_anew_within_a_minute_finds_what_it_had(visitors: Visitors, clock: Clock) -> None:
    visitor = visitors.of_session("before")
    model = dates(visitors, visitor)
    with visitors.listening(visitor):
        clock.now += 10 * RETURNS_WITHIN
    visitors.close("before")
    clock.now += RETURNS_WITHIN - 1
    assert visitors.come_back("after", visitor.token) is visitor is visitors.of_session("after")
    assert visitors.come_back("another", "guess") is None
    clock.now += RETURNS_WITHIN - 1  # since the last sign of life
    assert visitors.model(model.key) is model


def test_who_has_gone_is_forgotten(visitors: Visitors, clock: Clock, brought: OwnPairs) -> None:
    visitor = visitors.of_session("a")
    model = dates(visitors, visitor)
    visitors.close("a")
    clock.now += RETURNS_WITHIN
    visitors.forget_the_gone()
    assert visitors.model(model.key) is visitors.of_token(visitor.token) is visitors.known("a") is None
    assert visitors.come_back("b", visitor.token) is None
    for late in (lambda: dates(visitors, visitor), lambda: visitors.bring(visitor, brought)):
        with pytest.raises(Seq2SeqError, match="This page was closed"):
            late()


def test_who_says_nothing_is_forgotten_and_who_listens_is_not(visitors: Visitors, clock: Clock) -> None:
    """A program never says that it goes."""
    silent, listens = visitors.of_session("a"), visitors.of_session("b")
    with visitors.listening(listens):
        clock.now += 100 * RETURNS_WITHIN
        visitors.of_session("c")  # whoever comes finds it out
        assert visitors.of_token(silent.token) is None
        assert visitors.of_token(listens.token) is listens
    assert visitors.of_session("b") is listens


def test_an_event_of_a_closed_session_makes_nobody(visitors: Visitors, clock: Clock) -> None:
    visitors.close("never seen")
    with pytest.raises(Seq2SeqError, match="This page was closed"):
        visitors.of_session("never seen")
    visitor = visitors.of_session("a")
    visitors.close("a")
    clock.now += RETURNS_WITHIN / 2
    assert visitors.of_session("a") is visitor  # it may be loaded anew …
    clock.now += RETURNS_WITHIN
    visitors.forget_the_gone()
    assert visitors.known("a") is None  # … but the event is no sign that the page is still there


def test_all_visitors_together_are_so_many(visitors: Visitors, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors_module, "VISITORS_AT_ONCE", 3)
    listens = visitors.of_session("listens")
    with visitors.listening(listens):
        for session in "abc":
            clock.now += 1
            visitors.of_session(session)
        assert [visitors.known(session) is None for session in ("listens", *"abc")] == [False, True, False, False]


def test_a_visitors_oldest_model_gives_way(visitors: Visitors) -> None:
    visitor = visitors.of_session("a")
    models = [dates(visitors, visitor) for _ in range(MODELS_EACH + 1)]
    assert visitor.models == models[1:]
    assert visitors.model(models[0].key) is None


def test_all_models_together_take_a_bounded_room(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    first = dates(visitors, visitors.of_session("a"))
    monkeypatch.setattr(visitors_module, "MODELS_BYTES", int(first.bytes * 2.5))
    second, third = (dates(visitors, visitors.of_session(session)) for session in "bc")
    assert [visitors.model(model.key) for model in (first, second, third)] == [None, second, third]
    assert visitors.of_session("a").models == []


def test_all_pairs_together_take_a_bounded_room(
    visitors: Visitors, brought: OwnPairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors_module, "TABLES_BYTES", int(brought.bytes * 2.5))
    three = [visitors.of_session(session) for session in "abc"]
    for visitor in three:
        visitors.bring(visitor, brought)
    assert [len(visitor.pairs) for visitor in three] == [0, 20, 20]
    visitors.bring(three[2], brought)  # instead of their own
    assert [len(visitor.pairs) for visitor in three] == [0, 20, 20]


def test_a_visitor_who_is_forgotten_leaves_no_run(visitors: Visitors) -> None:
    visitor = visitors.of_session("a")
    visitor.run = Run(PRESETS["dates"].config, (), "", 10, 1)
    visitors.forget(visitor)
    assert visitors.of_session("a").run is None


def test_a_model_is_called_what_it_is_in_whatever_language_is_spoken(visitors: Visitors) -> None:
    config = dialled(PRESETS["dates"].config, values_of("dates") | {"units": 48}, 0)
    title = Said(later("yours, run {number}: {title}"), {"number": 2, "title": title_of(config)})
    with speaking("fr"):
        model = visitors.add_model(visitors.of_session("a"), MODEL, title, ())
        assert model.title == tr("yours, run {number}: {title}", number=2, title=title_of(config))
        assert model.file_name == "le-votre-entrainement-2-dates-iso-8601-reglages-modifies"
    assert model.title == f"yours, run 2: {PRESETS['dates'].config.title}, dials changed"
    assert model.file_name == "yours-run-2-dates-iso-8601-dials-changed"
