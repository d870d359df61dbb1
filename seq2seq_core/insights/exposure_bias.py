"""Exposure bias: what one slip costs, and a reference's probabilities teacher-forced beside free-running.

In training with teacher forcing, the decoder only ever meets right beginnings. On its own it meets its own, and after
the first slip it is where it has never been (Ranzato et al. 2016, arXiv:1511.06732).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..charts.base import DataChart, Figure
from ..charts.style import BLUE, GREY, ORANGE, cursor_shape, describe, label, share_ticks, token_ticks
from ..data.vocabulary import END, PADDING, START, UNKNOWN
from ..decimals import decimal
from ..errors import Seq2SeqError
from ..inference.translator import Translator
from ..language import tr
from ..layers.numerics import log_softmax
from ..shares import percent

SMALLEST_SCALE = 2.0  # nats: a chart of less would make much of nothing


@dataclass(frozen=True, eq=False)
class Slip:
    """The reference with one token replaced by the likeliest other one."""

    step: int  # of the reference, where it was forced
    token: str  # what was forced there
    probability: float  # what the network itself gave it there
    extra_nats: np.ndarray  # float32 (tokens after it,): how much less likely each reference token is than without it


@dataclass(frozen=True, eq=False)
class ExposureBias:
    """What a model gives a reference translation, token by token, the end included."""

    tokens: tuple[str, ...]
    forced: np.ndarray  # float32 (tokens,): probability after the reference's own beginning
    free: np.ndarray  # float32 (tokens,): probability after what the model itself had written by then; 0 past its end
    difference: int  # the first token that the model itself writes otherwise; len(tokens): none
    slips: tuple[Slip, ...]  # one a token that others follow

    @property
    def slip(self) -> Slip:
        """The network's own, where its translation is another; else the one it was nearest to."""
        if self.difference < len(self.slips):
            return self.slips[self.difference]
        return max(self.slips, key=lambda slip: slip.probability)

    @property
    def next_extra_nats(self) -> float:
        """What a slip costs the very next token, on average over all steps."""
        return float(np.mean([slip.extra_nats[0] for slip in self.slips]))


def exposure_bias(model: Translator, source: str, reference: str) -> ExposureBias:
    """Both probabilities of every reference token, and a slip at each step.

    Raises:
        Seq2SeqError: a text that cannot be read, a reference with a token the model cannot write, or a network that
            reads nothing it wrote.
    """
    if not model.kind.claims.feeds_back:
        raise Seq2SeqError(tr("This model never reads what it wrote: there is no exposure bias to show."))
    if not reference.strip():
        raise Seq2SeqError(tr("There is no reference: type a translation to hold against the network's."))
    forced = model.translate(source, prefix=reference + END, mend=False)
    own = model.translate(source, mend=False)
    ids = forced.ids
    steps = min(len(ids), len(own))
    free = np.zeros(len(ids), np.float32)
    free[:steps] = own.probabilities[np.arange(steps), ids[:steps]]
    others = np.flatnonzero(own.ids[:steps] != ids[:steps])
    return ExposureBias(
        forced.tokens,
        forced.chosen_probabilities,
        free,
        int(others[0]) if len(others) else steps,
        _slips(model, source, ids, forced.logits),
    )


def _slips(model: Translator, source: str, ids: np.ndarray, logits: np.ndarray) -> tuple[Slip, ...]:
    """Every sentence with a slip in it at once, a row each.

    Args:
        ids: of the reference, its end included; logits: float32 (len(ids), target vocabulary), with it fed.
    """
    vocabulary, steps = model.vocabularies.target, np.arange(len(ids))
    log_probabilities = log_softmax(logits.astype(np.float64))
    allowed = log_probabilities[:-1].copy()
    allowed[steps[:-1], ids[:-1]] = -np.inf
    allowed[:, [vocabulary.ids[token] for token in (START, END, PADDING, UNKNOWN) if token in vocabulary.ids]] = -np.inf
    written = allowed.argmax(axis=1)
    fed = np.tile(ids, (len(written), 1))
    fed[steps[:-1], steps[:-1]] = written

    read = np.array([model.source_ids(source)])
    state = model.network.initial_state(model.network.encode(read, np.array([read.shape[1]])))
    state = state.select(np.zeros(len(fed), int))
    previous = np.full(len(fed), vocabulary.ids[START])
    after = np.empty(fed.shape)  # log-probability of the reference's tokens
    for step, token_id in enumerate(ids):
        state, row = model.network.step(state, previous)
        after[:, step] = log_softmax(row.astype(np.float64))[:, token_id]
        previous = fed[:, step]
    extra = (log_probabilities[steps, ids] - after).astype(np.float32)
    return tuple(
        Slip(step, vocabulary.tokens[token_id], float(np.exp(allowed[step, token_id])), extra[step, step + 1 :])
        for step, token_id in enumerate(written)
    )


