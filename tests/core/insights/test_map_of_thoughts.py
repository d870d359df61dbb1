"""Map of thoughts: the plane against the singular values, neighbours against all distances."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.map_of_thoughts import map_of, plane


def test_the_plane_is_that_of_the_largest_singular_values() -> None:
    rng = np.random.default_rng(1)
    states = (rng.normal(size=(60, 7)) * [5, 3, 1, 1, 1, 1, 1] + rng.normal(size=7)).astype(np.float32)
    found = plane(tuple(map(str, range(60))), states)
    left, values, _ = np.linalg.svd((states - states.mean(axis=0)).astype(float), full_matrices=False)
    np.testing.assert_allclose(found.explained, values[:2] ** 2 / (values**2).sum(), rtol=1e-5)
    np.testing.assert_allclose(np.abs(found.place(states)), np.abs(left[:, :2] * values[:2]), atol=1e-4)
    survived = []
    for points in range(60):
        nearest = []
        for space in (states, found.place(states)):
            distances = [np.linalg.norm(space[points] - other) for other in space]
            nearest.append(set(np.argsort(distances)[1:11].tolist()))
        survived.append(len(nearest[0] & nearest[1]) / 10)
    assert found.survive == pytest.approx(np.mean(survived))
    assert found.nearest(states[17], 1) == [17]


@pytest.mark.parametrize("name", ["en-fr-char-lstm", "en-fr-word-lstm", "addition-lstm"])
def test_its_points_are_where_the_encoder_ended(name: str) -> None:
    model = load_model(name)
    found = map_of(model)
    assert len(found.texts) == len(set(found.texts)) >= 100
    for row in (0, len(found.texts) // 2):
        ended = model.translate(found.texts[row]).encoder.layers[-1].h[-1]
        np.testing.assert_allclose(found.states[row], ended, atol=1e-5)
        assert found.nearest(ended, 1) == [row]


def test_a_span_parts_the_sentences() -> None:
    model = load_model("en-fr-char-lstm")
    figure = INSTRUMENTS["map"].build(model, model.translate("Be nice."), Focus(span="I "))
    having, others = figure["data"][:2]
    assert all("i " in text.lower() for text in having["hovertext"])
    assert len(having["x"]) + len(others["x"]) == len(map_of(model).texts)


def test_pairs_of_the_same_words_in_other_roles_are_joined() -> None:
    model = load_model("en-fr-char-lstm")
    figure = INSTRUMENTS["map"].build(model, model.translate("Be nice."))
    joined = [line["hovertext"] for line in figure["data"] if line["name"] == "the same words in other roles"]
    assert ["“Tom loves Mary.”", "“Mary loves Tom.”"] in joined
    assert all(len(pair) == 2 for pair in joined)
