"""Drawn many times: the texts that sampling writes, and how often each comes.

Every text is drawn as `decoding/sampling.py` draws one (temperature, top-k and top-p; Fan et al. 2018,
arXiv:1805.04833; Holtzman et al. 2020, arXiv:1904.09751), all of them together in one batch. Beside how often a text
came stands how often it must come in the long run: the product of the probabilities that its tokens were drawn with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, GREEN, ORANGE, label
from ..decimals import decimal, short
from ..decoding import Decoding, drawn_from
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..shares import percent
from .instrument import Focus, Instrument

COUNT = 100  # texts drawn
SHOWN = 12  # most frequent ones, each a row
ROW_HEIGHT = 30  # pixels
LONGEST = 44  # characters of a text that are shown; all of it on hover


@dataclass(frozen=True)
class Drawn:
    """One text."""

    text: str
    times: int
    probability: float  # to be drawn, its end included: the sum over all spellings of it that were drawn


def draws(model: Translator, trace: DecodeTrace, decoding: Decoding, count: int = COUNT) -> list[Drawn]:
    """So many texts, drawn independently; the most frequent first, of equals the most probable.

    Args:
        trace: one of the model's; under its prefix they are drawn.
        decoding: temperature, top_k, top_p and seed.
    """
    network, ids = model.network, model.source_ids(trace.source)
    bounds, forced = model.bounds(len(ids)), trace.ids[: trace.forced]
    state = network.initial_state(network.encode(np.array([ids]), np.array([len(ids)]))).select(np.zeros(count, int))
    rng = np.random.default_rng(decoding.seed)
    previous, open_rows = np.full(count, bounds.start_id), np.arange(count)
    written: list[list[int]] = [[] for _ in range(count)]
    logs = np.zeros(count)
    for step in range(bounds.max_steps):
        state, logits = network.step(state, previous)
        if step < len(forced):
            previous = np.full(len(open_rows), forced[step])
        else:
            chances = drawn_from(logits, decoding).astype(np.float64).cumsum(axis=1)
            places = rng.random((len(open_rows), 1)) * chances[:, -1:]
            previous = (places < chances).argmax(axis=1)
            own = np.diff(chances, axis=1, prepend=0)[np.arange(len(open_rows)), previous]
            logs[open_rows] += np.log(np.maximum(own, 1e-300))
        for row, token in zip(open_rows, previous, strict=True):
            written[row].append(int(token))
        going_on = np.flatnonzero(previous != bounds.end_id)
        if not len(going_on):
            break
        if len(going_on) < len(previous):  # what has ended is not stepped on
            state, previous, open_rows = state.select(going_on), previous[going_on], open_rows[going_on]
    texts = [model.vocabularies.target.decode(one) for one in written]
    spellings = {tuple(one): (text, float(total)) for one, text, total in zip(written, texts, logs, strict=True)}
    sums: dict[str, float] = defaultdict(float)
    for text, total in spellings.values():
        sums[text] += exp(total)
    found = [Drawn(text, times, min(1.0, sums[text])) for text, times in Counter(texts).items()]
    return sorted(found, key=lambda one: (-one.times, -one.probability))


def entropy(found: list[Drawn]) -> float:
    """Of the frequencies, in nats: 0 where every draw is the same text."""
    count = sum(one.times for one in found)
    return -sum(one.times / count * log(one.times / count) for one in found)


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    decoding = replace(
        trace.decoding,
        method="sample",
        temperature=focus.temperature,
        top_k=focus.top_k or None,
        top_p=focus.top_p if focus.top_p < 1 else None,
        seed=focus.seed,
    )
    found = draws(model, trace, decoding)
    shown = found[:SHOWN]
    places = list(range(len(shown)))
    rest = sum(one.times for one in found[SHOWN:])
    own = next((one.times for one in found if one.text == trace.text), 0)
    most = max(COUNT * max(one.probability for one in found), *(one.times for one in found))
    drawn, long_run = tr("{text}: drawn {times} times, in the long run {share}"), tr("in the long run {share}")
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": tr("times drawn"),
                "x": [one.times for one in shown],
                "y": places,
                "marker": {"color": [ORANGE if one.text == trace.text else BLUE for one in shown]},
                "hovertext": [
                    drawn.format(text=_shown(one), times=one.times, share=percent(one.probability)) for one in shown
                ],
                "hoverinfo": "text",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": tr("in the long run"),
                "x": [round(COUNT * one.probability, 3) for one in shown],
                "y": places,
                "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": GREEN}},
                "hovertext": [long_run.format(share=percent(one.probability)) for one in shown],
                "hoverinfo": "text",
            },
            # behind the bar and the stroke
            {
                "type": "scatter",
                "mode": "text",
                "x": [max(one.times, COUNT * one.probability) + 0.02 * most for one in shown],
                "y": places,
                "text": [_row(one) for one in shown],
                "textposition": "middle right",
                "textfont": {"size": 14},
                "cliponaxis": False,
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "showlegend": False,
            "bargap": 0.3,
            # the texts stand behind their bars
            "xaxis": {
                "range": [0, 2.4 * most],
                "title": {"text": tr("of {count} draws", count=COUNT)},
                "tickvals": [0, shown[0].times],
            },
            "yaxis": {
                "tickvals": places,
                "ticktext": [str(one.times) for one in shown],
                "range": [len(shown) - 0.4, -0.6],
                "showgrid": False,
                "zeroline": False,
            },
            "margin": {"l": 44, "r": 8, "t": 8, "b": 44},
        },
        "height": 80 + ROW_HEIGHT * max(4, len(shown)),
        "help": f"{tr(DRAWS.help).format(token=tr(model.vocabularies.target.kind))} {_said(found, focus, own, rest)}",
    }


def _said(found: list[Drawn], focus: Focus, own: int, rest: int) -> str:
    """What came. `own`: how often the text above did; `rest`: how many of the draws are not shown."""
    values = {
        "count": COUNT,
        "temperature": short(focus.temperature),
        "seed": focus.seed,
        "texts": len(found),
        "rest": rest,
        "times": own,
        "equal": decimal(exp(entropy(found)), 1),
    }
    if rest:
        return tr(
            "{count} draws at temperature {temperature} (seed {seed}) gave {texts} different texts, {rest} of the "
            "draws such as are not shown here; the text above came {times} times. As many as {equal} equally frequent "
            "ones would be.",
            **values,
        )
    return tr(
        "{count} draws at temperature {temperature} (seed {seed}) gave {texts} different texts; the text above came "
        "{times} times. As many as {equal} equally frequent ones would be.",
        **values,
    )


def _shown(one: Drawn) -> str:
    return label(one.text) or tr("(nothing)")


def _row(one: Drawn) -> str:
    text = _shown(one)
    return f"{text if len(text) <= LONGEST else text[:LONGEST] + '…'} · {percent(one.probability)}"


DRAWS = Instrument(
    name="draws",
    title="Drawn a hundred times",
    question="What if it were drawn?",
    help="The texts that come when every {token} is drawn by its probability, the most frequent on top, in orange the "
    "one above; the number on the left counts them, the green stroke and the percentage say how often a text must come "
    "in the long run. Another seed draws again. What comes often is what the network thinks likely, not what is right.",
    look=_look,
    dials=("temperature", "top_k", "top_p", "seed"),
    height=300,
)
