"""Units: what every unit does at every step, which of them tell where some characters are being read (`unit_search`),
and one of them on its own.

Cells coloured by a unit: Karpathy et al. 2015 (arXiv:1506.02078).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..charts.base import Figure
from ..charts.gates import GATE_NAMES
from ..charts.style import (
    BLUE,
    GREY,
    both_sides,
    cursor_shape,
    describe,
    label,
    reading_and_writing,
    step_frames,
    token_ticks,
)
from ..decimals import decimal, whole
from ..inference.trace import DecodeTrace, LayerTrace
from ..inference.translator import Translator
from ..language import tr
from .deletion import DIVERGING, tokens_read
from .instrument import Focus, Instrument
from .shipped_sentences import shipped_sentences
from .spans import marked, tokens_of
from .two_texts import COLUMNS
from .unit_search import FEWEST, Answer, drivers, read_places, units_of

LINE_PIXELS = 190  # the height of a unit's line
ROW_HEIGHT = 28  # pixels of a line of cells


def in_a_chain(values: np.ndarray) -> np.ndarray:
    """Units in an order in which those that do alike stand side by side, int (units,): from the one that changes most,
    always on to the one that is left with the highest correlation (the nearest-neighbour chain).

    Args:
        values: float32 (steps, units).
    """
    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 1e-9, spread, 1)
    alike = scaled.T @ scaled / len(values)  # correlations, (units, units); 0 for a unit that stands still
    found = [int(spread.argmax())]
    left = np.ones(len(alike), bool)
    left[found] = False
    while left.any():
        found.append(int(np.where(left, alike[found[-1]], -np.inf).argmax()))
        left[found[-1]] = False
    return np.array(found)


def part_of(layer: LayerTrace, part: str) -> np.ndarray:
    """A layer's h, c or gate, float32 (steps, units)."""
    if part in layer.gate_names:
        return layer.gates[:, layer.gate_names.index(part)]
    return layer.c if part == "c" and layer.c is not None else layer.h


def _parts(model: Translator) -> dict[str, str]:
    top = model.network.decoder_layers[-1]
    c = {"c": "c"} if top.has_c else {}
    return (
        {"h": "h" if model.kind.claims.recurrent else tr("activation")}
        | c
        | {n: tr(GATE_NAMES[n]).replace("|", "") for n in top.gates}
    )


def _views(model: Translator) -> dict[str, str]:
    return {
        "variance": tr("all, those that change most on top"),
        "similarity": tr("all, alike ones side by side"),
        "one": tr("one, and what drives it hardest"),
    }


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    layer = focus.layer_of(trace)
    said = ""
    asks = focus.span or focus.view == "one"
    if asks and not trace.encoder.layers:
        said = tr("It has no encoder apart, whose units could be asked about some characters.")
    elif asks and not shipped_sentences(model):
        said = tr("There are no sentences here in its language that could be asked.")
    if focus.view == "one":
        return _one_unit(model, trace, layer, focus, said)
    if focus.span and not said:
        answer = units_of(read_places(model, layer, focus.part), tokens_of(model, focus.span))
        if answer.units:
            return _found_units(model, trace, layer, focus, answer)
        said = tr(
            "“{span}” stands {times} times in {origin}: too few to tell ({fewest} are needed).",
            span=focus.span,
            times=answer.times,
            origin=_origin(model),
            fewest=FEWEST,
        )
    return _all_units(trace, layer, tr(model.vocabularies.source.kind), focus, said)


def _origin(model: Translator) -> str:
    """What the sentences are: “500 … and 500 …”."""
    *kinds, last = [f"{whole(len(texts))} {tr(kind)}" for kind, texts in shipped_sentences(model).items()]
    return tr("{kinds} and {last}", kinds=", ".join(kinds), last=last) if kinds else last


