"""LiveRun: a training run as it goes on: its state, its buttons, its numbers, and the held-out sentences."""

from __future__ import annotations

from ..base import JsonComponent


class LiveRun(JsonComponent):
    """Value: {"visitor": the page's token, "files": links of a finished run}; it listens to the server by itself.

    What arrives is handed on in the browser: a figure to the chart of its channel (`seq2seq:feed`), the probe's
    decodings to the probe (`seq2seq:moments`).

    Events:
        kept: a run is over and its model is there.
    """

    script = "live_run.js"
    template = """
<section class="lab-run" aria-label="The run">
  <p class="lab-run-state" role="status"></p>
  <div class="lab-progress" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100" hidden>
    <i></i></div>
  <div class="lab-run-controls" hidden>
    <button type="button" data-do="pause">❚❚ Pause</button>
    <button type="button" data-do="resume">▶ Go on</button>
    <button type="button" data-do="step" data-until="batch">▸ One batch</button>
    <button type="button" data-do="step" data-until="epoch">▸▸ One epoch</button>
    <button type="button" data-do="stop">■ Stop, and keep what was learnt</button>
    <button type="button" data-do="leave">Leave the queue</button>
    <label>learning rate <input type="number" step="any" min="0" max="1"></label>
  </div>
  <p class="lab-run-remark" role="alert" hidden></p>
  <p class="lab-links lab-run-files" hidden><a data-file="zip" download>download the model (zip)</a>
    <a data-file="csv" download>curves as CSV</a></p>
  <dl class="lab-numbers" hidden></dl>
  <table class="lab-samples" hidden>
    <caption>Held-out examples, decoded again and again (struck through: not in the right answer)</caption>
    <thead><tr><th>reads</th><th>writes</th><th></th><th>right answer</th></tr></thead>
    <tbody></tbody>
  </table>
</section>
"""
