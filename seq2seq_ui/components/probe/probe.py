"""Probe: one sentence, decoded by the network as it was at each moment of the run."""

from __future__ import annotations

from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

from ..base import JsonComponent


class Probe(JsonComponent):
    """Shows nothing itself: it feeds the stepper and the charts of its channels, live or as of an earlier moment."""

    script = "probe.js"
    template = f"""
<section class="lab-probe" aria-label="Probe" hidden>
  <label>A sentence of your own <input type="text" maxlength="{MAX_SOURCE_TOKENS}"></label>
  <label class="lab-back">Look back <input type="range" min="0" max="0" value="0"></label>
  <output aria-live="polite"></output>
</section>
"""
