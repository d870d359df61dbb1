"""Units: what every unit does at every step, and which of them tell where some characters are being read.

LSTMVis' question (Strobelt et al. 2018, arXiv:1606.07461), answered by a rank statistic: the AUROC of a unit's h, the
probability that it is higher at a place inside the characters than at one outside (Mann & Whitney 1947). Units are
chosen on one half of some sentences and judged on the other; beside it stands what the best of all units reaches there
by chance, when the places are shifted along the sentences.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.style import both_sides, cursor_shape, describe, label, reading_and_writing, step_frames, token_ticks
from ..data.vectorization import pad_ids
from ..inference.trace import DecodeTrace
from ..inference.translate_many import by_length
from ..inference.translator import Translator
from .deletion import DIVERGING, tokens_read
from .instrument import Focus, Instrument
from .shipped_sentences import shipped_sentences

BATCH = 64  # sentences read together: their gates are kept while they are
FEWEST = 100  # a span that occurs less often is found by some unit or other
SHIFTS = 20
BEST = 10  # units shown


@dataclass(frozen=True, eq=False)
class Places:
    """Every place of some sentences, one behind the other, and where each unit ranks there among them."""

    tokens: tuple[tuple[str, ...], ...]  # of each sentence, in the order in which they are read
    ranks: np.ndarray  # float32 (places, units), from 1; equals share the mean of theirs

    def inside(self, span: Sequence[str]) -> tuple[np.ndarray, int]:
        """(bool (places,): where a span is being read; how often it stands there)."""
        marks, times = [], 0
        for tokens in self.tokens:
            marked = np.zeros(len(tokens), bool)
            for start in range(len(tokens) - len(span) + 1):
                if tokens[start : start + len(span)] == tuple(span):
                    marked[start : start + len(span)] = True
                    times += 1
            marks.append(marked)
        return np.concatenate(marks), times


@dataclass(frozen=True)
class FoundUnit:
    """A unit that was chosen on one half of the sentences."""

    unit: int
    chosen: float  # its AUROC there
    held_out: float  # on the other half: 0.5 tells nothing, 1 is always higher inside, 0 always lower


@dataclass(frozen=True)
class Answer:
    """What the units know of a span."""

    times: int  # how often it stands in the sentences
    units: tuple[FoundUnit, ...]  # best first; none where it stands too seldom
    chance: float  # the best of all units on the other half, its places shifted: the highest of some tries


def auroc(ranks: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """float64 (units,): the probability that a unit is higher at a place inside than at one outside.

    Args:
        ranks: float32 (places, units).
        inside: bool (places,), neither all nor none.
    """
    within = int(inside.sum())
    above = ranks[inside].sum(axis=0, dtype=np.float64) - within * (within + 1) / 2
    return above / (within * (len(inside) - within))


def ranked(values: np.ndarray) -> np.ndarray:
    """Ranks of each column from 1, float32 (places, units); equals share the mean of theirs."""
    found = np.empty(values.shape, np.float32)
    for unit, column in enumerate(values.T):
        _, group, sizes = np.unique(column, return_inverse=True, return_counts=True)
        found[:, unit] = (np.cumsum(sizes) - (sizes - 1) / 2)[group]
    return found


def units_of(halves: tuple[Places, Places], span: Sequence[str]) -> Answer:
    """Which units tell a span: chosen on the first half, judged on the second."""
    (first, before), (second, after) = (half.inside(span) for half in halves)
    times = before + after
    if times < FEWEST or not all(0 < marks.sum() < len(marks) for marks in (first, second)):
        return Answer(times, (), 0.0)
    chosen, judged = auroc(halves[0].ranks, first), auroc(halves[1].ranks, second)
    best = np.argsort(-np.abs(chosen - 0.5), kind="stable")[:BEST]
    rng = random.Random(0)
    chance = max(
        float(np.abs(auroc(halves[1].ranks, np.roll(second, rng.randrange(1, len(second)))) - 0.5).max())
        for _ in range(SHIFTS)
    )
    return Answer(
        times, tuple(FoundUnit(int(unit), float(chosen[unit]), float(judged[unit])) for unit in best), 0.5 + chance
    )


@lru_cache(maxsize=2)  # some 35 MB each
def read_places(model: Translator, layer: int) -> tuple[Places, Places]:
    """Every second of the shipped sentences and the others, as a layer of the encoder reads them.

    Args:
        layer: counted from 0 at the bottom.
    """
    rows = [model.source_ids(one.text) for kind in shipped_sentences(model).values() for one in kind]
    vocabulary = model.vocabularies.source
    padding = vocabulary.ids[" "] if model.config.source_padding == "space" else -1
    read = [next((n for n in range(len(ids), 0, -1) if ids[n - 1] != padding), 1) for ids in rows]
    states: list[np.ndarray] = [np.empty(0)] * len(rows)
    lengths = np.array([len(ids) for ids in rows])
    for batch in by_length(lengths, BATCH):
        reading = model.network.encode(pad_ids([rows[row] for row in batch]), lengths[batch])
        for row, h in zip(batch, reading.layers[layer].h, strict=True):
            states[row] = h[: read[row]].copy()
    halves = []
    for first in (0, 1):
        tokens = tuple(
            tuple(vocabulary.tokens[token] for token in ids[:count])
            for ids, count in zip(rows[first::2], read[first::2], strict=True)
        )
        halves.append(Places(tokens, ranked(np.concatenate(states[first::2]))))
    return halves[0], halves[1]


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    count = len(trace.layers)
    layer = (min(focus.layer, count) if focus.layer > 0 else count) - 1
    said = ""
    if focus.span and not trace.encoder.layers:
        said = "It has no encoder apart, whose units could be asked about some characters."
    elif focus.span and not shipped_sentences(model):
        said = "There are no sentences here in its language that could be asked."
    elif focus.span:
        tokens = model.vocabularies.source.split(model.read_as(focus.span))
        answer = units_of(read_places(model, layer), tokens[::-1] if trace.reversed else tokens)
        if answer.units:
            return _found_units(model, trace, layer, focus.span, answer)
        said = f"“{focus.span}” stands {answer.times} times in {_origin(model)}: too few to tell ({FEWEST} are needed)."
    return _all_units(trace, layer, model.vocabularies.source.kind, said)


def _origin(model: Translator) -> str:
    """What the sentences are: “500 … and 500 …”."""
    return " and ".join(f"{len(texts):,} {kind}" for kind, texts in shipped_sentences(model).items())


def _all_units(trace: DecodeTrace, layer: int, token: str, said: str) -> Figure:
    """Every unit at every step, those that change most on top."""
    values = np.concatenate([side.h for side in both_sides(trace, layer)])  # (steps, units)
    order = np.argsort(-values.var(axis=0), kind="stable")
    axis, _, labels = reading_and_writing(trace)
    most = float(np.abs(values).max()) or 1.0
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.T[order].astype(np.float64).round(2).tolist(),
                "x": list(range(len(values))),
                "y": [f"unit {unit}" for unit in order],
                "zmin": -most,
                "zmax": most,
                "colorscale": DIVERGING,
                "colorbar": _COLORBAR,
                "hovertemplate": "%{y}: h = %{z:.2f}<extra></extra>",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": axis,
            "yaxis": {
                "type": "category",
                "range": [len(order) - 0.5, -0.5],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "title": {"text": f"the {len(order)} units"},
            },
            "annotations": labels,
            "margin": {"l": 48, "r": 8, "t": 28, "b": 32},
        },
        "frames": step_frames(trace),
        "height": 460,
        "help": f"{said} {UNITS.help.format(token=token)}".strip(),
    }


def _found_units(model: Translator, trace: DecodeTrace, layer: int, span: str, answer: Answer) -> Figure:
    """The units that told the span, while this text is read."""
    read = tokens_read(model, trace)
    tokens, states = trace.encoder.tokens[:read], trace.encoder.layers[layer].h[:read]
    asked = model.vocabularies.source.split(model.read_as(span))
    here, _ = Places((tokens,), states).inside(asked[::-1] if trace.reversed else asked)
    values = states[:, [found.unit for found in answer.units]].T
    most = float(np.abs(values).max()) or 1.0
    names = []
    for found in answer.units:
        arrow, share = ("↑", found.held_out) if found.chosen >= 0.5 else ("↓", 1 - found.held_out)
        names.append(f"{found.unit} {arrow} {share:.2f}")
    forward = model.network.encoder_layers[layer].units
    backwards = [" (it reads from the end)" if found.unit >= forward else "" for found in answer.units]
    ticks = token_ticks(tokens)
    ticks["ticktext"] = [
        f"<b>{label(token)}</b>" if mark else label(token) for token, mark in zip(tokens, here, strict=True)
    ]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.astype(np.float64).round(3).tolist(),
                "x": list(range(read)),
                "y": names,
                "text": [
                    [f"unit {found.unit}{way} after {describe(token)}" for token in tokens]
                    for found, way in zip(answer.units, backwards, strict=True)
                ],
                "zmin": -most,
                "zmax": most,
                "xgap": 1,
                "ygap": 1,
                "colorscale": DIVERGING,
                "colorbar": _COLORBAR,
                "hovertemplate": "%{text}: h = %{z:.2f}<extra></extra>",
            }
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {**ticks, "range": [-0.5, read - 0.5], "showgrid": False, "zeroline": False},
            "yaxis": {
                "type": "category",
                "range": [len(names) - 0.5, -0.5],
                "tickfont": {"family": "monospace", "size": 14},
                "showgrid": False,
            },
            "margin": {"l": 96, "r": 8, "t": 8, "b": 32},
        },
        "frames": _read_frames(trace, read),
        "height": 60 + 26 * len(names),
        "help": f"“{span}” stands {answer.times:,} times in {_origin(model)}. These units told it best in every second "
        "one; the number is how surely each does in the others (AUROC: 0.5 is nothing, 1 is always; ↑ higher "
        f"there, ↓ lower). The best of all units by chance: {answer.chance:.2f}. It does not say that a unit means "
        "this: it may count how far a text has come, and sentences of one grammar are alike.",
    }


def _read_frames(trace: DecodeTrace, read: int) -> list[dict[str, Any]]:
    """The cursor on what was read; none on padding, nor while the network writes."""
    nowhere: dict[str, Any] = {"layout": {"shapes": []}}
    reading = [{"layout": {"shapes": [cursor_shape(step, fill="rgba(0,0,0,0)")]}} for step in range(read)]
    return [*reading, *[nowhere] * (trace.steps_before - read + len(trace))]


_COLORBAR = {"thickness": 12, "len": 1, "outlinewidth": 0}

UNITS = Instrument(
    name="units",
    title="Units",
    question="Which units know?",
    help="Every unit’s h at every {token} read and written, those that change most on top: orange above 0, blue below. "
    "Type some {token}s of the text above to ask which units tell where they are read. Much change is not much "
    "meaning, and a unit of the encoder is none of the decoder, though both stand in one row.",
    look=_look,
    dials=("layer", "span"),
    height=460,
)
