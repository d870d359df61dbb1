"""The thought of another text: what the encoder would hand over for a text A is given to the decoder that has B.

The share of A's h and c in the hand-over, (1 − s)·B + s·A, grows from 0 to 1 (such paths between two sentences: Bowman
et al. 2016, arXiv:1511.06349), and both texts are held against it. Where the hand-over is all that the decoder learns
of a text, at 1 it writes A's translation; where it can look back, at B, it is seen which of the two it follows.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, describe
from ..decimals import decimal
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..models import Network
from ..shares import percent
from .forced_text import log_probability
from .hand_over import handing_over, mixed, read_often, refuses
from .instrument import Focus, Instrument
from .shipped_sentences import shipped_sentences
from .two_texts import above

SHARES = np.arange(11) / 10  # 0 … 1
PARTS = {"all": "hc", "h": "h", "c": "c"}  # by the values of the dial


def mixing_network(model: Translator, other: str, shares: np.ndarray, parts: str = "hc") -> Network:
    """The model's network, which hands over so much of another text's hand-over in place of its own.

    Args:
        shares: float (rows,), 0 … 1, or one for all.
        parts: the letters of what is replaced: "h", "c" or "hc".

    Raises:
        Seq2SeqError: the other text cannot be read.
    """
    given = read_often(model, other, 1)
    return handing_over(model.network, lambda reading: mixed(reading, given, shares, parts))


def written_again(
    model: Translator, trace: DecodeTrace, other: str, share: float = 1, parts: str = "hc"
) -> DecodeTrace:
    """The translation, decoded as the trace was, with so much of another text's hand-over.

    Args:
        trace: one of the model's.
    """
    network = mixing_network(model, other, np.array([share]), parts)
    return Translator(model.config, model.vocabularies, network).translate(trace.source, **asdict(trace.decoding))


def along_the_way(model: Translator, trace: DecodeTrace, other: DecodeTrace, parts: str = "hc") -> np.ndarray:
    """Log-probability in nats of the trace's text and of the other's, float64 (2, shares): at each of SHARES.

    Args:
        trace, other: two of the model's.
    """
    network = mixing_network(model, other.source, SHARES, parts)
    state = network.initial_state(read_often(model, trace.source, len(SHARES)))
    return np.stack([log_probability(model, one.ids, network, state) for one in (trace, other)])


def another(model: Translator, source: str) -> str:
    """A shipped sentence that is not this text; "" where there is none."""
    shipped = (one.text for kind in shipped_sentences(model).values() for one in kind)
    return next((text for text in shipped if text != source), "")


def _parts(model: Translator) -> dict[str, str]:
    top = model.network.decoder_layers[-1]
    if not (model.kind.claims.hands_over and top.has_c):
        return {"all": tr("all of it")}
    return {"all": tr("h and c"), "h": tr("h alone"), "c": tr("c alone")}


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    source = focus.other or another(model, trace.source)
    if not source:
        return {"data": [], "layout": {}, "help": tr("Type another text, whose thought is to be given.")}
    parts = PARTS[focus.handed]
    other = model.translate(source, **asdict(replace(trace.decoding, prefix="")))
    again = written_again(model, trace, other.source, parts=parts)
    texts = [written_again(model, trace, other.source, float(share), parts).text for share in SHARES]
    found = along_the_way(model, trace, other, parts)
    hover, nothing = tr("with {share} of it {text}: {nats} nats; written is {written}"), tr("nothing")
    figure: Figure = {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": SHARES.tolist(),
                "y": nats.round(3).tolist(),
                "line": {"color": color, "width": 2.5, "dash": dash},
                "marker": {"size": 9, "symbol": symbol},
                "hovertext": [
                    hover.format(
                        share=percent(share),
                        text=describe(one.text),
                        nats=decimal(value, 1),
                        written=describe(text) if text else nothing,
                    )
                    for share, value, text in zip(SHARES, nats, texts, strict=True)
                ],
                "hoverinfo": "text",
            }
            for one, nats, name, color, dash, symbol in (
                (trace, found[0], tr("the text as it was"), BLUE, "solid", "circle"),
                (other, found[1], tr("the other’s text"), ORANGE, "dash", "square"),
            )
        ],
        "layout": {
            "xaxis": {
                "title": {"text": tr("share of the other’s thought")},
                "range": [-0.03, 1.03],
                "tickvals": [0, 0.5, 1],
                "ticktext": ["0 %", "50 %", "100 %"],
                "zeroline": False,
            },
            "yaxis": {"title": {"text": "nats"}, "rangemode": "tozero"},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top"},
            "margin": {"l": 60, "r": 8, "t": 8, "b": 84},
        },
        "height": 300,
    }
    turn = next((share for share, (own, its) in zip(SHARES, found.T, strict=True) if its > own), None)
    helps = [
        tr(TRANSPLANT.help).format(token=tr(model.vocabularies.target.kind)),
        tr("The other text is “{source}”, whose translation is “{text}”.", source=other.source, text=other.text),
        _written(trace, other, again),
        tr("At no share is the other’s text the likelier of the two.")
        if turn is None
        else tr("From {share} of it on, the other’s text is the likelier of the two.", share=percent(turn)),
    ]
    return {
        **above(figure, trace, again, model.vocabularies.target.kind, tr("swapped")),
        "help": " ".join(helps),
    }


def _written(trace: DecodeTrace, other: DecodeTrace, again: DecodeTrace) -> str:
    """What was written again, and whose translation that is."""
    if again.text == other.text:
        return tr("With its thought “{text}” is written: which is the other’s translation.", text=again.text)
    if again.text == trace.text:
        return tr("With its thought “{text}” is written: the text is the same.", text=again.text)
    return tr("With its thought “{text}” is written: another text is written.", text=again.text)


TRANSPLANT = Instrument(
    name="transplant",
    title="The thought of another text",
    question="What if it had another thought?",
    help="Above, the text as it was and the one that is written when the decoder starts from what the encoder would "
    "hand over for the other text, what differs in orange. Below, how probable both translations are while its share "
    "grows. A network with attention still looks back at the {token}s of your text: it follows the one or the other. "
    "Half of two thoughts is no thought that it was trained with.",
    look=_look,
    refuses=refuses,
    dials=("other", "handed"),
    choices={"handed": _parts},
    height=460,
)
