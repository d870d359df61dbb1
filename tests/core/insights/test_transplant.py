"""The thought of another text: where it is all that the decoder learns, the other's translation is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from step_by_step import total
from toy_translators import toy_translator

from seq2seq_core import Seq2SeqError, Translator, load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.transplant import SHARES, along_the_way, written_again
from seq2seq_core.layers.numerics import log_softmax


def state_of(model: Translator, text: str) -> Any:
    ids = model.source_ids(text)
    return model.network.initial_state(model.network.encode(np.array([ids]), np.array([len(ids)])))


@pytest.mark.parametrize(
    ("name", "text", "other"),
    [
        ("en-fr-char-lstm", "Be nice.", "Where is the station?"),
        ("en-fr-char-lstm-2-layers", "Be nice.", "I love you."),
        ("en-fr-char-gru", "Be nice.", "I love you."),
        ("en-fr-word-lstm", "Be nice.", "I love you."),
        ("addition-lstm", "12+34", "507+8"),
    ],
)
def test_without_a_look_back_the_thought_is_all(name: str, text: str, other: str) -> None:
    model = load_model(name)
    trace, expected = model.translate(text), model.translate(other)
    again = written_again(model, trace, other)
    assert again.text == expected.text != trace.text
    np.testing.assert_allclose(again.logits, expected.logits, atol=1e-4)
    own, its = along_the_way(model, trace, expected)
    for ends, one in ((own, trace), (its, expected)):
        at = 0 if one is trace else -1
        logs = log_softmax(one.logits.astype(np.float64))
        assert ends[at] == pytest.approx(logs[np.arange(len(one)), one.ids].sum(), abs=1e-3)
        assert ends[at] > ends[-1 - at]


@pytest.mark.parametrize("parts", ["hc", "h", "c"])
def test_with_attention_the_states_are_the_others_and_what_is_looked_at_is_ones_own(parts: str) -> None:
    model = load_model("en-fr-char-attention")
    trace, other = model.translate("Be nice."), model.translate("I love you.")
    found = along_the_way(model, trace, other, parts)
    own, given = state_of(model, "Be nice."), state_of(model, "I love you.")
    for place in (0, 5, 10):
        s = np.float32(SHARES[place])
        states = tuple(
            ((1 - s) * h + s * h2 if "h" in parts else h, (1 - s) * c + s * c2 if "c" in parts else c)
            for (h, c), (h2, c2) in zip(own.states, given.states, strict=True)
        )
        for row, ids in enumerate((trace.ids, other.ids)):
            assert found[row, place] == pytest.approx(total(model, replace(own, states=states), ids), abs=3e-3)
    assert written_again(model, trace, "I love you.", 0, parts).text == trace.text


def test_a_share_of_nothing_changes_nothing() -> None:
    model = toy_translator(4, cell="GRU", scale=1.2)
    trace = model.translate("abcd")
    np.testing.assert_allclose(written_again(model, trace, "dcba", 0).logits, trace.logits, atol=1e-6)
    assert np.abs(written_again(model, trace, "dcba", 0.5).logits[0] - trace.logits[0]).max() > 1e-2


def test_the_other_text_is_named_with_its_translation() -> None:
    model = load_model("en-fr-char-lstm")
    trace, other = model.translate("Be nice."), model.translate("I love you.")
    figure = INSTRUMENTS["transplant"].build(model, trace, Focus(other="I love you."))
    assert f"whose translation is “{other.text}”" in figure["help"]
    assert "which is the other’s translation" in figure["help"]
    shipped = INSTRUMENTS["transplant"].build(model, trace)  # one that is shipped
    assert "The other text is “" in shipped["help"]
    with pytest.raises(Seq2SeqError, match="never seen any of these"):
        INSTRUMENTS["transplant"].build(model, trace, Focus(other="猫"))