def _cost(bias: ExposureBias) -> Figure:
    """A bar for each reference token after the slip; a frame for a slip at each step."""
    frames = [_frame(bias, slip) for slip in bias.slips]
    start = bias.slip.step
    worst = [float(nats) for slip in bias.slips for nats in (slip.extra_nats.min(), slip.extra_nats.max())]
    low, high = min(0.0, *worst), max(SMALLEST_SCALE, *worst)
    return {
        "data": frames[start]["data"],
        "layout": {
            "title": {"text": frames[start]["layout"]["title.text"]},
            "showlegend": False,
            "xaxis": {**token_ticks(bias.tokens), "range": [-0.6, len(bias.tokens) - 0.4]},
            "yaxis": {"title": {"text": tr("extra nats")}, "range": [low * 1.1, high * 1.1]},
            "margin": {"l": 56, "r": 8, "t": 44, "b": 48},
        },
        "frames": frames,
        "step": start,
        "help": tr(
            "One wrong token, the likeliest at its step, is forced into the reference; bars show how many nats "
            "more each later part of it costs than without. A decoder that only met right beginnings in training "
            "is lost after a wrong one: exposure bias. A part of it is language: other letters need other endings. "
            "The cursor above moves the slip, too."
        ),
    }


def _frame(bias: ExposureBias, slip: Slip) -> dict[str, Any]:
    after = list(range(slip.step + 1, len(bias.tokens)))
    ticks = token_ticks(bias.tokens)["ticktext"]
    ticks[slip.step] += f"<br><b>→{label(slip.token)}</b>"
    hover = tr(
        "%{{hovertext}}, after {token} ({share} likely): %{{y:+.2f}} nats",
        token=describe(slip.token),
        share=percent(slip.probability),
    )
    bars = {
        "type": "bar",
        "x": after,
        "y": [round(float(nats), 3) for nats in slip.extra_nats],
        "marker": {"color": ORANGE},
        # no customdata: a click would be taken for a choice of the next token
        "hovertext": [describe(bias.tokens[step]) for step in after],
        "hovertemplate": f"{hover}<extra></extra>",
    }
    nats, mean = (decimal(float(value), 1, "+") for value in (slip.extra_nats[0], bias.next_extra_nats))
    title = tr("Next {nats} nats, mean of {slips} slips {mean}", nats=nats, slips=len(bias.slips), mean=mean)
    layout = {"title.text": title, "xaxis.ticktext": ticks, "shapes": [cursor_shape(slip.step)]}
    return {"data": [bars], "layout": layout}


def _greyed(start: float, end: float) -> dict[str, Any]:
    """What compares by position alone."""
    place = {"xref": "x", "yref": "paper", "x0": start, "x1": end, "y0": 0, "y1": 1}
    return {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": "rgba(139,147,161,0.3)", **place}


def _bars(bias: ExposureBias) -> Figure:
    """Two bars a reference token; those that compare by position alone are grey."""
    steps = list(range(len(bias.tokens)))
    same = bias.difference == len(steps)
    free = [ORANGE if step <= bias.difference else GREY for step in steps]
    series = ((tr("teacher-forced"), bias.forced, BLUE, ""), (tr("free-running"), bias.free, free, "/"))
    begun = tr(
        "How probable each part of the reference is after the reference’s own beginning, and after what the network "
        "wrote itself."
    )
    told = (
        tr("Its own translation is this reference, so both bars are the same everywhere.")
        if same
        else tr(
            "Up to the orange band, at {token}, both are the same text; there the network’s own choice is another. "
            "What follows is grey: it compares by position, and a right translation in other words falls there just "
            "as a wrong one does.",
            token=describe(bias.tokens[bias.difference]),
        )
    )
    return {
        "data": [
            {
                "type": "bar",
                "name": name,
                "x": steps,
                "y": [round(float(p), 5) for p in values],
                "marker": {"color": color, "pattern": {"shape": pattern}},
                "customdata": [describe(token) for token in bias.tokens],
                "hovertemplate": tr("%{{customdata}}, {name}: probability %{{y:.4f}}", name=name) + "<extra></extra>",
            }
            for name, values, color, pattern in series
        ],
        "layout": {
            "barmode": "group",
            "shapes": [] if same else [cursor_shape(bias.difference), _greyed(bias.difference + 0.5, len(steps) - 0.4)],
            "xaxis": {**token_ticks(bias.tokens), "range": [-0.6, len(steps) - 0.4]},
            "yaxis": {"range": [0, 1], **share_ticks()},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 56, "r": 8, "t": 44, "b": 48},
        },
        "help": f"{begun} {told}",
    }


COST_OF_A_SLIP = DataChart(
    name="cost_of_a_slip",
    title="What one slip costs",
    help="How many nats more each part of a reference costs after one wrong token.",
    draw=_cost,
    row="exposure",
    height=320,
)
EXPOSURE_BIAS = DataChart(
    name="exposure_bias",
    title="The reference, forced and free",
    help="How probable each part of the reference is after the reference’s own beginning, and after what the network "
    "wrote itself.",
    draw=_bars,
    row="exposure",
    height=320,
)
EXPOSURE_CHARTS = (COST_OF_A_SLIP, EXPOSURE_BIAS)
