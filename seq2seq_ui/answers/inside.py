"""What the Inside tab shows of a sentence: an instrument's answer."""

from __future__ import annotations

from dataclasses import replace

from seq2seq_core.charts.strips import strips
from seq2seq_core.insights import INSTRUMENTS

from ..library import pretrained, token_of
from ..links import Looking, within
from .base import Screen, remarks, translation


def looked(looking: Looking) -> Screen:
    """Raises Seq2SeqError for what cannot be read, or asked of this model."""
    model = pretrained(looking.model)
    trace = looking.translate()
    figure = looking.figure(trace)
    looking = replace(looking, step=within(looking.step, trace))
    token = token_of(model)
    query = looking.to_query()
    marks = looking.span if "span" in INSTRUMENTS[looking.instrument].dials else None
    return Screen.of(
        query,
        notice=remarks(trace, token, looking.text),
        translation=translation(trace),
        stepper=strips(trace, looking.step, token=token, what_if=False) | {"marks": marks},
        chart={**figure, "file": f"_lab/inside.csv?{query}"},
    )
