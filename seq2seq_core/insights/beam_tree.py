"""The beam tree: every partial translation that beam search kept or pruned, with its probability.

A text that was translated by beam search keeps what was weighed (`DecodeTrace.search`); of one that was translated
otherwise the search is made here. Beam search: Graves 2012 (arXiv:1211.3711), Sutskever et al. 2014 (arXiv:1409.3215).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, GREY, ORANGE, cursor_shape, describe, label
from ..decimals import whole
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import tr
from ..layers.numerics import log_softmax
from ..shares import percent
from .instrument import Focus, Instrument

PRUNED_SHOWN = 3  # of each step the most probable ones: all others together are less probable still
ROW_HEIGHT = 26  # pixels
GAP = 0.32  # steps, beside a letter: no line runs through it


@dataclass(frozen=True)
class Node:
    """A partial translation, at its last token."""

    ids: tuple[int, ...]
    log_probability: float  # nats, summed over its tokens
    probability: float  # of its last token, after those before it
    kept: bool  # else it was pruned at this very step


@dataclass(frozen=True)
class BeamTree:
    """What one search went through."""

    width: int
    steps: tuple[tuple[Node, ...], ...]  # per step: what was kept, best first, then the likeliest of what was pruned
    weighed: int  # how many there were in all
    winner: tuple[int, ...]
    log_probability: float  # of the winner, nats
    end_id: int  # -1: the network writes no end


def beam_tree(model: Translator, trace: DecodeTrace) -> BeamTree:
    """The search for a translation of what a trace read, as wide as the trace's decoding says, under its prefix.

    Args:
        trace: one of the model's.
    """
    dials = trace.decoding
    if not trace.search:
        trace = model.translate(trace.source, "beam", beam_width=dials.beam_width, prefix=dials.prefix, mend=False)
    end_id = model.bounds(len(trace.encoder.tokens)).end_id
    steps: list[tuple[Node, ...]] = []
    beam = [Node((), 0.0, 1.0, True)]  # what is continued
    for step in trace.search:
        nodes = [
            Node((*beam[row].ids, token), total, exp(total - beam[row].log_probability), place < step.kept)
            for place, (row, token, total) in enumerate(
                zip(step.rows.tolist(), step.tokens.tolist(), step.log_probabilities.tolist(), strict=True)
            )
        ]
        steps.append(tuple(nodes))
        beam = [node for node in nodes if node.kept and node.ids[-1] != end_id]
    weighed = sum(step.weighed for step in trace.search)
    best = trace.hypotheses[0].log_probability
    return BeamTree(dials.beam_width, tuple(steps), weighed, tuple(trace.ids.tolist()), best, end_id)


def _refuses(model: Translator) -> str:
    if not model.kind.claims.feeds_back:
        return tr(
            "This network does not read what it writes: the most probable token of each step already makes the most "
            "probable text, and there is nothing to search for."
        )
    return ""


def _places(tree: BeamTree) -> list[dict[tuple[int, ...], int]]:
    """The row of each node that is drawn, step by step: children in the order of their parents, so that no two lines
    cross, and the winner in row 0, so that its text stands in one line."""
    found: list[dict[tuple[int, ...], int]] = []
    for length, step in enumerate(tree.steps, start=1):
        above: dict[tuple[int, ...], int] = found[-1] if found else {(): 0}
        families: dict[tuple[int, ...], list[Node]] = {name: [] for name in sorted(above, key=above.__getitem__)}
        kept = len([node for node in step if node.kept])
        for node in sorted(step[: kept + PRUNED_SHOWN], key=lambda node: -node.log_probability):
            families[node.ids[:-1]].append(node)
        # of siblings the most probable one in the middle
        names = [node.ids for family in families.values() for node in (*family[1::2][::-1], *family[::2])]
        if length <= len(tree.winner):
            middle = names.index(tree.winner[:length])
        else:  # as near to where they come from as can be
            middle = round(sum(row - above[name[:-1]] for row, name in enumerate(names)) / len(names))
        found.append({name: row - middle for row, name in enumerate(names)})
    return found


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    tree = beam_tree(model, trace)
    places = _places(tree)
    tokens = trace.vocabulary
    first = trace.steps_before  # where the cursor's first step stands
    decode = model.vocabularies.target.decode

    kept, pruned, won, complete = tr("kept"), tr("pruned"), tr("the winner"), tr("a whole translation")
    probable = tr("{token}: {here} here, {whole} as a whole")

    def hover(node: Node) -> str:
        said = kept if node.kept else pruned
        if node.ids == tree.winner:
            said = won
        elif node.ids[-1] == tree.end_id and node.kept:
            said = complete
        here, in_all = percent(node.probability), percent(exp(node.log_probability))
        last = probable.format(token=describe(tokens[node.ids[-1]]), here=here, whole=in_all)
        return f"{describe(decode(node.ids))}<br>{last}<br>{said}"

    lines: dict[str, tuple[list[float | None], list[float | None]]] = {name: ([], []) for name in _LINES}
    dots: dict[str, list[tuple[int, int, Node]]] = {name: [] for name in _LINES}
    for length, (step, rows) in enumerate(zip(tree.steps, places, strict=True), start=1):
        x = first + length - 1
        for node in step:
            if (row := rows.get(node.ids)) is None:
                continue
            on_path = node.ids == tree.winner[:length]
            name = "winner" if on_path else "kept" if node.kept else "pruned"
            dots[name].append((x, row, node))
            xs, ys = lines[name]
            xs += [x - 1 + GAP, x - GAP, None]
            ys += [places[length - 2][node.ids[:-1]] if length > 1 else 0, row, None]
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": lines[name][0],
            "y": lines[name][1],
            "line": {"color": color, "width": width, "dash": dash},
            "opacity": opacity,
            "hoverinfo": "skip",
        }
        for name, (color, width, dash, opacity, _) in _LINES.items()
    ]
    data += [
        {
            "type": "scatter",
            "mode": "text",
            "x": [x for x, _, _ in dots[name]],
            "y": [row for _, row, _ in dots[name]],
            "text": [_letter(tokens[node.ids[-1]], name == "winner") for _, _, node in dots[name]],
            "textfont": {"family": "monospace", "size": size, **({"color": color} if name != "kept" else {})},
            "hovertext": [hover(node) for _, _, node in dots[name]],
            "hoverinfo": "text",
            # a click forces it
            "meta": {"kind": "path"},
            "customdata": ["".join(tokens[one] for one in node.ids) for _, _, node in dots[name]],
        }
        for name, (color, _, _, _, size) in _LINES.items()
    ]
    lowest = min(min(rows.values()) for rows in places)
    highest = max(max(rows.values()) for rows in places)
    steps = len(places)
    shown = [step for step in range(steps) if step == 0 or (step + 1) % 5 == 0]
    return {
        "data": data,
        "layout": {
            "showlegend": False,
            "xaxis": {
                "range": [first - 1.3, first + steps - 0.4],
                "tickvals": [first + step for step in shown],
                "ticktext": [str(step + 1) for step in shown],
                "title": {"text": tr("step")},
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {
                "range": [highest + 0.8, lowest - 0.8],
                "showticklabels": False,
                "showgrid": False,
                "zeroline": False,
            },
            "margin": {"l": 8, "r": 8, "t": 8, "b": 44},
        },
        "frames": [{"layout": {"shapes": []}}] * first
        + [{"layout": {"shapes": [cursor_shape(first + step, fill="rgba(0,0,0,0)")]}} for step in range(len(trace))],
        "height": max(300, 80 + ROW_HEIGHT * (highest - lowest + 1)),
        "help": f"{tr(BEAM_TREE.help).format(token=tr(model.vocabularies.target.kind))} {_found(model, trace, tree)}",
    }


def _found(model: Translator, trace: DecodeTrace, tree: BeamTree) -> str:
    """What the search came to beside the text above it."""
    best = model.vocabularies.target.decode(tree.winner)
    found = {"weighed": whole(tree.weighed), "width": tree.width, "best": best}
    found["share"] = percent(exp(tree.log_probability))
    if best == trace.text:
        return tr(
            "Of {weighed} weighed here, a beam of {width} chose “{best}” ({share}), as stands above.",
            **found,
        )
    steps = np.arange(len(trace))
    probable = exp(log_softmax(trace.logits.astype(np.float64))[steps, trace.ids].sum())
    return tr(
        "Of {weighed} weighed here, a beam of {width} chose “{best}” ({share}); above stands “{text}” ({probable}).",
        **found,
        text=trace.text,
        probable=percent(probable),
    )


def _letter(token: str, bold: bool) -> str:
    text = label(token)
    return f"<b>{text}</b>" if bold else text


# colour, width, dash and opacity of the lines, size of the letters; drawn from the first to the last
_LINES = {
    "pruned": (GREY, 1, "dot", 0.6, 13),
    "kept": (BLUE, 1.5, "solid", 0.8, 15),
    "winner": (ORANGE, 4, "solid", 0.9, 17),
}

BEAM_TREE = Instrument(
    name="beam-tree",
    title="Beam tree",
    question="What else was in the running?",
    help="Beam search writes several texts at once: a {token} for each that it kept (blue lines), grey for the "
    f"{PRUNED_SHOWN} most probable of those pruned at that step, orange for the path that won. Click one, and the text "
    "begins with it. What was pruned might have ended better: a beam is a guess at the best text, and the best text is "
    "no better translation.",
    look=_look,
    refuses=_refuses,
    height=420,
)
