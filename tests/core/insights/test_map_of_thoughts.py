"""Map of thoughts: the plane against the singular values, neighbours against all distances."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.english import PROPERTIES
from seq2seq_core.insights.map_of_thoughts import FIGURE_2, map_of, plane


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


@pytest.mark.parametrize(
    ("text", "tense", "person", "question"),
    [
        ("Mary will buy bread.", "future", "he, she, it, they", "no question"),
        ("Did I see him?", "past", "I, we", "question"),
        ("You helped us.", "past", "you", "no question"),
        ("He is not tired.", "present", "he, she, it, they", "no question"),
        ("she reads a poem", "present", "he, she, it, they", "no question"),
        ("I’ll go home.", "future", "I, we", "no question"),
        ("Be nice.", "present", "nobody named", "no question"),
        ("in December", "no sentence", "no sentence", "no question"),
        ("12", "no sentence", "no sentence", "no question"),
    ],
)
def test_properties_are_told_from_the_english(text: str, tense: str, person: str, question: str) -> None:
    assert [rule(text) for rule in PROPERTIES.values()] == [tense, person, question]


def test_every_shipped_sentence_is_of_one_colour() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Be nice.")
    for color in PROPERTIES:
        figure = INSTRUMENTS["map"].build(model, trace, Focus(color=color))
        groups = [part for part in figure["data"] if part["marker"]["size"] == 7]
        assert len(groups) >= 2
        assert sum(len(part["x"]) for part in groups) == len(map_of(model).texts)
        assert f"The {color} is told from the English by plain rules" in figure["help"]
    assert list(INSTRUMENTS["map"].choices["color"](load_model("addition-lstm"))) == ["length"]


def test_the_papers_sentences_lie_in_a_plane_of_their_own() -> None:
    model = load_model("en-fr-char-lstm")
    figure = INSTRUMENTS["map"].build(model, model.translate("Be nice."), Focus(sentences="figure-2-left"))
    assert figure["data"][0]["hovertext"] == [f"“{text}”" for text in FIGURE_2["figure-2-left"][0]]
    known = map_of(model, "figure-2-left")
    states = [model.translate(text).encoder.layers[-1].h[-1] for text in known.texts]
    np.testing.assert_allclose(known.states, states, atol=1e-5)
    nearest = [int(np.argsort([np.linalg.norm(one - two) for two in states])[1]) for one in states]
    same = sum(near // 3 == row // 3 for row, near in enumerate(nearest))
    assert f"For {same} of 6 the nearest one means the same (by chance 2 of 5)" in figure["help"]


def test_neighbours_of_the_state_at_the_cursor_are_those_of_all_distances() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("I see.")
    figure = INSTRUMENTS["map"].build(model, trace)
    known = map_of(model)
    for frame, h in (
        (figure["frames"][2], trace.encoder.layers[-1].h[2]),
        (figure["frames"][-1], trace.layers[-1].h[-1]),
    ):
        distances = [float(np.linalg.norm(h - state)) for state in known.states]
        expected = [known.texts[row] for row in np.argsort(distances)[:3]]
        assert frame["layout"]["annotations"][0]["text"].split("<br>")[1:] == expected
