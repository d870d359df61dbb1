"""What the charts share: colours that hold on white and on black and for colour-blind eyes, and the cursor."""

from __future__ import annotations

from typing import Any

from ..vocabulary import name_token, show_token

ORANGE = "#e07b1a"  # what was written; the cursor
BLUE = "#3f8fd2"
GREEN = "#1f9e77"
GREY = "#8b93a1"
COLOR_SCALE = "Cividis"  # perceptually even, made for colour-blind eyes


def cursor_shape(x: float, fill: str = "rgba(224,123,26,0.18)") -> dict[str, Any]:
    """The band that marks the current step, one step wide."""
    band = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "x0": x - 0.5, "x1": x + 0.5}
    return {"type": "rect", "line": {"color": ORANGE, "width": 2}, "fillcolor": fill, **band}


def token_ticks(tokens: tuple[str, ...], start: int = 0) -> dict[str, Any]:
    """Axis settings that label positions from `start` with tokens, unturned."""
    return {
        "tickmode": "array",
        "tickvals": list(range(start, start + len(tokens))),
        "ticktext": [show_token(token) or "·" for token in tokens],
        "tickangle": 0,
    }


def describe(token: str) -> str:
    """The token for a hover text."""
    return name_token(token) if token else "padding"


def percent(probability: float) -> str:
    """93 %, 0.4 %, < 0.1 %: as many digits as help."""
    if probability >= 0.0995:
        return f"{probability:.0%}".replace("%", " %")
    return f"{probability * 100:.1f} %" if probability >= 0.001 else "< 0.1 %"
