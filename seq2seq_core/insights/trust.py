"""Can it be believed? How often this network's probabilities came true on sentences that it had not seen, and where
those of this text stand among them.

What was measured is `calibration`'s (Guo et al. 2017, arXiv:1706.04599), and comes with the model.
"""

from __future__ import annotations

from typing import Any

from ..charts.base import Figure
from ..charts.style import GREEN, ORANGE, describe
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..shares import percent
from .calibration import RELIABILITY
from .instrument import Focus, Instrument


def _refuses(model: Translator) -> str:
    if model.calibration is None:
        return tr("How often the probabilities of this network come true was never measured.")
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    assert model.calibration
    figure, token = RELIABILITY.build(model.calibration), tr(model.vocabularies.target.kind)
    found = model.confidence(trace)
    said = tr("step {step}, {token}: {value}")
    likeliest = trace.probabilities.max(axis=1)
    strokes: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": tr("the steps of this text"),
        "x": likeliest.astype(float).round(5).tolist(),
        "y": [0.03] * len(trace),
        "marker": {"symbol": "line-ns", "size": 22, "line": {"width": 2.5, "color": GREEN}},
        "hovertext": [
            said.format(step=step, token=describe(trace.vocabulary[int(row.argmax())]), value=percent(float(row.max())))
            for step, row in enumerate(trace.probabilities, start=1)
        ],
        "hoverinfo": "text",
    }
    return {
        "data": [*figure["data"], strokes],
        "layout": figure["layout"],
        "frames": [{"layout": {"shapes": []}}] * trace.steps_before
        + [{"layout": {"shapes": [_cursor(float(share))]}} for share in likeliest],
        "help": f"{tr(TRUST.help).format(token=token)} {found.sentence if found else ''}".strip(),
    }


def _cursor(share: float) -> dict[str, Any]:
    where = {"xref": "x", "yref": "paper", "x0": share, "x1": share, "y0": 0, "y1": 1}
    return {"type": "line", "line": {"color": ORANGE, "width": 2}, **where}


TRUST = Instrument(
    name="trust",
    title="Does 90 % mean nine in ten?",
    question="Can it be believed?",
    help="How probable the likeliest next {token} was, and how often it was the right one, on sentences that the "
    "network had not seen: below the dotted line it is surer than it should be; with its logits divided by one "
    "temperature, fitted on other sentences, it comes nearer to the truth. The green strokes are the steps of this "
    "text. One text proves nothing: of ten such steps at 90 %, one may well be wrong. Of this text:",
    look=_look,
    refuses=_refuses,
    height=420,
)
