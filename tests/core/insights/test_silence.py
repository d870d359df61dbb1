"""Attention, silenced: against a memory from which the characters were cut out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.silence import silence, written_again
from seq2seq_core.layers.numerics import log_softmax


@pytest.mark.parametrize("name", ["en-fr-char-attention", "en-fr-char-cnn"])
def test_who_may_not_look_there_is_as_one_to_whom_it_is_not_there(name: str) -> None:
    model = load_model(name)
    trace = model.translate("I see.")
    found = silence(model, trace)
    assert found.shape == (6,)
    network, ids = model.network, model.source_ids("I see.")
    before = log_softmax(trace.logits.astype(np.float64))[np.arange(len(trace)), trace.ids].sum()
    for place in (0, 3):
        state = network.initial_state(network.encode(np.array([ids]), np.array([len(ids)])))
        memory = state.memory  # type: ignore[attr-defined]
        cut = replace(memory, outputs=np.delete(memory.outputs, place, axis=1), padding=None, projected=None)
        state, total, previous = replace(state, memory=cut), 0.0, model.bounds(len(ids)).start_id  # type: ignore[type-var]
        for token_id in trace.ids:
            state, logits = network.step(state, np.array([previous]))
            total, previous = total + log_softmax(logits[0].astype(np.float64))[token_id], token_id
        assert found[place] == pytest.approx(total - before, abs=2e-3)


def test_nothing_is_looked_at_where_it_is_silent() -> None:
    model = load_model("en-fr-char-attention")
    trace = model.translate("Where is the station?")
    silent = np.zeros(len(trace.encoder.tokens), bool)
    silent[13:20] = True
    again = written_again(model, trace, silent)
    assert again.attention is not None
    assert not again.attention[:, 13:20].any()
    np.testing.assert_allclose(again.attention.sum(axis=1), 1, atol=1e-5)
    assert "gare" in trace.text
    assert "gare" not in again.text


def test_what_is_asked_about_is_said_and_what_is_not_there() -> None:
    model = load_model("en-fr-char-attention")
    trace = model.translate("I see.")
    figure = INSTRUMENTS["silence"].build(model, trace, Focus(span="see"))
    assert "Without looking at “see”: −" in figure["help"]
    assert len(set(figure["data"][0]["marker"]["color"][2:5])) == 1
    assert "“xy” does not stand in the text" in INSTRUMENTS["silence"].build(model, trace, Focus(span="xy"))["help"]
    whole = INSTRUMENTS["silence"].build(model, trace, Focus(span="I see."))
    assert whole["data"]


@pytest.mark.parametrize("name", ["en-fr-char-lstm", "addition-lstm", "reverse-lstm"])
def test_without_attention_it_says_so(name: str) -> None:
    assert "has no attention that could be silenced" in INSTRUMENTS["silence"].refuses(load_model(name))
