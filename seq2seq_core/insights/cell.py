"""The cell, opened: one unit, step by step: its equations with the numbers in them, and what each gate is made of.

Hochreiter & Schmidhuber 1997 and Cho et al. 2014, in the forms that `layers/lstm.py` and `layers/gru.py` compute. The
half-life of the memory is ln ½ / ln f steps, if the forget gate f (of a GRU: its update gate z) stayed as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.gates import GATE_NAMES, NO_GATES
from ..charts.style import BLUE, GREEN, GREY, ORANGE
from ..decimals import decimal
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import later, tr
from ..layers.recurrent import RecurrentCell
from .instrument import Focus, Instrument

PARTS = ((later("from its input"), BLUE), (later("from h before"), GREEN), (later("bias"), GREY))
OLD, NEW = ORANGE, "#a9782b"  # what is kept of the memory, and what is added to it
ROW_HEIGHT = 58  # pixels: a line of an equation, and its bar


@dataclass(frozen=True)
class OpenedUnit:
    """One unit at one step."""

    parts: dict[str, tuple[float, ...]]  # per gate, before its activation: from input, h (all of it) and bias
    gates: dict[str, float]  # after it
    h_before: float
    h: float
    c_before: float | None  # None: a cell that has no c
    c: float | None

    @property
    def held(self) -> float:
        """How much of the memory, which is c or a GRU's h, stays: 0…1."""
        return self.gates["z" if self.c is None else "f"]

    @property
    def half_life(self) -> float:
        """Steps until half of the memory is gone, if it held as much at every step; inf: it stays."""
        return math.inf if self.held >= 1 else math.log(0.5) / math.log(self.held) if self.held > 0 else 0.0


