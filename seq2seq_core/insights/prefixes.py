"""If it stopped reading here: what it would write after the first character, the first two, and so on.

Each beginning of the source is translated as a text of its own. Where the network reads one way only, its state after a
beginning is the very state it passed through; where it reads both ways, the way back begins anew from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from ..charts.base import Figure
from ..charts.style import BLUE, ORANGE, describe, label
from ..inference.trace import DecodeTrace
from ..inference.translate_many import write_all
from ..inference.translator import Translator
from ..language import tr
from ..shares import percent
from .deletion import padding_id, tokens_read
from .instrument import Focus, Instrument

ROW_HEIGHT = 24  # pixels


@dataclass(frozen=True)
class Prefix:
    """One beginning of the source."""

    text: str
    written: str
    kept: float  # share of the whole text's translation that this one begins with


def prefixes(model: Translator, trace: DecodeTrace) -> list[Prefix]:
    """Every beginning of what the encoder read, in its order, and the greedy translation of each.

    Args:
        trace: one of the model's.
    """
    ids = model.source_ids(trace.source)
    read = tokens_read(model, trace)
    padding = [padding_id(model)] * len(ids) if model.network.reads_padding else []
    rows = [[*ids[:count], *padding[count:]] for count in range(1, read + 1)]
    written = [model.vocabularies.target.decode(row) for row in write_all(model, rows)]
    whole = written[-1]
    return [
        Prefix("".join(trace.encoder.tokens[:count]), text, _same_beginning(text, whole) / max(1, len(whole)))
        for count, text in enumerate(written, start=1)
    ]


def _same_beginning(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _refuses(model: Translator) -> str:
    if model.kind.claims.in_step:
        return tr("This network writes as it reads: what it has written so far is what it would have written.")
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    rows = prefixes(model, trace)
    places, nothing = list(range(len(rows))), tr("(nothing)")
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": [round(row.kept, 4) for row in rows],
                "y": places,
                "text": [label(row.written) or nothing for row in rows],
                "textposition": "outside",
                "textfont": {"size": 14},
                "cliponaxis": False,
                "marker": {"color": [ORANGE if row.kept == 1 else BLUE for row in rows]},
                "customdata": [[describe(row.text), describe(row.written), percent(row.kept)] for row in rows],
                "hovertemplate": tr("after %{customdata[0]}: %{customdata[1]}; %{customdata[2]} of the whole text")
                + "<extra></extra>",
            }
        ],
        "layout": {
            "showlegend": False,
            "bargap": 0.25,
            # the texts stand behind their bars
            "xaxis": {
                "range": [0, 2.6],
                "tickvals": [0, 0.5, 1],
                "ticktext": [percent(share) for share in (0, 0.5, 1)],
            },
            "yaxis": {
                "tickvals": places,
                "ticktext": [f"…{label(row.text[-1:])}" for row in rows],
                "tickfont": {"family": "monospace", "size": 14},
                "range": [len(rows) - 0.5, -0.5],
                "showgrid": False,
            },
            "margin": {"l": 44, "r": 8, "t": 8, "b": 32},
        },
        "height": 60 + ROW_HEIGHT * max(6, len(rows)),
    }


PREFIXES = Instrument(
    name="prefixes",
    title="If it stopped reading here",
    question="When does it know?",
    help="A row for every {token} read: what it would write if the text ended there. The bar is how much of the whole "
    "text’s translation it already begins with. Much jumping about is no thinking aloud: most unfinished words are "
    "nothing it was trained on.",
    look=_look,
    refuses=_refuses,
    height=300,
)
