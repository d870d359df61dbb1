"""The hand-over, turned down or up: against the decoder started by hand from the state times the factor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from step_by_step import total
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.scaling import AS_IT_WAS, FACTORS, effects, steady, written_again


def started_from(model: Translator, text: str, times: float) -> Any:
    """The decoder's first state with its h and c, or the vector that it reads at every step, times the factor."""
    ids, factor = model.source_ids(text), np.float32(times)
    reading = model.network.encode(np.array([ids]), np.array([len(ids)]))
    state: Any = model.network.initial_state(reading)
    if model.kind.claims.hands_over:
        return replace(state, states=tuple((h * factor, None if c is None else c * factor) for h, c in state.states))
    first = model.network.decoder[0]  # type: ignore[attr-defined]
    return replace(state, projected=first.project(reading.layers[-1].last_h * factor))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en-fr-char-lstm", "Be nice."),
        ("en-fr-char-lstm-2-layers", "Be nice."),
        ("en-fr-char-gru", "Be nice."),
        ("en-fr-char-attention", "Be nice."),
        ("en-fr-word-lstm", "Be nice."),
        ("addition-lstm", "12+34"),
    ],
)
def test_the_text_is_as_probable_as_from_a_state_that_was_multiplied(name: str, text: str) -> None:
    model = load_model(name)
    trace = model.translate(text)
    found = effects(model, trace)
    assert found[AS_IT_WAS] == pytest.approx(0, abs=1e-4)
    before = total(model, started_from(model, text, 1), trace.ids)
    for place in (0, 3, 9):
        expected = total(model, started_from(model, text, FACTORS[place]), trace.ids) - before
        assert found[place] == pytest.approx(expected, abs=2e-3)
    assert written_again(model, trace, 1).text == trace.text


def test_with_nothing_handed_over_every_text_is_the_same() -> None:
    model = load_model("en-fr-char-lstm")
    texts = {written_again(model, model.translate(text), 0).text for text in ("Be nice.", "Where is the station?")}
    assert len(texts) == 1


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_what_is_written_comes_from_that_state(cell: str) -> None:
    model = toy_translator(4, cell=cell, scale=1.2)
    trace = model.translate("abcd")
    again = written_again(model, trace, 0.3)
    _, logits = model.network.step(started_from(model, "abcd", 0.3), np.array([model.bounds(4).start_id]))
    np.testing.assert_allclose(again.logits[0], logits[0], atol=1e-5)


def test_the_range_that_changes_nothing_is_the_one_around_1() -> None:
    same = [True, False, True, True, True, True, True, False, True, True, True]
    assert steady(same) == (0.4, 1.2)
    assert steady([one == AS_IT_WAS for one in range(len(FACTORS))]) == (1, 1)


def test_the_factor_is_said_and_its_text_stands_there() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Be nice.")
    figure = INSTRUMENTS["scaling"].build(model, trace, Focus(factor=0.0))
    assert "With × 0: −" in figure["help"]
    assert "another text is written" in figure["help"]
    assert figure["layout"]["yaxis2"]["ticktext"][:2] == ["as it was", "× 0"]


@pytest.mark.parametrize(
    ("name", "why"), [("en-fr-char-cnn", "hands no state over"), ("reverse-lstm", "hands nothing over")]
)
def test_where_nothing_is_handed_over_it_says_so(name: str, why: str) -> None:
    for instrument in ("scaling", "transplant"):
        assert why in INSTRUMENTS[instrument].refuses(load_model(name))
