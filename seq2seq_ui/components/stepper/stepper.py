"""Stepper: what was read and written as strips of cells, and the cursor that all charts of its group follow."""

from __future__ import annotations

from ..base import JsonComponent


class Stepper(JsonComponent):
    """Value: `strips(…)` of a trace (seq2seq_core.charts.strips). Moving the cursor happens in the browser, from this
    value alone. Given a `channel`, it also shows what other components send to it in the browser.

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