def _all_units(trace: DecodeTrace, layer: int, token: str, focus: Focus, said: str) -> Figure:
    """Every unit at every step."""
    values = np.concatenate([part_of(side, focus.part) for side in both_sides(trace, layer)])  # (steps, units)
    alike = focus.view == "similarity"
    order = in_a_chain(values) if alike else np.argsort(-values.var(axis=0), kind="stable")
    axis, _, labels = reading_and_writing(trace)
    most = float(np.abs(values).max()) or 1.0
    helps = tr(
        "Every unit’s {part} at every {token} read and written, those that change most on top: orange above 0, blue "
        "below."
    )
    if alike:
        helps = tr(
            "Every unit’s {part} at every {token} read and written, each below the one that it is most alike: orange "
            "above 0, blue below."
        )
    named = tr("unit {unit}")
    return {
        "data": [
            {
                "type": "heatmap",
                "z": values.T[order].astype(np.float64).round(2).tolist(),
                "x": list(range(len(values))),
                "y": [named.format(unit=unit) for unit in order],
                "zmin": -most,
                "zmax": most,
                "colorscale": DIVERGING,
                "colorbar": _COLORBAR,
                "hovertemplate": tr("%{{y}}: {part} = %{{z:.2f}}", part=focus.part) + "<extra></extra>",
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
                "title": {"text": tr("the {count} units", count=len(order))},
            },
            "annotations": labels,
            "margin": {"l": 48, "r": 8, "t": 28, "b": 32},
        },
        "frames": step_frames(trace),
        "height": 460,
        "help": f"{said} {helps.format(part=focus.part, token=token)} {tr(UNITS.help).format(token=token)}".strip(),
    }


def _one_unit(model: Translator, trace: DecodeTrace, layer: int, focus: Focus, said: str) -> Figure:
    """One unit's line over this text, and the cells of this text and of those that drive it hardest, coloured by it."""
    sides = both_sides(trace, layer)
    unit = min(max(0, focus.unit), sides[0].h.shape[1] - 1)
    lines = [part_of(side, focus.part)[:, unit] for side in sides]
    written = (trace.tokens,) if trace.claims.in_step else (trace.encoder.tokens, trace.tokens)
    cells = [*zip((tr("reads"), tr("writes"))[-len(lines) :], written, lines, strict=True)]
    if not said:
        highest, lowest = drivers(model, layer, focus.part, unit)
        cells += [(name, one.tokens, one.values) for name, found in (("↑", highest), ("↓", lowest)) for one in found]
    columns = COLUMNS[model.vocabularies.source.kind]
    rows: list[tuple[str, Sequence[str], np.ndarray]] = []
    for name, tokens, values in cells:
        for start in range(0, len(tokens), columns):
            part = slice(start, start + columns)
            rows.append((name if start == 0 else "", tokens[part], values[part]))
    most = max(float(np.abs(values).max()) for _, _, values in rows) or 1.0
    blank = [None] * columns
    axis, hover, labels = reading_and_writing(trace)
    height = LINE_PIXELS + ROW_HEIGHT * len(rows)
    split = ROW_HEIGHT * len(rows) / height  # below it the cells
    drawn = np.concatenate(lines)
    at = tr("{where}: {part} = {value}")
    top = "y2 domain"
    return {
        "data": [
            {
                "type": "heatmap",
                "z": [[*values.astype(np.float64).round(3).tolist(), *blank][:columns] for _, _, values in rows],
                "text": [[*(label(token) for token in tokens), *[""] * columns][:columns] for _, tokens, _ in rows],
                "zmin": -most,
                "zmax": most,
                "xgap": 1,
                "ygap": 4,
                "colorscale": DIVERGING,
                "showscale": False,
                "hoverongaps": False,
                "hovertemplate": tr("{part} = %{{z:.2f}} after %{{text}}", part=focus.part) + "<extra></extra>",
            },
            # over the cells, in the page's own colour
            {
                "type": "scatter",
                "mode": "text",
                "x": [column for _, tokens, _ in rows for column in range(len(tokens))],
                "y": [row for row, (_, tokens, _) in enumerate(rows) for _ in tokens],
                "text": [label(token) for _, tokens, _ in rows for token in tokens],
                "textfont": {"family": "monospace", "size": 14},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "xaxis": "x2",
                "yaxis": "y2",
                "x": list(range(len(drawn))),
                "y": drawn.astype(np.float64).round(4).tolist(),
                "hovertext": [
                    at.format(where=where, part=focus.part, value=decimal(x, 2))
                    for where, x in zip(hover, drawn, strict=True)
                ],
                "hoverinfo": "text",
                "line": {"color": BLUE, "width": 2},
                "marker": {"size": 6},
            },
        ],
        "layout": {
            "showlegend": False,
            "xaxis": {"visible": False, "range": [-0.5, columns - 0.5]},
            "yaxis": {
                "domain": [0, split - 0.06],
                "range": [len(rows) - 0.5, -0.5],
                "tickvals": [row for row, (name, _, _) in enumerate(rows) if name],
                "ticktext": [name for name, _, _ in rows if name],
                "tickfont": {"size": 14},
                "showgrid": False,
                "zeroline": False,
            },
            "xaxis2": {**axis, "anchor": "y2", "tickfont": {"family": "monospace", "size": 12}},
            "yaxis2": {
                "domain": [split + 0.02, 1],
                "title": {"text": tr("{part} of unit {unit}", part=focus.part, unit=unit)},
                "zerolinecolor": GREY,
                "showgrid": False,
                "automargin": True,
            },
            "annotations": [{**one, "xref": "x2", "yref": top} for one in labels],
            "margin": {"l": 60, "r": 8, "t": 28, "b": 8},
        },
        "frames": [
            {"layout": {"shapes": [{**shape, "xref": "x2", "yref": top} for shape in frame["layout"]["shapes"]]}}
            for frame in step_frames(trace)
        ],
        "height": height + 40,
        "help": f"{said} {_about_one(model, focus.part, unit, driven=not said)}".strip(),
    }


