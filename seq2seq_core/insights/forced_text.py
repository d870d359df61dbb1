"""How probable a text is to a network that was changed, the text forced on it."""

from __future__ import annotations

import numpy as np

from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..layers.numerics import log_softmax
from ..models import DecoderState, Network


def log_probability(model: Translator, written: np.ndarray, network: Network, state: DecoderState) -> np.ndarray:
    """In nats, float64 (rows,): of one text, to each row of a batch.

    Args:
        model: whose network it is, or was.
        written: int (steps,), the ids of the text.
        state: of a batch, before the first step.
    """
    rows = len(state.states[0][0])
    previous, found = model.bounds(1).start_id, np.zeros(rows)
    for token_id in written:
        state, logits = network.step(state, np.full(rows, previous))
        found += log_softmax(logits.astype(np.float64))[:, token_id]
        previous = token_id
    return found


def as_it_was(trace: DecodeTrace) -> float:
    """In nats: of the text that was written, to the network that wrote it."""
    return float(log_softmax(trace.logits.astype(np.float64))[np.arange(len(trace)), trace.ids].sum())


def change(model: Translator, trace: DecodeTrace, network: Network, rows: int) -> np.ndarray:
    """By how many nats a text as it was is more probable to a changed network, float64 (rows,): a row for each of so
    many changes of it."""
    ids = model.source_ids(trace.source)
    state = network.initial_state(network.encode(np.array([ids]), np.array([len(ids)]))).select(np.zeros(rows, int))
    return log_probability(model, trace.ids, network, state) - as_it_was(trace)
