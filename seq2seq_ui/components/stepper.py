"""Stepper: what was read and written as strips of cells, and the cursor that all charts of its group follow."""

from __future__ import annotations

from typing import Any

from seq2seq_core import DecodeTrace
from seq2seq_core.vocabulary import UNKNOWN, name_token, show_token

from .base import JsonComponent

WHAT_IF = 6  # other characters offered at each step


class Stepper(JsonComponent):
    """Value: `strips(…)` of a trace. Moving the cursor happens in the browser, from this value alone.

    Events:
        force: a candidate was chosen; carries `prefix` (what to force) and `step` (where the cursor stands).
        unforce: the way back.
    """

    script = "stepper.js"
    template = """
<section class="lab-stepper" aria-label="Decoding, step by step">
  <div class="lab-strip"><span class="lab-strip-name">reads</span><div class="lab-cells" data-side="reads"></div></div>
  <div class="lab-strip"><span class="lab-strip-name">writes</span>
    <div class="lab-cells" data-side="writes"></div></div>
  <div class="lab-controls">
    <button type="button" data-go="back" title="One step back (←)" aria-label="One step back">◂</button>
    <button type="button" data-go="play" title="Play (p)" aria-label="Play">▶</button>
    <button type="button" data-go="on" title="One step on (→)" aria-label="One step on">▸</button>
    <input type="range" min="0" max="0" value="0" aria-label="Step">
    <output class="lab-where" aria-live="polite"></output>
  </div>
  <div class="lab-whatif"><span class="lab-whatif-name"></span><span class="lab-candidates"></span>
    <button type="button" class="lab-unforce" hidden>↩ back to the network’s own choice</button></div>
  <ol class="lab-hypotheses" hidden></ol>
  <p class="lab-links"><span class="lab-legend" aria-hidden="true">probability 0 % <i></i> 100 %</span>
    <button type="button" class="lab-copy">copy link to this view</button>
    <a data-file="json" download>trace as JSON</a> <a data-file="csv" download>trace as CSV</a></p>
</section>
"""


def strips(trace: DecodeTrace, step: int, query: str, token: str = "character") -> dict[str, Any]:
    """The stepper's value.

    Args:
        step: where the cursor stands, counted from the hand-off: 0 is the first one written, -1 the last one read.
        query: the link's query string, without the step; "" for a view that has no link of its own.
        token: what one token of the model is called.
    """
    return {
        "reads": _reads(trace),
        "writes": [
            {
                **_cell(token),
                "probability": float(probability),
                "forced": step < trace.forced,
                "others": [
                    {**_cell(trace.vocabulary[i]), "probability": float(trace.probabilities[step, i])}
                    for i in trace.ranking(step)[: WHAT_IF + 1]
                    if i != trace.ids[step]
                ][:WHAT_IF],
            }
            for step, (token, probability) in enumerate(zip(trace.tokens, trace.chosen_probabilities, strict=True))
        ],
        # (steps written, steps read), or None: what each step looked at
        "attention": None if trace.attention is None else trace.attention.round(4),
        "hypotheses": [{"text": found.text, "score": found.score} for found in trace.hypotheses],
        "step": step,
        "token": token,
        "query": query,
    }


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
            cells.append({**_cell(token), "step": step, "unknown": False})
        elif UNKNOWN in trace.encoder.tokens:  # a word: something was read in its place
            cells.append({**_cell(unknown[position]), "step": steps.pop(0)[0], "unknown": True})
        else:
            cells.append({**_cell(unknown[position]), "step": None, "unknown": True})
    return cells[::-1] if trace.reversed else cells


def _cell(token: str) -> dict[str, Any]:
    return {"token": token, "shown": show_token(token) or "·", "name": name_token(token) if token else "padding"}
