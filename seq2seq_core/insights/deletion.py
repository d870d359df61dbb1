"""What mattered? How much less probable each written character is when a character of the source is left out.

Δ(t, k) = log p(y_t | x) − log p(y_t | x without x_k), the same text forced each time (Li, Monroe & Jurafsky 2016,
arXiv:1612.08220). It is the measure of effect: it asks the network itself, of whatever kind.
"""

from __future__ import annotations

import numpy as np

from ..charts.base import Figure
from ..charts.style import cursor_shape, describe, label, token_ticks
from ..data.vectorization import pad_ids
from ..data.vocabulary import PADDING_ID
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..layers.numerics import log_softmax
from .instrument import Focus, Instrument

# blue, nothing, orange: to be told apart by everybody, on white and on black
DIVERGING = [[0, "rgb(63,143,210)"], [0.5, "rgba(139,147,161,0.08)"], [1, "rgb(224,123,26)"]]
ROW_HEIGHT = 17  # pixels: a character can still be read
LOWEST = -30.0  # nats: less probable than this is as good as impossible, and one cell must not pale all others


def deletion(model: Translator, trace: DecodeTrace) -> np.ndarray:
    """Δ in nats, float64 (steps written, tokens read): above 0 where the token made what was written more probable.

    Args:
        trace: one of the model's. Padding that it read is no token.
    """
    ids = model.source_ids(trace.source)
    read = tokens_read(model, trace)
    behind = [padding_id(model)] if model.network.reads_padding else []  # the length stays
    rows = [ids, *(ids[:place] + ids[place + 1 :] + behind for place in range(read))]
    log_probabilities = forced_log_probabilities(model, rows, trace.ids)  # (rows, steps)
    return np.maximum(log_probabilities[0], LOWEST)[:, None] - np.maximum(log_probabilities[1:], LOWEST).T


def tokens_read(model: Translator, trace: DecodeTrace) -> int:
    """How many tokens of the source the encoder read, the padding behind them not counted."""
    text = model.vocabularies.source.split(model.read_as(trace.source))
    known = sum(token in model.vocabularies.source.ids for token in text)
    return min(len(trace.encoder.tokens), known if model.vocabularies.source.kind == "character" else len(text))


def forced_log_probabilities(model: Translator, sources: list[list[int]], written: np.ndarray) -> np.ndarray:
    """Log-probabilities in nats of the same text after each of these sources, float64 (sources, steps).

    Args:
        sources: ids, as `Translator.source_ids` gives them.
        written: int (steps,).
    """
    network = model.network
    state = network.initial_state(network.encode(pad_ids(sources), np.array([len(ids) for ids in sources])))
    previous, found = model.bounds(len(sources[0])).start_id, np.empty((len(sources), len(written)))
    for step, token_id in enumerate(written):
        state, logits = network.step(state, np.full(len(sources), previous))
        found[:, step] = log_softmax(logits.astype(np.float64))[:, token_id]
        previous = token_id
    return found


def padding_id(model: Translator) -> int:
    """What a network that reads its padding finds behind a text."""
    return model.vocabularies.source.ids[" "] if model.config.source_padding == "space" else PADDING_ID


def _refuses(model: Translator) -> str:
    if model.kind.claims.in_step:
        return tr("This network writes one character for each that it reads: with one left out, all others would move.")
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    read = tokens_read(model, trace)
    if read < 2:
        nothing = tr("With its only character left out, there would be nothing to read.")
        return {"data": [], "layout": {}, "help": nothing}
    values = deletion(model, trace).T  # (read, written)
    tokens = trace.encoder.tokens[:read]
    most = max(1.0, float(np.abs(values).max()))
    hover = [[[describe(one), describe(other)] for other in trace.tokens] for one in tokens]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.round(3).tolist(),
                "x": list(range(len(trace))),
                "y": list(range(read)),
                "customdata": hover,
                "zmin": -most,
                "zmax": most,
                "colorscale": DIVERGING,
                "xgap": 1,
                "ygap": 1,
                "colorbar": {"thickness": 12, "len": 1, "outlinewidth": 0, "ticksuffix": f" {tr('nats')}"},
                "hovertemplate": tr("without %{customdata[0]}, %{customdata[1]} loses %{z:.2f} nats")
                + "<extra></extra>",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {**token_ticks(trace.tokens), "range": [-0.5, len(trace) - 0.5], "showgrid": False},
            "yaxis": {
                "tickvals": list(range(read)),
                "ticktext": [label(token) for token in tokens],
                "range": [read - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
                "zeroline": False,
            },
            "margin": {"l": 36, "r": 8, "t": 8, "b": 32},
        },
        "frames": [{"layout": {"shapes": []}}] * trace.steps_before
        + [{"layout": {"shapes": [cursor_shape(step, fill="rgba(0,0,0,0)")]}} for step in range(len(trace))],
        "height": 60 + ROW_HEIGHT * max(8, read),
    }


DELETION = Instrument(
    name="deletion",
    title="What mattered?",
    question="What mattered?",
    help="One column for every {token} written, one row for every {token} read: orange where what was written "
    "would have been less probable without it, blue where it would have been more probable. An effect, asked of the "
    "network itself, one {token} at a time: of two that say the same, neither may seem to matter.",
    look=_look,
    refuses=_refuses,
    height=300,
)