class _Watched:
    """A cell that keeps what its steps were given."""

    def __init__(self, cell: RecurrentCell, used: list[_Watched]) -> None:
        self.cell, self._used = cell, used
        self.given: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]] = []  # projected input, h and c

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cell, name)

    def step(
        self, projected: np.ndarray, h: np.ndarray, c: np.ndarray | None, out: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        if not self.given:
            self._used.append(self)
        self.given.append((projected, h, c))
        return self.cell.step(projected, h, c, out)


def opened_unit(model: Translator, trace: DecodeTrace, layer: int, unit: int) -> list[OpenedUnit]:
    """A unit at every step, those that read first; a unit of the encoder and the decoder's are two of the same number.

    Args:
        trace: one of the model's, of a network with cells.
        layer: counted from 0 at the bottom; there, as `unit`, what is too high is the last one.
    """
    used: list[_Watched] = []
    stacks = {
        stack.name: tuple(_Watched(cell, used) for cell in cells)
        for stack in fields(model.network)  # type: ignore[arg-type]  # every network is a dataclass
        if isinstance(cells := getattr(model.network, stack.name), tuple)
    }
    network = replace(model.network, **stacks)  # type: ignore[type-var]
    ids = model.source_ids(trace.source)
    state = network.initial_state(network.encode(np.array([ids]), np.array([len(ids)])))
    readers = used.copy()
    used.clear()
    for token_id in (model.bounds(len(ids)).start_id, *trace.ids[:-1]):
        state, _ = network.step(state, np.array([token_id]))
    found = []
    for side, cells in ((trace.encoder, readers), (trace.decoder, used)):
        if side.layers:
            directions = len(cells) // len(side.layers)
            own = min(layer, len(side.layers) - 1)
            found += _unit(side.layers[own], cells[own * directions : (own + 1) * directions], unit)
    return found


def _unit(layer: Any, directions: list[_Watched], unit: int) -> list[OpenedUnit]:
    """Of a layer's trace, whose units are those of its directions side by side; the second reads from the end."""
    column = min(unit, layer.h.shape[1] - 1)
    backwards, place = divmod(column, directions[0].units)
    cell, given = directions[backwards].cell, directions[backwards].given[:: -1 if backwards else 1]
    parts = cell.parts(np.concatenate([step[0] for step in given]), np.concatenate([step[1] for step in given]))
    return [
        OpenedUnit(
            {name: tuple(map(float, parts[:, step, gate, place])) for gate, name in enumerate(cell.gates)},
            dict(zip(cell.gates, map(float, layer.gates[step, :, column]), strict=True)),
            float(h[0, place]),
            float(layer.h[step, column]),
            None if c is None else float(c[0, place]),
            None if layer.c is None else float(layer.c[step, column]),
        )
        for step, (_, h, c) in enumerate(given)
    ]


def _refuses(model: Translator) -> str:
    return "" if model.kind.claims.recurrent else tr(NO_GATES)


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    steps = opened_unit(model, trace, focus.layer_of(trace), max(0, focus.unit))
    rows = len(steps[0].parts) + (1 if steps[0].c is None else 2)
    sums = [abs(x) for step in steps for parts in step.parts.values() for x in (*_ends(parts), *_ends(_memory(step)))]
    reach = 1.05 * max(1.0, *sums)
    frames = [_frame(step, -reach) for step in steps]
    return {
        "data": frames[0]["data"],
        "layout": {
            "barmode": "relative",
            "bargap": 0.65,
            "hovermode": "closest",
            "xaxis": {"range": [-reach, reach], "zeroline": True},
            "yaxis": {
                "range": [rows - 0.65, -0.75],
                "tickvals": list(range(rows)),
                "ticktext": [*steps[0].parts, *([] if steps[0].c is None else ["c"]), "h"],
                "tickfont": {"family": "monospace", "size": 16},
                "showgrid": False,
                "zeroline": False,
            },
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": -30 / (ROW_HEIGHT * rows), "yanchor": "top"},
            "margin": {"l": 28, "r": 8, "t": 36, "b": 64},
        },
        "frames": frames,
        "height": 100 + ROW_HEIGHT * rows,
    }


def _frame(unit: OpenedUnit, left: float) -> dict[str, Any]:
    gates = list(unit.parts)
    last = len(gates)  # the row of the memory
    sums = [sum(parts) for parts in unit.parts.values()]
    names = {gate: tr(GATE_NAMES[gate]).replace("|", "") for gate in gates}
    part_of_gate, together = tr("{gate}: {value} {part}"), tr("together {total}, so {gate} = {value}")
    bars: list[dict[str, Any]] = [
        _bar(
            list(range(last)),
            [parts[place] for parts in unit.parts.values()],
            [
                part_of_gate.format(gate=names[gate], value=_number(parts[place]), part=name)
                for gate, parts in unit.parts.items()
            ],
            color,
            name,
        )
        for place, (name, color) in enumerate((tr(name), color) for name, color in PARTS)
    ]
    kept, new = _memory(unit)
    memory = "h" if unit.c is None else "c"
    bars += [
        _bar([last], [kept], [tr("{value} of {memory} is kept", value=_number(kept), memory=memory)], OLD, tr("kept")),
        _bar([last], [new], [tr("{value} is new", value=_number(new))], NEW, tr("new")),
    ]
    if unit.c is not None:
        seen = tr("h, what others see of it: {value}", value=_number(unit.h))
        bars.append(_bar([last + 1], [unit.h], [seen], GREEN, ""))
    lines = _equations(unit)
    return {
        "data": [
            *bars,
            {
                "type": "scatter",
                "mode": "markers",
                "x": [*sums, kept + new],
                "y": list(range(last + 1)),
                "marker": {
                    "symbol": "diamond",
                    "size": 11,
                    "color": "#ffffff",
                    "line": {"color": "#000000", "width": 2},
                },
                "hovertext": [
                    *(
                        together.format(total=_number(total), gate=gate, value=_number(unit.gates[gate]))
                        for gate, total in zip(gates, sums, strict=True)
                    ),
                    f"{memory} = {_number(kept + new)}",
                ],
                "hoverinfo": "text",
                "name": tr("together"),
            },
            {
                "type": "scatter",
                "mode": "text",
                "x": [left] * len(lines),
                "y": [row - 0.45 for row in range(len(lines))],
                "text": lines,
                "textposition": "middle right",
                "textfont": {"size": 13},
                "hoverinfo": "skip",
                "showlegend": False,
            },
        ],
        "layout": {"title.text": _half_life(unit)},
    }


def _bar(rows: list[int], values: list[float], words: list[str], color: str, name: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [round(value, 4) for value in values],
        "y": rows,
        "hovertext": words,
        "hoverinfo": "text",
        "marker": {"color": color},
        "name": name,
        "showlegend": bool(name),
    }


def _memory(unit: OpenedUnit) -> tuple[float, float]:
    """What is kept of the memory, and what is added to it."""
    if unit.c_before is None:
        return unit.held * unit.h_before, (1 - unit.held) * unit.gates["n"]
    return unit.held * unit.c_before, unit.gates["i"] * unit.gates["g"]


def _ends(bars: tuple[float, ...]) -> tuple[float, float]:
    """How far bars behind each other reach, to the left and to the right of 0."""
    return sum(min(0.0, bar) for bar in bars), sum(max(0.0, bar) for bar in bars)


def _equations(unit: OpenedUnit) -> list[str]:
    """A line a gate, then of c and h. What is long has two: a phone is narrow."""
    lines = []
    for gate, (first, *others) in unit.parts.items():
        total = _in_color(_number(first), PARTS[0][1])
        for value, (_, color) in zip(others, PARTS[1:], strict=True):
            total += " " + _in_color(f"{'−' if value < 0 else '+'} {decimal(abs(value), 2)}", color)
        lines.append(f"{gate} = {'tanh' if gate in 'gn' else 'σ'}({total}) = <b>{_number(unit.gates[gate])}</b>")
    gates = unit.gates
    if unit.c_before is None or unit.c is None:
        kept, new = (
            f"{_number(gates['z'])} · {_factor(unit.h_before)}",
            f"{_number(1 - unit.held)} · {_factor(gates['n'])}",
        )
        sums, value = "h = z·h + (1−z)·n", unit.h
    else:
        kept, new = (f"{_number(a)} · {_factor(b)}" for a, b in ((gates["f"], unit.c_before), (gates["i"], gates["g"])))
        sums, value = "c = f·c + i·g", unit.c
    lines.append(f"{sums}<br>= {_in_color(kept, OLD)} + {_in_color(new, NEW)} = <b>{_number(value)}</b>")
    if unit.c is not None:
        lines.append(f"h = o·tanh(c) = {_number(gates['o'])} · tanh({_number(unit.c)}) = <b>{_number(unit.h)}</b>")
    return lines


def _in_color(text: str, color: str) -> str:
    """As its bar is."""
    return f'<span style="color:{color}">{text}</span>'


def _number(value: float) -> str:
    return decimal(value, 2)


def _factor(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)


def _half_life(unit: OpenedUnit) -> str:
    gate, memory = ("z", "h") if unit.c is None else ("f", "c")
    held = decimal(unit.held, 3)
    if unit.half_life > 999:
        return tr("{gate} = {held}: {memory} stays", gate=gate, held=held, memory=memory)
    return tr(
        "{gate} = {held}: half of {memory} is gone in {steps} steps",
        gate=gate,
        held=held,
        memory=memory,
        steps=decimal(unit.half_life, 1),
    )


CELL = Instrument(
    name="cell",
    title="The cell, opened",
    question="Inside one unit",
    help="One unit at the cursor’s step, of the encoder while it reads, then of the decoder: a gate is what came "
    "from its input (blue), from the h before, of all units of the layer (green), and from the bias, the same "
    "number at every step (grey), through σ or tanh. On top, how long its memory would last if every step "
    "were like this one. It shows how a number comes about, not what it stands for, nor whether the text "
    "would change without it.",
    look=_look,
    refuses=_refuses,
    dials=("layer", "unit"),
    height=470,
)
