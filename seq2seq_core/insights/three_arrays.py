"""The three arrays: what the tutorial gives its network, with one sentence in them, as pictures.

`decoder_target_data` is `decoder_input_data` one step ahead: at every step the decoder reads one column of the one and
has to write the same column of the other.
"""

from __future__ import annotations

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, cursor_shape, describe, label
from ..data.pairs import Pair
from ..data.vectorization import one_hot_arrays
from ..data.vocabulary import END, START
from ..errors import Seq2SeqError
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import later, tr

HELPS = {  # by the tutorial's names for the arrays
    "encoder_input_data": later(
        "What the encoder reads, the part of the network that reads: 1 sentence, {steps} steps, {characters} "
        "characters. Each column is a step, the vector of one character: a single 1 (blue), else zeros. "
        "{hidden} rows that are zero throughout are left away. After the end of the sentence, whole columns "
        "are zero: padding, of which two columns at most are drawn."
    ),
    "decoder_input_data": later(
        "What the decoder, the part that writes, reads step by step in training: the right sentence, from its "
        "start on. Here the network’s own translation stands in for it."
    ),
    "decoder_target_data": later("What it is to write at the same step: the same columns, one step earlier."),
}
BEYOND = 2  # columns drawn behind the end: all zeros, as the rest is
ROW, AROUND = 17, 72  # pixels


def three_arrays(model: Translator, trace: DecodeTrace, step: int = 0) -> list[Figure]:
    """A figure an array, of a pair: what the trace read, and what it wrote as its target.

    Args:
        trace: one of the model's, which reads and writes characters.
        step: where the cursor stands, counted from the decoder's first step.

    Raises:
        Seq2SeqError: the sentence is longer than the arrays are.
    """
    vocabularies = model.vocabularies
    longest = vocabularies.max_source_length
    if (length := len(vocabularies.source.encode(model.read_as(trace.source)))) > longest:
        raise Seq2SeqError(
            tr(
                "The arrays have room for {longest} characters, the longest sentence of the training data; this has "
                "{length}: type a shorter one.",
                longest=longest,
                length=length,
            )
        )
    pair = Pair(model.read_as(trace.source), trace.text[: vocabularies.max_target_length - 2])
    arrays = one_hot_arrays([pair], vocabularies)
    target = vocabularies.target
    framed = [START, *target.split(pair.target), END]
    reads = trace.steps_before
    sides = (
        (arrays.encoder_input_data, vocabularies.source.tokens, vocabularies.source.split(pair.source), 0),
        (arrays.decoder_input_data, target.tokens, framed, reads),
        (arrays.decoder_target_data, target.tokens, framed[1:], reads),
    )
    rows = [np.flatnonzero(arrays.encoder_input_data[0].any(axis=0))]
    rows += [np.flatnonzero((arrays.decoder_input_data + arrays.decoder_target_data)[0].any(axis=0))] * 2
    return [
        _figure(name, *side, shown, reads, reads + len(trace), step)
        for name, side, shown in zip(HELPS, sides, rows, strict=True)
    ]


def _figure(
    name: str,
    array: np.ndarray,
    tokens: tuple[str, ...],
    written: list[str],
    first: int,
    rows: np.ndarray,
    reads: int,
    places: int,
    step: int,
) -> Figure:
    """Args: written: a column's token each; first: the cursor's place at column 0; rows: ids that are drawn."""
    columns = min(len(written) + BEYOND, array.shape[1])
    known = [token for token in written if token in tokens]
    ticks = [label(token) for token in known] + ["0"] * (columns - len(known))
    values = array[0, :columns, rows]
    shape = ", ".join(map(str, array.shape))
    hidden = array.shape[2] - len(rows)
    cell = tr("step {step}, {token}: {value}")
    frames = [
        {"layout": {"shapes": [cursor_shape(place - first)] if 0 <= place - first < len(known) else []}}
        for place in range(places)
    ]
    return {
        "title": tr("{name}: shape ({shape})", name=name, shape=shape),
        "help": tr(HELPS[name]).format(steps=array.shape[1], characters=array.shape[2], hidden=hidden),
        "data": [
            {
                "type": "heatmap",
                "z": values.astype(int).tolist(),
                "x": list(range(columns)),
                "y": list(range(len(rows))),
                "zmin": 0,
                "zmax": 1,
                "colorscale": [[0, "rgba(139,147,161,0.18)"], [1, BLUE]],
                "showscale": False,
                "xgap": 1,
                "ygap": 1,
                "hovertext": [
                    [
                        cell.format(step=step, token=describe(tokens[row]), value=int(value))
                        for step, value in enumerate(line, start=1)
                    ]
                    for row, line in zip(rows, values, strict=True)
                ],
                "hoverinfo": "text",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {
                "tickvals": list(range(columns)),
                "ticktext": ticks,
                "range": [-0.5, columns - 0.5],
                "tickangle": 0,
                "showgrid": False,
            },
            "yaxis": {
                "tickvals": list(range(len(rows))),
                "ticktext": [label(tokens[row]) for row in rows],
                "range": [len(rows) - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
            },
            "margin": {"l": 36, "r": 8, "t": 8, "b": 32},
        },
        "frames": frames,
        "reads": reads,
        "step": step,
        "height": AROUND + ROW * len(rows),
    }
