"""What a chart is: how it is drawn, what stands beside it in words, and where it stands on screen.

A chart brings all of that itself, so that adding one is a file and a line in `charts/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypedDict, TypeVar

from ..inference.trace import DecodeTrace
from ..language import tr

T = TypeVar("T")
ChartT = TypeVar("ChartT", bound="Chart")


class Figure(TypedDict, total=False):
    """What Plotly's JavaScript reads (data, layout, frames), and what the page writes around it.

    Built without the plotly package, which would cost a sentence 100 ms and more in its own checks. Colours of text,
    grid and background are left to the page, so that one figure suits dark and light.
    """

    data: list[dict[str, Any]]  # empty: nothing can be drawn, and the help says why
    layout: dict[str, Any]
    frames: list[dict[str, Any]]  # one for each position of the cursor; each holds only what differs there
    title: str
    help: str  # how to read it
    height: int  # pixels, where it is not the chart's
    reads: int  # frames before the decoder's first
    diagram: dict[str, Any]  # in place of data and layout: what the page draws itself
    step: int  # where the cursor stands first, counted from the decoder's first
    file: str  # address of its numbers as a file; with it the page offers them, and the picture


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart's words and its place."""

    name: str
    title: str
    help: str  # one sentence that says how to read it; a figure that needs another brings its own
    height: int  # pixels
    row: str = ""  # charts of the same row stand side by side
    width: int = 1  # its share of the row


@dataclass(frozen=True, kw_only=True)
class TraceChart(Chart):
    """A chart of one trace, with a frame for each step. Title and help say {token} where a model of words should."""

    draw: Callable[[DecodeTrace, int], Figure]  # the layer is counted from the bottom; -1 is the top one
    by_layer: bool = False  # it draws one layer, which the visitor chooses
    align: Callable[[Sequence[tuple[Figure, DecodeTrace]]], None] | None = None  # gives several figures one scale
    probed: bool = False  # shown while a network trains

    def build(self, trace: DecodeTrace, layer: int = -1, token: str = "character", step: int = 0) -> Figure:
        """The figure with its words.

        Args:
            token: what one token of the model is called.
            step: where the cursor stands, counted from the decoder's first step.
        """
        named = {"token": tr(token)}
        words: Figure = {"title": tr(self.title).format(**named), "help": tr(self.help).format(**named)}
        return {**words, "reads": trace.steps_before, "step": step, **self.draw(trace, layer)}


@dataclass(frozen=True, kw_only=True)
class DataChart(Chart, Generic[T]):
    """A chart of anything else, without a cursor."""

    draw: Callable[[T], Figure]
    stays: tuple[int, ...] = ()  # its lines, by number, that stay beside those of a later training

    def build(self, data: T) -> Figure:
        """The figure with its words."""
        return {"title": tr(self.title), "help": tr(self.help), "frames": [], "reads": 0, "step": 0, **self.draw(data)}


def rows(charts: Iterable[ChartT]) -> list[list[ChartT]]:
    """The charts row by row, as they stand on screen."""
    return [list(row) for _, row in groupby(charts, lambda chart: chart.row)]
