"""What a text is worth to a network, step by step: what instruments' own computations are held against."""

from __future__ import annotations

from typing import Any

import numpy as np

from seq2seq_core import Translator
from seq2seq_core.layers.numerics import log_softmax


def total(model: Translator, state: Any, ids: np.ndarray) -> float:
    """Log-probability in nats of a text, from a decoder's first state."""
    previous, found = model.bounds(1).start_id, 0.0
    for token_id in ids:
        state, logits = model.network.step(state, np.array([previous]))
        found += float(log_softmax(logits[0].astype(np.float64))[token_id])
        previous = token_id
    return found