def _about_one(model: Translator, part: str, unit: int, driven: bool) -> str:
    """How to read the figure of one unit. `driven`: with what drives it hardest."""
    if not driven:
        return tr(
            "Above, {part} of unit {unit} while this text is read and written. Below, its cells coloured by it, orange "
            "above 0, blue below. What drives a unit hardest shows where to look; most of what it does, it does "
            "elsewhere.",
            part=part,
            unit=unit,
        )
    return tr(
        "Above, {part} of unit {unit} while this text is read and written. Below, its cells coloured by it, orange "
        "above 0, blue below; ↑ those that drive it highest of {origin}, ↓ lowest, while they are read. What drives a "
        "unit hardest shows where to look; most of what it does, it does elsewhere.",
        part=part,
        unit=unit,
        origin=_origin(model),
    )


def _found_units(model: Translator, trace: DecodeTrace, layer: int, focus: Focus, answer: Answer) -> Figure:
    """The units that told the span, while this text is read."""
    read = tokens_read(model, trace)
    tokens, states = trace.encoder.tokens[:read], part_of(trace.encoder.layers[layer], focus.part)[:read]
    here, _ = marked(tokens, tokens_of(model, focus.span))
    values = states[:, [found.unit for found in answer.units]].T
    most = float(np.abs(values).max()) or 1.0
    names = []
    for found in answer.units:
        arrow, share = ("↑", found.held_out) if found.chosen >= 0.5 else ("↓", 1 - found.held_out)
        names.append(f"{found.unit} {arrow} {decimal(share, 2)}")
    forward = model.network.encoder_layers[layer].units
    onwards, backwards = tr("unit {unit} after {token}"), tr("unit {unit} (it reads from the end) after {token}")
    words = [describe(token) for token in tokens]
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
                    [
                        (onwards if found.unit < forward else backwards).format(unit=found.unit, token=one)
                        for one in words
                    ]
                    for found in answer.units
                ],
                "zmin": -most,
                "zmax": most,
                "xgap": 1,
                "ygap": 1,
                "colorscale": DIVERGING,
                "colorbar": _COLORBAR,
                "hovertemplate": tr("%{{text}}: {part} = %{{z:.2f}}", part=focus.part) + "<extra></extra>",
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
        "help": tr(
            "“{span}” stands {times} times in {origin}. The {part} of these units told it best in every second one; "
            "the number is how surely each does in the others (AUROC: 0.5 is nothing, 1 is always; ↑ higher there, ↓ "
            "lower). The best of all units by chance: {chance}. It does not say that a unit means this: it may count "
            "how far a text has come, and sentences of one grammar are alike.",
            span=focus.span,
            times=whole(answer.times),
            origin=_origin(model),
            part=focus.part,
            chance=decimal(answer.chance, 2),
        ),
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
    help="Type some {token}s of the text above to ask which units tell where they are read. Much change is not much "
    "meaning, and a unit of the encoder is none of the decoder, though both stand in one row.",
    look=_look,
    dials=("layer", "part", "view", "unit", "span"),
    choices={"part": _parts, "view": _views},
    height=460,
)
