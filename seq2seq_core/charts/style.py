"""What the charts share: colours that hold on white and on black and for colour-blind eyes, and the cursor."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from ..data.vocabulary import name_token, show_token
from ..inference.trace import DecodeTrace, LayerTrace
from ..language import tr
from ..shares import percent

ORANGE = "#e07b1a"  # what was written; the cursor
BLUE = "#3f8fd2"
GREEN = "#1f9e77"
GREY = "#8b93a1"
COLOR_SCALE = "Cividis"  # perceptually even, made for colour-blind eyes
# the same at nine stops: what the page's base.js has, for cells
CELL_SCALE = ("#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838")


def cursor_shape(x: float, fill: str = "rgba(224,123,26,0.18)") -> dict[str, Any]:
    """The band that marks the current step, one step wide."""
    band = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": x - 0.5, "x1": x + 0.5}
    return {"type": "rect", "line": {"color": ORANGE, "width": 2}, "fillcolor": fill, **band}


def cell_colors(share: float) -> tuple[str, str]:
    """(background, text) of a cell for a share of 0 … 1: the darker half takes light text."""
    stop = min(len(CELL_SCALE) - 1, int(share * len(CELL_SCALE)))
    return CELL_SCALE[stop], "#000" if stop > 4 else "#fff"


def token_ticks(tokens: tuple[str, ...]) -> dict[str, Any]:
    """Axis settings that label the steps with tokens, unturned."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(tokens))),
        "ticktext": [label(token) for token in tokens],
        "tickangle": 0,
    }


def share_ticks() -> dict[str, Any]:
    """Settings of an axis or a colour bar from 0 to 1, labelled as shares are written everywhere."""
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    return {"tickmode": "array", "tickvals": shares, "ticktext": [percent(share) for share in shares]}


def reading_and_writing(trace: DecodeTrace) -> tuple[dict[str, Any], list[str], list[dict[str, Any]]]:
    """The x axis that charts of both sides share: (axis settings, a hover text a step, the two sides' labels)."""
    read, written = trace.encoder.tokens, trace.tokens
    if trace.claims.in_step:
        both = list(zip(read, written, strict=True))
        hover = [
            tr("step {step}, read {read}, wrote {wrote}", step=step, read=describe(r), wrote=describe(w))
            for step, (r, w) in enumerate(both, start=1)
        ]
        ticks = token_ticks(written) | {"ticktext": [f"{label(r)}<br>{label(w)}" for r, w in both]}
        labels = []
    else:
        hover = [
            tr("encoder step {step}, read {token}", step=step, token=describe(token))
            for step, token in enumerate(read, start=1)
        ]
        hover += [
            tr("decoder step {step}, wrote {token}", step=step, token=describe(token))
            for step, token in enumerate(written, start=1)
        ]
        ticks = token_ticks((*read, *written))
        labels = [_label(tr("encoder reads"), trace, "right"), _label(tr("decoder writes"), trace, "left")]
    axis = {**ticks, "range": [-0.6, len(hover) - 0.4], "showgrid": False, "zeroline": False}
    return axis, hover, labels


def both_sides(trace: DecodeTrace, layer: int) -> list[LayerTrace]:
    """The layer in the encoder, where there is one, and in the decoder."""
    return [side.layers[layer] for side in (trace.encoder, trace.decoder) if side.layers]


def step_frames(trace: DecodeTrace) -> list[dict[str, Any]]:
    """A frame a step: the cursor and, between encoder and decoder, a line, dashed where the states are handed over."""
    count = trace.steps_before + len(trace)
    line = [] if trace.claims.in_step else [_between(trace)]
    return [{"layout": {"shapes": [cursor_shape(x), *line]}} for x in range(count)]


def _between(trace: DecodeTrace) -> dict[str, Any]:
    x = trace.steps_before - 0.5
    line = {"color": GREY, "width": 2, "dash": "dash" if trace.claims.hands_over else "solid"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line}


def _label(text: str, trace: DecodeTrace, side: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": len(trace.encoder.tokens) - 0.5,
        "y": 1,
        "yref": "paper",
        "xanchor": side,
        "yanchor": "bottom",
        "xshift": -6 if side == "right" else 6,
        "showarrow": False,
    }


# “English → French: ” and “English → French, ” at the beginning of a model's title, in any language
_FROM_TO = re.compile(r"([^:,]+ → [^:,]+?)\s*[:,]\s*")


def short_titles(titles: Sequence[str]) -> list[str]:
    """What models are called side by side: the languages, where all begin with the same, need not stand before each of
    them, and a phone has no room for it."""
    found = [_FROM_TO.match(title) for title in titles]
    if len({each and each[1] for each in found}) != 1:
        return [*titles]
    return [title[each.end() :] if each else title for title, each in zip(titles, found, strict=True)]


def label(token: str) -> str:
    """The token for an axis. Plotly reads a little HTML, which a word must not be taken for."""
    return html.escape(show_token(token), quote=False) or "·"


def describe(token: str) -> str:
    """The token for a hover text."""
    return html.escape(name_token(token), quote=False) if token else tr("padding")
