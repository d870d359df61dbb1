"""What programs are answered: as little as they need, or the whole trace."""

from __future__ import annotations

from typing import Any

import numpy as np

from seq2seq_core import Seq2SeqError
from seq2seq_core.insights.deletion import DELETION, deletion, tokens_read

from ..library import pretrained
from ..links import View

MOST_MATTERED = 3  # tokens of the source named for each that was written


def translated(view: View) -> dict[str, Any]:
    """The text, and what it was written with. Raises Seq2SeqError."""
    trace = view.translate()
    return {
        "text": trace.text,
        "tokens": list(trace.tokens),
        "probabilities": [_number(each) for each in trace.chosen_probabilities],
        "read": list(trace.encoder.tokens),
        "attention": None if trace.attention is None else [[_number(each) for each in row] for row in trace.attention],
        "unknown": [item.text for item in trace.unknown],
        "model": trace.model,
    }


def explained(view: View) -> dict[str, Any]:
    """What each token rests on, found by leaving out one that was read at a time. Raises Seq2SeqError."""
    trace = view.translate()
    translator = pretrained(view.model)
    if reason := DELETION.refuses(translator):
        raise Seq2SeqError(reason)
    read = trace.encoder.tokens[: tokens_read(translator, trace)]
    if len(read) < 2:
        raise Seq2SeqError("With its only token left out, there would be nothing to read: give it a longer text.")
    steps = []
    for token, probability, effects in zip(
        trace.tokens, trace.chosen_probabilities, deletion(translator, trace), strict=True
    ):
        most = np.argsort(-np.abs(effects))[:MOST_MATTERED]
        mattered = [{"token": read[place], "position": int(place), "effect": _number(effects[place])} for place in most]
        steps.append({"token": token, "probability": _number(probability), "mattered": mattered})
    return {"text": trace.text, "read": list(read), "steps": steps, "model": trace.model}


def _number(value: float) -> float:
    """Four digits behind the point: what is read, not what is calculated with."""
    return round(float(value), 4)
