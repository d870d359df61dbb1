"""Gradient × input: the slope of log p(y_t) along each token that was read, and how far it agrees with deleting it.

x·∂ log p(y_t)/∂x for a token's input x, one-hot or embedded, by backpropagation through the trace, the written text
forced (Simonyan et al. 2013, arXiv:1312.6034; Li et al. 2016, arXiv:1506.01066): what the token would be worth if the
network were a straight line. It is not, so this is a slope and no effect; the effect is `deletion`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.style import cursor_shape, describe, label, token_ticks
from ..decimals import decimal
from ..inference.trace import DecodeTrace, LayerTrace
from ..inference.translator import Translator
from ..language import later, tr
from ..layers.attention import Attention
from ..layers.recurrent import RecurrentCell
from ..models.attention.network import AttentionNetwork
from ..models.encoder_decoder.network import EncoderDecoder
from ..models.repeat_vector.network import RepeatVector
from ..models.same_length.network import SameLength
from ..shares import percent
from .deletion import DIVERGING, ROW_HEIGHT, deletion, tokens_read
from .instrument import Focus, Instrument

# slopes at h and c, or h and c themselves: (rows, units), a row for each log p(y_t); c: None for a cell without
State = tuple[np.ndarray, np.ndarray | None]
STRIP_ROW = 30  # pixels


def gradient_times_input(model: Translator, trace: DecodeTrace) -> np.ndarray:
    """In nats, float32 (steps written, tokens read).

    Args:
        trace: one of the model's, whose network `BACKWARD` knows.
    """
    ids = np.array(model.source_ids(trace.source))
    return BACKWARD[type(model.network)](model.network, trace, ids)[:, : tokens_read(model, trace)]


def _encoder_decoder(network: EncoderDecoder, trace: DecodeTrace, ids: np.ndarray) -> np.ndarray:
    cells = [(cell,) for cell in network.encoder]
    writing = _BackThroughWriting(network.decoder, trace, _handed_over(cells, trace))
    writing.run(_at_logits(trace) @ network.output_kernel.T)
    return _back_through_reading(cells, trace.encoder.layers, [network.encoder_table[ids]], writing.at_start)


def _attention(network: AttentionNetwork, trace: DecodeTrace, ids: np.ndarray) -> np.ndarray:
    cells = list(zip(network.encoder, network.backward_encoder, strict=True))
    writing = _BackThroughWriting(network.decoder, trace, _handed_over(cells, trace), network.attention)
    writing.run(_at_logits(trace) @ network.output_kernel.T)
    tables = [network.encoder_table[ids], network.backward_encoder_table[ids]]
    return _back_through_reading(cells, trace.encoder.layers, tables, writing.at_start, writing.at_memory)


def _repeat_vector(network: RepeatVector, trace: DecodeTrace, ids: np.ndarray) -> np.ndarray:
    cells = [(cell,) for cell in network.encoder]
    writing = _BackThroughWriting(network.decoder, trace, [cell.zero_state(1) for cell in network.decoder])
    writing.run(_at_logits(trace) @ network.output_kernel.T)
    slopes = [_no_slopes(cell, len(trace)) for cell in network.encoder]
    slopes[-1] = (network.decoder[0].project_back(writing.at_projected), slopes[-1][1])
    return _back_through_reading(cells, trace.encoder.layers, [network.encoder_table[ids]], slopes)


def _same_length(network: SameLength, trace: DecodeTrace, ids: np.ndarray) -> np.ndarray:
    steps = len(trace)
    at_outputs = np.zeros((steps, steps, network.stack[-1].units), np.float32)
    at_outputs[range(steps), range(steps)] = _at_logits(trace) @ network.output_kernel.T
    slopes = [_no_slopes(cell, steps) for cell in network.stack]
    cells = [(cell,) for cell in network.stack]
    return _back_through_reading(cells, trace.layers, [network.table[ids]], slopes, at_outputs)


# by the class of network; a kind that is not here says that it cannot
BACKWARD: dict[type, Callable[[Any, DecodeTrace, np.ndarray], np.ndarray]] = {
    EncoderDecoder: _encoder_decoder,
    AttentionNetwork: _attention,
    RepeatVector: _repeat_vector,
    SameLength: _same_length,
}


def _at_logits(trace: DecodeTrace) -> np.ndarray:
    """Slopes of log p(y_t) at the logits of step t, float32 (steps, target vocabulary)."""
    return np.eye(len(trace.vocabulary), dtype=np.float32)[trace.ids] - trace.probabilities


def _no_slopes(cell: RecurrentCell, rows: int) -> State:
    h, c = cell.zero_state(rows)
    return h, None if c is None else c.copy()


def _handed_over(cells: Sequence[Sequence[RecurrentCell]], trace: DecodeTrace) -> list[State]:
    """h and c where the encoder ended, (1, units) of each layer: the second direction ends at the first token."""

    def ended(values: np.ndarray, directions: Sequence[RecurrentCell]) -> np.ndarray:
        units = directions[0].units
        return np.concatenate([values[-1, :units], values[0, units:]])[None]

    return [
        (ended(layer.h, both), None if layer.c is None else ended(layer.c, both))
        for layer, both in zip(trace.encoder.layers, cells, strict=True)
    ]


class _BackThroughWriting:
    """From the output of every step back to the decoder's start; what it finds on its way stays in its attributes."""

    def __init__(
        self,
        cells: Sequence[RecurrentCell],
        trace: DecodeTrace,
        starts: Sequence[State],
        attention: Attention | None = None,
    ) -> None:
        self._cells, self._trace, self._starts, self._attention = cells, trace, starts, attention
        self._h = [np.zeros((len(trace), cell.units), np.float32) for cell in cells]
        self._c = [np.zeros((len(trace), cell.units), np.float32) if cell.has_c else None for cell in cells]
        # (rows, gates·units): at the bottom layer's projected input, of all steps together
        self.at_projected = np.zeros((len(trace), len(cells[0].gates) * cells[0].units), np.float32)
        # (rows, tokens read, units): at the encoder's outputs, by way of the attention
        self.at_memory = np.zeros((len(trace), *trace.encoder.layers[-1].h.shape), np.float32)

    @property
    def at_start(self) -> list[State]:
        return list(zip(self._h, self._c, strict=True))

    def run(self, at_outputs: np.ndarray) -> None:
        """`at_outputs`: (steps, units), at what the softmax reads; with attention the context stands behind h."""
        units = self._cells[-1].units
        for step in reversed(range(len(self._trace))):
            rows = slice(step, None)  # no earlier log p depends on this step
            self._h[-1][step] += at_outputs[step, :units]
            at_context = np.zeros((len(self._trace) - step, at_outputs.shape[1] - units), np.float32)
            at_context[0] += at_outputs[step, units:]
            for index in reversed(range(1, len(self._cells))):
                below = self._cells[index].project_back(self._step_back(index, step))
                width = self._cells[index - 1].units
                self._h[index - 1][rows] += below[:, :width]
                at_context += below[:, width:]
            if self._attention:
                self._h[0][rows] += self._attend_back(self._attention, step, at_context)
            self.at_projected[rows] += self._step_back(0, step)

    def _step_back(self, index: int, step: int) -> np.ndarray:
        """Slopes at the layer's projected input; those at its state become those at its state before."""
        layer, rows = self._trace.layers[index], slice(step, None)
        start_h, start_c = self._starts[index]
        h = layer.h[step - 1] if step else start_h[0]
        c = None if layer.c is None or start_c is None else layer.c[step - 1] if step else start_c[0]
        d_c = self._c[index]
        projected, self._h[index][rows], before = self._cells[index].backward(
            self._h[index][rows], None if d_c is None else d_c[rows], layer.gates[step], h, c
        )
        if d_c is not None:
            d_c[rows] = before
        return projected

    def _attend_back(self, attention: Attention, step: int, at_context: np.ndarray) -> np.ndarray:
        """Slopes at the h that asked."""
        assert self._trace.attention is not None
        memory, weights = self._trace.encoder.layers[-1].h, self._trace.attention[step]  # (read, units), (read,)
        at_weights = at_context @ memory.T
        at_scores = weights * (at_weights - at_weights @ weights[:, None])
        question = self._trace.layers[0].h[step] @ attention.query_kernel
        self.at_memory[step:] += weights[:, None] * at_context[:, None] + at_scores[:, :, None] * question
        return at_scores @ memory @ attention.query_kernel.T


