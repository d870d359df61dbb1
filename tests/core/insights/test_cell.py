"""The cell, opened: its numbers make the trace's own."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import load_model
from seq2seq_core.insights.cell import OpenedUnit, opened_unit


def bent(unit: OpenedUnit) -> dict[str, float]:
    """The gates from what they are made of."""
    sums = {name: sum(parts) for name, parts in unit.parts.items()}
    return {name: math.tanh(x) if name in "gn" else 1 / (1 + math.exp(-x)) for name, x in sums.items()}


@pytest.mark.parametrize(
    "make",
    [
        partial(toy_translator, 1, layers=2),
        partial(toy_translator, 2, layers=2, cell="GRU"),
        partial(toy_translator, 3, repeats=True),
        partial(load_model, "en-fr-char-attention"),
        partial(load_model, "en-fr-char-lstm-as-written"),
        partial(load_model, "reverse-lstm"),
    ],
)
def test_its_parts_make_the_gates_and_the_gates_the_state(make: partial) -> None:
    model = make()
    trace = model.translate("abcab")
    for layer in range(len(trace.layers)):
        for unit in (0, trace.layers[layer].h.shape[1] - 1):
            steps = opened_unit(model, trace, layer, unit)
            assert len(steps) == trace.steps_before + len(trace)
            sides = [side.layers[layer] for side in (trace.encoder, trace.decoder) if side.layers]
            h = np.concatenate([side.h[:, min(unit, side.h.shape[1] - 1)] for side in sides])
            for step, expected in zip(steps, h, strict=True):
                gates = bent(step)
                assert gates == pytest.approx(step.gates, abs=2e-5)
                if step.c is None:
                    assert gates["z"] * step.h_before + (1 - gates["z"]) * gates["n"] == pytest.approx(step.h, abs=1e-5)
                else:
                    assert gates["f"] * step.c_before + gates["i"] * gates["g"] == pytest.approx(step.c, abs=1e-4)
                    assert gates["o"] * math.tanh(step.c) == pytest.approx(step.h, abs=2e-5)
                assert step.h == expected


def test_the_decoder_goes_on_from_where_the_encoder_ended() -> None:
    model = toy_translator(4, layers=2)
    trace = model.translate("abc")
    steps = opened_unit(model, trace, 1, 2)
    assert steps[0].c_before == 0
    assert [step.c_before for step in steps[1:]] == [step.c for step in steps[:-1]]


@pytest.mark.parametrize(("held", "expected"), [(0.5, 1), (0.25, 0.5), (0.5**0.1, 10), (1.0, math.inf), (0.0, 0)])
def test_half_of_the_memory_is_gone_after(held: float, expected: float) -> None:
    unit = OpenedUnit({}, {"f": held}, 0, 0, 1, held)
    assert unit.half_life == pytest.approx(expected)
