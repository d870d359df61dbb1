"""Units: the rank statistic against counted pairs, and what must not be found where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from seq2seq_core import load_model
from seq2seq_core.insights.instrument import Focus
from seq2seq_core.insights.shipped_sentences import shipped_sentences
from seq2seq_core.insights.unit_search import FEWEST, Places, auroc, drivers, ranked, read_places, units_of
from seq2seq_core.insights.units import UNITS, in_a_chain


def test_auroc_counts_pairs() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 6, (60, 3)).astype(np.float32)  # with many equals
    inside = rng.random(60) < 0.3
    pairs = values[inside][:, None] - values[~inside][None]  # every place inside with every one outside
    expected = ((pairs > 0) + 0.5 * (pairs == 0)).mean(axis=(0, 1))
    np.testing.assert_allclose(auroc(ranked(values), inside), expected, atol=1e-6)


def places(rng: np.random.Generator, planted: int | None, sentences: int = 200, units: int = 40) -> Places:
    """Random units over random sentences; one is high wherever “ab” is read."""
    tokens = tuple(tuple(rng.choice(list("abcd"), 12)) for _ in range(sentences))
    values = rng.normal(size=(sentences * 12, units)).astype(np.float32)
    found = Places(tokens, values)
    if planted is not None:
        values[found.inside("ab")[0], planted] += 2
    return Places(tokens, ranked(values))


def test_where_a_span_stands() -> None:
    one = Places((tuple("abcab"), tuple("b"), tuple("aab")), np.zeros((9, 1), np.float32))
    inside, times = one.inside("ab")
    assert times == 3
    assert "".join(np.where(inside, "x", ".")) == "xx.xx" + "." + ".xx"


def test_a_unit_that_tells_is_found_and_one_that_was_lucky_is_not() -> None:
    rng = np.random.default_rng(1)
    found = units_of((places(rng, 7), places(rng, 7)), "ab")
    assert found.times > FEWEST
    assert found.units[0].unit == 7
    assert found.units[0].held_out > 0.85 > 0.65 > found.chance
    # what holds in one half alone is luck, and the other half says so
    luck = units_of((places(rng, 7), places(rng, None)), "ab")
    assert luck.units[0].unit == 7
    assert luck.units[0].chosen > 0.85
    assert abs(luck.units[0].held_out - 0.5) < luck.chance - 0.5 + 0.02


def test_too_few_is_said() -> None:
    rng = np.random.default_rng(2)
    assert not units_of((places(rng, 7, 10), places(rng, 7, 10)), "ab").units
    model = load_model("en-fr-char-lstm")
    figure = UNITS.build(model, model.translate("Be nice."), Focus(span="qx"))
    assert "stands 0 times" in figure["help"]
    assert "too few" in figure["help"]


@pytest.mark.parametrize(
    "name", ["en-fr-char-attention", "en-fr-char-lstm-reversed", "addition-lstm", "en-fr-char-cnn"]
)
def test_places_are_those_of_the_sentences_read_alone(name: str) -> None:
    model = load_model(name)
    sentences = [one.text for kind in shipped_sentences(model).values() for one in kind]
    assert 800 <= len(sentences) == len(set(sentences)) <= 1000
    halves = read_places(model, 0, "h")
    for half, texts in zip(halves, (sentences[0::2], sentences[1::2]), strict=True):
        assert len(half.tokens) == len(texts)
        assert len(half.ranks) == sum(map(len, half.tokens))
        # the ranks of one sentence's states are in the order of the states
        trace = model.translate(texts[1])
        start = len(half.tokens[0])
        count = len(half.tokens[1])
        assert "".join(half.tokens[1]) == "".join(trace.encoder.tokens[:count])
        for unit in (0, 100):
            mine = half.ranks[start : start + count, unit]
            alone = trace.encoder.layers[0].h[:count, unit]
            order = np.argsort(alone)
            apart = np.diff(alone[order]) > 1e-4
            assert (np.diff(mine[order])[apart] > 0).all()
    read_places.cache_clear()


def test_alike_units_stand_side_by_side() -> None:
    rng = np.random.default_rng(3)
    patterns = rng.normal(size=(50, 4))
    of = rng.permutation(np.repeat(range(4), 6))
    values = (patterns[:, of] * rng.uniform(0.2, 3, 24) + 0.05 * rng.normal(size=(50, 24))).astype(np.float32)
    values[:, 5] = 0.7  # one that stands still
    order = in_a_chain(values)
    assert sorted(order) == list(range(24))
    assert order[0] == values.std(axis=0).argmax()
    groups = of[order[order != 5]]
    assert (np.diff(groups) != 0).sum() == 3


@pytest.mark.parametrize("name", ["en-fr-char-lstm", "en-fr-char-gru", "en-fr-char-cnn", "en-fr-char-lstm-reversed"])
def test_what_drives_a_unit_hardest_is_that_of_all_sentences(name: str) -> None:
    model = load_model(name)
    part = {"en-fr-char-lstm": "c", "en-fr-char-gru": "z"}.get(name, "h")
    peaks = []
    for sentence in (one.text for kind in shipped_sentences(model).values() for one in kind):
        ids = model.source_ids(sentence)
        layer = model.network.encode(np.array([ids]), np.array([len(ids)])).layers[0]
        alone = layer.gates[:, 0, 0] if part == "z" else layer.h[0] if layer.c is None or part == "h" else layer.c[0]
        alone = alone[: len(sentence), 17]
        peaks.append((float(alone.max()), float(alone.min())))
    highest, lowest = drivers(model, 0, part, 17)
    assert [one.values.max() for one in highest] == pytest.approx(sorted(peak for peak, _ in peaks)[:-4:-1], abs=1e-4)
    assert [one.values.min() for one in lowest] == pytest.approx(sorted(low for _, low in peaks)[:3], abs=1e-4)
    read_places.cache_clear()


def test_c_and_each_gate_can_be_asked_and_a_choice_that_is_not_there_is_h() -> None:
    model = load_model("en-fr-char-gru")
    trace = model.translate("Be nice.")
    assert list(UNITS.choices["part"](model)) == ["h", "z", "r", "n"]
    figures = {part: UNITS.build(model, trace, Focus(part=part, view="one", unit=3)) for part in ("h", "z", "c")}
    lines = {part: figure["data"][2]["y"] for part, figure in figures.items()}
    both = (trace.encoder.layers[0], trace.layers[0])
    np.testing.assert_allclose(lines["z"], np.concatenate([side.gates[:, 0, 3] for side in both]), atol=1e-4)
    assert lines["c"] == lines["h"] != lines["z"]
    read_places.cache_clear()
