"""Surprise: how unlikely each written token was to the network, and how undecided it was before it wrote.

Surprise −log p(y_t) and entropy H = −Σ p log p (Shannon 1948), of the trace's own probabilities, in nats; a bit is ln 2
nats. Over the whole text the surprises add up to −log of its probability. Of a reference the same, while it is forced.
"""

from __future__ import annotations

import math

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, cursor_shape, describe, token_ticks
from ..data.vocabulary import END
from ..decimals import decimal
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import later, tr
from ..layers.numerics import log_softmax
from ..shares import percent
from .instrument import Focus, Instrument
from .two_texts import effect

BIT = math.log(2)  # nats
OWN = later("It is surprised by its own text here: low bars say that it was sure, not that it was right.")


def surprise(trace: DecodeTrace) -> tuple[np.ndarray, np.ndarray]:
    """(surprise of what was written, entropy of what could have been), both in nats, float64 (steps,)."""
    logs = log_softmax(trace.logits.astype(np.float64))
    return -logs[np.arange(len(trace)), trace.ids], -(np.exp(logs) * logs).sum(axis=1)


def forced(model: Translator, trace: DecodeTrace, reference: str) -> DecodeTrace:
    """The same source, with a right translation written instead.

    Args:
        trace: one of the model's.

    Raises:
        Seq2SeqError: a reference with something in it that the model cannot write.
    """
    return model.translate(trace.source, prefix=reference + (END if model.kind.claims.writes_end else ""), mend=False)


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    shown, count = trace, len(trace)
    own = float(surprise(trace)[0].sum())
    token = tr(model.vocabularies.target.kind)
    said, sums = tr(OWN), tr("The whole text: {nats} nats, {bits} bits")
    if focus.reference:
        shown, sums = forced(model, trace, focus.reference), tr("The reference: {nats} nats, {bits} bits")
        count = shown.forced  # behind it a network that writes no end may go on
    surprises, entropies = (values[:count] for values in surprise(shown))
    total = float(surprises.sum())
    if focus.reference:
        said = tr(
            "These are the {token}s of the reference, each after those before it. Held against the network’s own text, "
            "“{text}”, {effect}.",
            token=token,
            text=trace.text,
            effect=effect(tr("the reference"), own - total),
        )
    highest = 1.08 * max(1.0, float(surprises.max()), float(entropies.max()))
    tokens = shown.tokens[:count]
    names = [describe(one) for one in tokens]
    surprised = tr("{token}: {share} likely, a surprise of {nats} nats, {bits} bits")
    undecided = tr(
        "before {token}: an entropy of {nats} nats, {bits} bits, as undecided as among {equal} that are equally likely"
    )
    axis = {"title": {"text": tr("nats")}, "range": [0, highest], "fixedrange": True}
    return {
        "data": [
            {
                "type": "bar",
                "name": tr("surprise of what was written"),
                "x": list(range(count)),
                "y": surprises.round(4).tolist(),
                "marker": {"color": ORANGE},
                "hovertext": [
                    surprised.format(token=name, share=percent(math.exp(-x)), **_amount(x))
                    for name, x in zip(names, surprises, strict=True)
                ],
                "hoverinfo": "text",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": tr("entropy: the surprise to be expected"),
                "x": list(range(count)),
                "y": entropies.round(4).tolist(),
                "line": {"color": BLUE, "width": 2.5},
                "marker": {"size": 7},
                "hovertext": [
                    undecided.format(token=name, equal=decimal(math.exp(x), 1), **_amount(x))
                    for name, x in zip(names, entropies, strict=True)
                ],
                "hoverinfo": "text",
            },
            # nothing to see: it gives the right-hand axis its scale
            {
                "type": "scatter",
                "x": [0],
                "y": [0],
                "yaxis": "y2",
                "opacity": 0,
                "hoverinfo": "skip",
                "showlegend": False,
            },
        ],
        "layout": {
            "hovermode": "closest",
            "xaxis": {
                **token_ticks(tokens),
                "range": [-0.6, count - 0.4],
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": axis,
            "yaxis2": {
                **axis,
                "title": {"text": tr("bits")},
                "range": [0, highest / BIT],
                "overlaying": "y",
                "side": "right",
                "tickmode": "auto",  # not where the nats have theirs
                "showgrid": False,
                "automargin": True,
            },
            "title": {"text": sums.format(**_amount(total))},
            "legend": {"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top"},
            "margin": {"l": 56, "r": 56, "t": 40, "b": 72},
        },
        "frames": [{"layout": {"shapes": []}}] * trace.steps_before
        + [{"layout": {"shapes": [cursor_shape(step)] if step < count else []}} for step in range(len(trace))],
        "help": f"{tr(SURPRISE.help).format(token=token)} {said}",
    }


def _amount(nats: float) -> dict[str, str]:
    return {"nats": decimal(nats, 2), "bits": decimal(nats / BIT, 2)}


SURPRISE = Instrument(
    name="surprise",
    title="Surprise",
    question="What surprised it?",
    help="A bar for every {token} written: how little likely it was; at even odds it is 0.69 nats or 1 bit, at 0 it "
    "was certain. The line: how undecided the network was before. The bars add up to how little likely the whole text "
    "was.",
    look=_look,
    dials=("reference",),
    height=380,
)