def _back_through_reading(
    cells: Sequence[Sequence[RecurrentCell]],
    layers: Sequence[LayerTrace],
    projected: Sequence[np.ndarray],
    at_end: Sequence[State],
    at_outputs: np.ndarray | None = None,
) -> np.ndarray:
    """Gradient × input, (rows, tokens read).

    Args:
        cells: per layer, bottom first, those of its directions; the second reads from the end.
        projected: per direction the bottom layer's projected inputs, (tokens read, gates·units).
        at_end: slopes at each layer's state where it ended, its directions side by side.
        at_outputs: slopes at the top layer's h, (rows, tokens read, units); None: nothing looks at them.
    """
    rows, read = len(at_end[0][0]), len(projected[0])
    found = np.zeros((rows, read), np.float32)
    for index in reversed(range(len(cells))):
        layer, below = layers[index], None
        if index:
            below = np.zeros((rows, read, layers[index - 1].h.shape[1]), np.float32)
        for direction, cell in enumerate(cells[index]):
            units = slice(direction * cell.units, (direction + 1) * cell.units)
            d_h, d_c = (None if side is None else side[:, units] for side in at_end[index])
            zeros = np.zeros(cell.units, np.float32)
            for place in range(read) if direction else reversed(range(read)):
                before = place + 1 if direction else place - 1
                inside = 0 <= before < read
                h = layer.h[before, units] if inside else zeros
                c = None if layer.c is None else layer.c[before, units] if inside else zeros
                assert d_h is not None
                if at_outputs is not None:
                    d_h = d_h + at_outputs[:, place, units]
                slopes, d_h, d_c = cell.backward(d_h, d_c, layer.gates[place, :, units], h, c)
                if below is not None:
                    below[:, place] += cell.project_back(slopes)
                else:
                    found[:, place] += slopes @ cell.from_input(projected[direction][place])
        at_outputs = below
    return found


