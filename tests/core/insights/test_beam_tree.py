"""The beam tree: against all beginnings there are, each scored apart and cut by hand."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import pytest
from toy_translators import assert_equal, toy_translator

from seq2seq_core import DecodeTrace, load_model
from seq2seq_core.inference.translator import Translator
from seq2seq_core.insights.beam_tree import BEAM_TREE, beam_tree
from seq2seq_core.layers.numerics import log_softmax


def score(model: Translator, text: str, ids: tuple[int, ...]) -> tuple[float, float]:
    """(log-probability of a beginning, probability of its last token), fed token by token, alone."""
    source = model.source_ids(text)
    state = model.network.initial_state(model.network.encode(np.array([source]), np.array([len(source)])))
    total, previous, last = 0.0, model.bounds(len(source)).start_id, 0.0
    for token_id in ids:
        state, logits = model.network.step(state, np.array([previous]))
        last = float(log_softmax(logits[0].astype(np.float64))[token_id])
        total, previous = total + last, token_id
    return total, math.exp(last)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("width", [1, 2, 3])
def test_it_holds_all_that_was_weighed(seed: int, width: int) -> None:
    model = toy_translator(seed, target="\t\nxy", max_target_length=4, units=3, scale=2.0)
    trace = model.translate("abc", "beam", beam_width=width)
    tree = beam_tree(model, trace)
    end, limit = tree.end_id, model.bounds(3).max_steps
    beam: list[tuple[int, ...]] = [()]
    whole: list[tuple[int, ...]] = []
    for length, step in zip(count(1), tree.steps, strict=False):
        weighed = {(*ids, token): score(model, "abc", (*ids, token)) for ids in beam for token in range(4)}
        ranked = sorted(weighed, key=lambda ids: -weighed[ids][0])
        # all of it, each with its probability
        assert {node.ids for node in step} == set(weighed)
        for node in step:
            assert (node.log_probability, node.probability) == pytest.approx(weighed[node.ids], abs=1e-5)
        # cut after the most probable
        assert [node.ids for node in step if node.kept] == ranked[:width]
        assert [node.ids for node in step if not node.kept] == ranked[width:]
        whole += [ids for ids in ranked[:width] if ids[-1] == end or length == limit]
        beam = [ids for ids in ranked[:width] if ids[-1] != end]
    best = max(whole, key=lambda ids: score(model, "abc", ids)[0] / len(ids))
    assert tree.winner == best == tuple(trace.ids.tolist())
    assert tree.log_probability == pytest.approx(score(model, "abc", best)[0], abs=1e-5)


def test_the_search_is_that_of_the_translation_prefix_and_all() -> None:
    model = load_model("en-fr-char-attention")
    trace = model.translate("Be nice.", "beam", beam_width=3, prefix="So")
    tree = beam_tree(model, trace)
    assert tree.width == 3
    assert tree.winner == tuple(trace.ids.tolist())
    assert tree.log_probability == pytest.approx(trace.hypotheses[0].log_probability)
    assert [sum(node.kept for node in step) for step in tree.steps[:3]] == [1, 1, 3]


def test_a_trace_keeps_its_search_also_in_a_file() -> None:
    model = toy_translator(5, max_target_length=6, scale=2.0)
    trace = model.translate("abc", "beam", beam_width=3)
    assert len(trace.search) >= len(trace)
    tree = beam_tree(model, trace)
    for read in (DecodeTrace.from_json(trace.to_json()), DecodeTrace.from_csv(trace.to_csv())):
        assert_equal(read.search, trace.search)
        assert beam_tree(model, read) == tree
    assert model.translate("abc").search == ()
    assert beam_tree(model, model.translate("abc")) == beam_tree(model, model.translate("abc", "beam"))


def test_a_point_of_the_tree_is_the_text_up_to_there() -> None:
    model = load_model("en-fr-word-lstm")
    trace = model.translate("Be nice.")
    points = [data for data in BEAM_TREE.build(model, trace)["data"] if "customdata" in data]
    assert {data["meta"]["kind"] for data in points} == {"path"}
    for data in points:
        for x, prefix in zip(data["x"], data["customdata"], strict=True):
            forced = model.translate("Be nice.", prefix=prefix)
            assert forced.forced == x - trace.steps_before + 1
