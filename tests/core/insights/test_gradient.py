"""Gradient × input, against differences of the log-probabilities in float64, by the layers' equations written out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import DecodeTrace, Translator, load_model
from seq2seq_core.insights.gradient import agreement, gradient_times_input
from seq2seq_core.layers.recurrent import RecurrentCell

State = tuple[np.ndarray, np.ndarray]


def step(cell: RecurrentCell, x: np.ndarray, state: State) -> State:
    """`x`: the projected input, bias included, float64, in the cell's own scale."""
    h, c = state
    u, n = cell._recurrent.astype(float), cell.units
    z, half = h @ u, cell._half.astype(float)
    if cell.has_c:
        i, f, g, o = np.split((x + z) / half, 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c
    z = (z + cell._recurrent_bias) / half  # type: ignore[attr-defined]
    x = x / half
    update, reset = (1 / (1 + np.exp(-(x + z)[: 2 * n]))).reshape(2, n)
    return update * h + (1 - update) * np.tanh(x[2 * n :] + reset * z[2 * n :]), c


def project(cell: RecurrentCell, x: np.ndarray) -> np.ndarray:
    return x @ cell._kernel.astype(float) + cell._bias


def stack_step(cells: Sequence[RecurrentCell], x: np.ndarray, states: list[State], extra: np.ndarray) -> list[State]:
    after: list[State] = []
    for index, cell in enumerate(cells):
        after.append(step(cell, project(cell, np.concatenate([after[-1][0], extra])) if index else x, states[index]))
    return after


def zeros(cell: RecurrentCell) -> State:
    return np.zeros(cell.units), np.zeros(cell.units)


def forced(model: Translator, trace: DecodeTrace, scales: np.ndarray) -> np.ndarray:
    """Log-probabilities of what was written, (steps,), when every input of the encoder is so many times itself."""
    network: object = model.network
    ids = model.source_ids(trace.source)
    nothing = np.zeros(0)

    def inputs(cell: RecurrentCell, table: np.ndarray) -> list[np.ndarray]:
        bias = cell._bias.astype(float)
        return [scale * (table[i].astype(float) - bias) + bias for scale, i in zip(scales, ids, strict=True)]

    def log_p(values: np.ndarray, written: int) -> float:
        logits = values @ network.output_kernel.astype(float) + network.output_bias  # type: ignore[attr-defined]
        return logits[written] - np.log(np.exp(logits - logits.max()).sum()) - logits.max()

    found = []
    if model.kind.name == "same_length":
        states = [zeros(cell) for cell in network.stack]  # type: ignore[attr-defined]
        for x, written in zip(inputs(network.stack[0], network.table), trace.ids, strict=True):  # type: ignore[attr-defined]
            states = stack_step(network.stack, x, states, nothing)  # type: ignore[attr-defined]
            found.append(log_p(states[-1][0], written))
        return np.array(found)

    directions = [(network.encoder, network.encoder_table)]  # type: ignore[attr-defined]
    if model.kind.name == "attention":
        directions.append((network.backward_encoder, network.backward_encoder_table))  # type: ignore[attr-defined]
    outputs: list[np.ndarray] = []
    states = []
    for index in range(len(directions[0][0])):
        ends, runs = [], []
        for backwards, (cells, table) in enumerate(directions):
            cell = cells[index]
            given = [project(cell, x) for x in outputs] if index else inputs(cell, table)
            state, run = zeros(cell), []
            for x in given[::-1] if backwards else given:
                state = step(cell, x, state)
                run.append(state[0])
            ends.append(state)
            runs.append(run[::-1] if backwards else run)
        outputs = [np.concatenate(both) for both in zip(*runs, strict=True)]
        states.append((np.concatenate([h for h, _ in ends]), np.concatenate([c for _, c in ends])))

    decoder = network.decoder  # type: ignore[attr-defined]
    if model.kind.name == "repeat_vector":
        repeated = project(decoder[0], states[-1][0])
        states = [zeros(cell) for cell in decoder]
    for previous, written in zip((model.bounds(1).start_id, *trace.ids[:-1]), trace.ids, strict=True):
        x = repeated if model.kind.name == "repeat_vector" else network.decoder_table[previous].astype(float)  # type: ignore[attr-defined]
        looked = nothing
        if model.kind.name == "attention":
            asked = step(decoder[0], x, states[0])[0] @ network.attention.query_kernel  # type: ignore[attr-defined]
            scores = np.array(outputs) @ asked
            weights = np.exp(scores - scores.max())
            looked = weights @ np.array(outputs) / weights.sum()
        states = stack_step(decoder, x, states, looked)
        found.append(log_p(np.concatenate([states[-1][0], looked]), written))
    return np.array(found)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (partial(toy_translator, 1, layers=2), "abcab"),
        (partial(toy_translator, 2, layers=2, cell="GRU"), "abcab"),
        (partial(toy_translator, 3, layers=2, repeats=True), "abcab"),
        (partial(load_model, "en-fr-char-attention"), "Be nice."),
        (partial(load_model, "en-fr-char-lstm-reversed"), "Be nice."),
        (partial(load_model, "en-fr-char-lstm-as-written"), "Be nice."),
        (partial(load_model, "en-fr-word-lstm"), "Be nice."),
        (partial(load_model, "reverse-lstm"), "abc"),
        (partial(load_model, "dates-gru"), "May 5, 2020"),
    ],
)
def test_it_is_the_slope_of_the_log_probability(make: partial, text: str) -> None:
    model = make()
    trace = model.translate(text)
    found = gradient_times_input(model, trace)
    ones = np.ones(len(model.source_ids(text)))
    np.testing.assert_allclose(
        forced(model, trace, ones), np.log(trace.chosen_probabilities.astype(float)), atol=1e-4
    )  # the equations are the network's
    for place in range(found.shape[1]):
        change = np.zeros_like(ones)
        change[place] = 1e-4
        slope = (forced(model, trace, ones + change) - forced(model, trace, ones - change)) / 2e-4
        np.testing.assert_allclose(found[:, place], slope, atol=5e-4, rtol=1e-3)


def test_agreement_is_spearmans_by_size() -> None:
    one = np.array([[1.0, -5, 2, 0], [1, 2, 3, 4]])
    np.testing.assert_allclose(agreement(one, 7 * one), (1, 1))
    np.testing.assert_allclose(agreement(one, -one), (1, 1))  # which matter, in either direction
    # 1 − 6·Σd²/(n(n²−1)) with d = (1, −3, 1, 1) is −0.2; the other row is upside down
    np.testing.assert_allclose(agreement(one, np.array([[3.0, 1, 4, 2], [4, 3, 2, 1]])), ((-0.2 - 1) / 2, 0))
    # ties share their places; a row without differences says nothing
    np.testing.assert_allclose(agreement(one[:1], np.array([[1.0, 1, 1, 0]])), (0.7745967, 0), atol=1e-6)
    np.testing.assert_allclose(agreement(one[:1], np.ones((1, 4))), (0, 0))
