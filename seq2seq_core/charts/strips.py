"""Strips: what was read and written, as the cells that the stepper shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.vocabulary import UNKNOWN, name_token, show_token, signs
from ..inference.trace import DecodeTrace
from ..language import tr

WHAT_IF = 6  # other characters offered at each step


def strips(
    trace: DecodeTrace,
    step: int = 0,
    query: str = "",
    token: str = "character",
    what_if: bool = True,
    way_back: bool = True,
) -> dict[str, Any]:
    """The stepper's value.

    Args:
        step: where the cursor stands, counted from the hand-off: 0 is the first one written, -1 the last one read.
        query: the link's query string, without the step; "" for a view that has no link of its own.
        token: what one token of the model is called.
        what_if: whether other tokens are offered at each step, where they would change what follows.
        way_back: whether a translation whose beginning was forced can be had without that.
    """
    chosen = trace.chosen_from[np.arange(len(trace)), trace.ids]
    return {
        "reads": _reads(trace),
        "writes": [
            {
                **named(token),
                "probability": float(probability),
                "forced": step < trace.forced,
                "others": _others(trace, step) if what_if and trace.claims.feeds_back else [],
            }
            for step, (token, probability) in enumerate(zip(trace.tokens, chosen, strict=True))
        ],
        # (steps written, steps read), or None: what each step looked at
        "attention": None if trace.attention is None else trace.attention.round(4),
        # the charts show other tokens than those written
        "signs": signs({*trace.encoder.tokens, *trace.vocabulary}),
        "hypotheses": [{"text": found.text, "score": found.score} for found in trace.hypotheses],
        "feeds_back": trace.claims.feeds_back,
        "way_back": way_back and trace.forced > 0,
        "in_step": trace.claims.in_step,
        "step": step,
        "token": tr(token),
        "query": query,
    }


def _others(trace: DecodeTrace, step: int) -> list[dict[str, Any]]:
    """What could have been written instead, the likeliest first."""
    return [
        {**named(trace.vocabulary[i]), "probability": float(trace.chosen_from[step, i])}
        for i in trace.ranking(step)[: WHAT_IF + 1]
        if i != trace.ids[step]
    ][:WHAT_IF]


def _reads(trace: DecodeTrace) -> list[dict[str, Any]]:
    """The source's cells in order; those the model does not know have no step."""
    unknown = {item.position: item.text for item in trace.unknown}
    steps = list(enumerate(trace.encoder.tokens))
    if trace.reversed:  # positions are the text's
        steps.reverse()
    cells = []
    for position in range(len(steps) + (0 if UNKNOWN in trace.encoder.tokens else len(unknown))):
        if position not in unknown:
            step, token = steps.pop(0)
            cells.append({**named(token), "step": step, "unknown": False})
        elif UNKNOWN in trace.encoder.tokens:  # a word: something was read in its place
            cells.append({**named(unknown[position]), "step": steps.pop(0)[0], "unknown": True})
        else:
            cells.append({**named(unknown[position]), "step": None, "unknown": True})
    return cells[::-1] if trace.reversed else cells


def named(token: str) -> dict[str, str]:
    """A token, how it is shown and what it is called."""
    return {"token": token, "shown": show_token(token) or "·", "name": name_token(token) if token else tr("padding")}