def agreement(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """How far two measures, (steps, tokens read), agree on which tokens mattered, in either direction.

    Returns:
        the mean over the steps of their rank correlation (Spearman 1904; 0 where one makes no difference), and the
        share of steps in which the same token comes first.
    """
    one, other = np.abs(one), np.abs(other)
    ranks = [np.apply_along_axis(_ranks, 1, values) for values in (one, other)]
    a, b = (values - values.mean(axis=1, keepdims=True) for values in ranks)
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    correlations = np.divide((a * b).sum(axis=1), spread, out=np.zeros(len(one)), where=spread > 0)
    return float(correlations.mean()), float((one.argmax(axis=1) == other.argmax(axis=1)).mean())


def _ranks(values: np.ndarray) -> np.ndarray:
    """Those that are equal share the mean of their places."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _refuses(model: Translator) -> str:
    if type(model.network) not in BACKWARD:
        return tr(
            "Slopes are known here of recurrent networks alone: ask this one what mattered by leaving characters out."
        )
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    read, token = tokens_read(model, trace), tr(model.vocabularies.source.kind)
    slopes = gradient_times_input(model, trace)
    others = {} if trace.claims.in_step else {later("deletion"): deletion(model, trace)}
    if trace.attention is not None:
        others[later("attention")] = trace.attention[:, :read]
    measures = {later("slope"): slopes, **others}  # in nats; the attention in shares
    helps = [tr(GRADIENT.help).format(token=token)]
    if read > 1 and others:
        found = [(a, b, *agreement(measures[a], measures[b])) for a, b in combinations(measures, 2)]
        agree = tr("{one} and {other}: rank correlation {correlation}, the same {token} first in {share}")
        says = tr("; ").join(
            agree.format(one=tr(a), other=tr(b), correlation=decimal(r, 2), token=token, share=percent(top))
            for a, b, r, top in found
        )
        helps.append(
            tr("On this sentence, {says} of the steps (by chance: {chance}).", says=says, chance=percent(1 / read))
        )
    tokens, words = trace.encoder.tokens[:read], [describe(one) for one in trace.encoder.tokens[:read]]
    most, written = max(1e-3, float(np.abs(slopes).max())), tr("For {token}:")
    strip, below = STRIP_ROW * len(measures), ROW_HEIGHT * max(8, read)
    share = below / (below + strip + 70)  # of the height: the matrix; above it, with room for its letters, the strips
    letters = {"tickfont": {"family": "monospace", "size": 14}, "showgrid": False, "zeroline": False}
    return {
        "help": " ".join(helps),
        "data": [
            {
                "type": "heatmap",
                "z": slopes.T.round(4).tolist(),
                "x": list(range(len(trace))),
                "y": list(range(read)),
                "customdata": [[[one, describe(other)] for other in trace.tokens] for one in words],
                "zmin": -most,
                "zmax": most,
                "colorscale": DIVERGING,
                "xgap": 1,
                "ygap": 1,
                "colorbar": {"thickness": 12, "len": share, "y": 0, "yanchor": "bottom", "outlinewidth": 0},
                "hovertemplate": tr("%{customdata[0]} for %{customdata[1]}: a slope of %{z:.2f} nats")
                + "<extra></extra>",
            },
            _strips(list(measures.values()), read),
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {
                **token_ticks(trace.tokens),
                "range": [-0.5, len(trace) - 0.5],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {
                **letters,
                "tickvals": list(range(read)),
                "ticktext": [label(one) for one in tokens],
                "range": [read - 0.5, -0.5],
                "domain": [0, share],
            },
            "xaxis2": {
                **token_ticks(tokens),
                **letters,
                "range": [-0.5, read - 0.5],
                "anchor": "y2",
            },
            "yaxis2": {
                **letters,
                "tickvals": list(range(len(measures) * len(trace))),
                "ticktext": [tr(name) for name in measures] * len(trace),
                "tickfont": {"size": 14},
                "range": _rows_of(0, len(measures)),
                "domain": [1 - strip / (below + strip + 70), 1],
                "anchor": "x2",
                "automargin": True,
            },
            "margin": {"l": 36, "r": 8, "t": 40, "b": 32},
        },
        "frames": [_frame(tr("Still reading: nothing is written yet"), -1, len(measures))] * trace.steps_before
        + [_frame(written.format(token=describe(one)), step, len(measures)) for step, one in enumerate(trace.tokens)],
        "height": 72 + below + strip + 70,
    }


def _strips(measures: list[np.ndarray], read: int) -> dict[str, Any]:
    """The measures of each step below each other, a row shaded by its own largest value; a frame shows one step's."""
    values = np.stack(measures, axis=1).reshape(-1, read)  # (steps · measures, read)
    largest = np.abs(values).max(axis=1, keepdims=True)
    return {
        "type": "heatmap",
        "xaxis": "x2",
        "yaxis": "y2",
        "z": (values / np.maximum(largest, 1e-9)).round(3).tolist(),
        "text": [[decimal(value, 3) for value in row] for row in values],
        "zmin": -1,
        "zmax": 1,
        "colorscale": DIVERGING,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _rows_of(step: int, measures: int) -> list[float]:
    return [(step + 1) * measures - 0.52, step * measures - 0.48]  # not a hair of the next step’s


def _frame(title: str, step: int, measures: int) -> dict[str, Any]:
    cursor = [{**cursor_shape(step, fill="rgba(0,0,0,0)"), "yref": "y domain"}] if step >= 0 else []
    return {"layout": {"title.text": title, "yaxis2.range": _rows_of(step, measures), "shapes": cursor}}


GRADIENT = Instrument(
    name="gradient",
    title="Gradient × input: slope, not effect",
    question="Slope, not effect",
    help="At the top, of the cursor’s step: what each {token} read was worth by its slope, by leaving it out (its "
    "effect) and by the attention, where there is one; a row is shaded by its own largest value. Below, the slopes of "
    "all steps. A slope says how the probability would begin to move if a {token} were turned down a little, not what "
    "would happen without it.",
    look=_look,
    refuses=_refuses,
    height=480,
)
