"""What the Learn tab shows of a lesson's view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seq2seq_core.charts.candidates import candidates
from seq2seq_core.charts.network import network
from seq2seq_core.charts.strips import strips

from ..lessons import lesson_of
from ..lessons.base import MOST_FIGURES
from ..library import pretrained, token_of
from ..links import Learning
from .base import Screen, remarks, translation


def lesson_view(link: Learning) -> Screen:
    """Raises Seq2SeqError for what cannot be read."""
    view = lesson_of(link.lesson).views[link.view]
    text = link.text if view.text else ""
    shown = view.look(text or view.text, link.step, link.prefix)
    link = replace(link, text="" if text == view.text else text, step=shown.step)
    parts: dict[str, Any] = {"notice": "", "translation": None, "stepper": None, "network": None}
    parts["table"] = shown.table
    if shown.trace is not None:
        token = token_of(pretrained(shown.trace.model))
        parts["stepper"] = strips(shown.trace, shown.step, token=token, what_if=shown.what_if, way_back=shown.way_back)
        if shown.diagram:
            parts["network"] = {"network": network(shown.trace), "candidates": candidates(shown.trace, token)}
        if shown.says:
            typed = text or shown.trace.source
            parts |= {"notice": remarks(shown.trace, token, typed), "translation": translation(shown.trace)}
    figures = [*shown.figures, *[None] * (MOST_FIGURES - len(shown.figures))]
    parts |= {f"chart{number}": figure for number, figure in enumerate(figures)}
    return Screen.of(link.to_query(), **parts)
