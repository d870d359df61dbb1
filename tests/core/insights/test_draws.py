"""Drawn many times: the probabilities against the network asked step by step, the frequencies against them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import load_model
from seq2seq_core.decoding import Decoding
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.draws import COUNT, draws


@pytest.mark.parametrize("dials", [{}, {"temperature": 0.7}, {"top_k": 2}, {"top_p": 0.6}])
def test_each_comes_as_often_as_its_probability_says(dials: dict[str, float]) -> None:
    model = load_model("en-fr-char-lstm")
    decoding = replace(Decoding("sample"), **dials)
    found = draws(model, model.translate("Where is he?"), decoding, 600)
    assert sum(one.times for one in found) == 600
    for one in found[:4]:
        forced = model.translate("Where is he?", "sample", prefix=one.text + "\n", **dials)
        expected = forced.chosen_from[np.arange(len(forced)), forced.ids].astype(float).prod()
        assert one.probability == pytest.approx(expected, rel=1e-3)
        spread = np.sqrt(600 * one.probability * (1 - one.probability))
        assert abs(one.times - 600 * one.probability) <= 4 * spread + 1


def test_texts_that_have_no_end_are_cut_off() -> None:
    model = toy_translator(4, scale=3)
    found = draws(model, model.translate("ab"), Decoding("sample"), 50)
    assert sum(one.times for one in found) == 50
    assert max(len(one.text) for one in found) <= model.bounds(2).max_steps


def test_a_seed_draws_the_same_again_and_another_one_others() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Where is the station?")
    first, again, other = (draws(model, trace, Decoding("sample", seed=seed), 20) for seed in (1, 1, 2))
    assert first == again != other


def test_what_is_forced_is_forced() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Be nice.", prefix="Sois ")
    assert all(one.text.startswith("Sois ") for one in draws(model, trace, Decoding("sample"), 20))


def test_where_only_the_likeliest_can_be_drawn_every_draw_is_the_text_above() -> None:
    model = load_model("en-fr-char-lstm")
    figure = INSTRUMENTS["draws"].build(model, model.translate("Drop it!"), Focus(top_k=1))
    assert figure["data"][0]["x"] == [COUNT]
    assert f"the text above came {COUNT} times" in figure["help"]
