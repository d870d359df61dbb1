"""Map of thoughts: what the encoder hands over for a thousand sentences, in the plane that keeps most of it.

The idea, and a preset, are figure 2 of Sutskever et al. 2014 (arXiv:1409.3215). The plane is that of the first two
principal components (Pearson 1901) of the top layer's h; it holds a part of the variance, and few neighbourhoods
survive in it, so both are measured and said, and the nearest sentences are looked for in the full space.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, COLOR_SCALE, GREEN, GREY, ORANGE, describe, label
from ..data.pairs import Pair
from ..decimals import whole
from ..errors import Seq2SeqError
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..language import later, tr, tr_n
from ..shares import percent
from . import hand_over
from .english import NO_SENTENCE, PROPERTIES
from .instrument import Focus, Instrument
from .shipped_sentences import Sentence, shipped_sentences
from .thoughts import read_thoughts, thoughts

COUNT = 1_000  # sentences
ENOUGH = 100  # of the length that a network was trained on; with fewer, the longer ones come in
NEAREST = 10  # whose survival in the plane is counted
PINK, GOLD = "#c2578f", "#b8962e"
NAMED = 3  # nearest ones that are named

# the same words in other roles, and in another order: what a sum of words could not tell apart
ROLES = (
    *(Pair("Tom loves Mary.", "Tom aime Marie."), Pair("Mary loves Tom.", "Marie aime Tom.")),
    *(Pair("Tom saw Mary.", "Tom a vu Marie."), Pair("Mary saw Tom.", "Marie a vu Tom.")),
    *(Pair("I know her.", "Je la connais."), Pair("She knows me.", "Elle me connaît.")),
    *(Pair("I helped Tom.", "J'ai aidé Tom."), Pair("Tom helped me.", "Tom m'a aidé.")),
)


# Sutskever et al. 2014, figure 2: what means the same stands together, in three wordings
FIGURE_2 = {
    "figure-2-left": (
        ("John respects Mary.", "John admires Mary.", "John is in love with Mary."),
        ("Mary respects John.", "Mary admires John.", "Mary is in love with John."),
    ),
    "figure-2-right": (
        (
            "I gave her a card in the garden.",
            "In the garden, I gave her a card.",
            "She was given a card by me in the garden.",
        ),
        (
            "She gave me a card in the garden.",
            "In the garden, she gave me a card.",
            "I was given a card by her in the garden.",
        ),
    ),
}


@dataclass(frozen=True, eq=False)
class Map:
    """Some sentences and their plane."""

    texts: tuple[str, ...]
    states: np.ndarray  # float32 (texts, units): h of the top layer where the encoder ended
    mean: np.ndarray  # float32 (units,)
    axes: np.ndarray  # float32 (units, 2), of length 1
    explained: tuple[float, float]  # share of the variance along each axis
    near: int  # how many nearest sentences are counted: ten, or half of those there are
    survive: float  # share of these nearest ones in the full space that are so in the plane
    english: tuple[str, ...] = ()  # the texts in English, "" where they are in no language

    def place(self, states: np.ndarray) -> np.ndarray:
        """float32 (…, units) to its place in the plane, (…, 2)."""
        return (states - self.mean) @ self.axes

    def nearest(self, state: np.ndarray, count: int = NAMED) -> list[int]:
        """Numbers of the sentences nearest to a state (units,) in the full space, nearest first."""
        return np.argsort(((self.states - state) ** 2).sum(axis=1), kind="stable")[:count].tolist()


_MAPS: WeakKeyDictionary[Translator, dict[str, Map]] = WeakKeyDictionary()


def map_of(model: Translator, sentences: str = "shipped") -> Map:
    """A model's map of these sentences; read once. Raises Seq2SeqError where none are shipped that it reads."""
    maps = _MAPS.setdefault(model, {})
    if sentences not in maps:
        chosen = mapped(model) if sentences == "shipped" else [Sentence(x, x) for x in sum(FIGURE_2[sentences], ())]
        texts = tuple(one.text for one in chosen)
        found = plane(texts, thoughts(model, texts))
        maps[sentences] = replace(found, english=tuple(one.english for one in chosen))
    return maps[sentences]


def plane(texts: tuple[str, ...], states: np.ndarray) -> Map:
    """The plane of most variance. `states`: float32 (texts, units)."""
    mean = states.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.cov(states.T.astype(np.float64), bias=True))
    axes = vectors[:, ::-1][:, :2].astype(np.float32)
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)  # either end could be called its head
    shares = variances[::-1][:2] / max(variances.sum(), 1e-12)
    places = (states - mean) @ axes
    near, near_in_plane = _neighbours(states), _neighbours(places)
    kept = [len(set(a) & set(b)) for a, b in zip(near.tolist(), near_in_plane.tolist(), strict=True)]
    counted = near.shape[1]
    return Map(texts, states, mean, axes, (float(shares[0]), float(shares[1])), counted, float(np.mean(kept)) / counted)


def _neighbours(points: np.ndarray) -> np.ndarray:
    """int (points, 10 or half of them): the nearest others of each, in no order."""
    squares = (points**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    count = max(1, min(NEAREST, (len(points) - 1) // 2))
    return np.argpartition(distances, count - 1, axis=1)[:, :count]


def mapped(model: Translator) -> list[Sentence]:
    """Shipped sentences, as long as what the network was trained on where there is enough."""
    kinds = shipped_sentences(model)
    if not kinds:
        raise Seq2SeqError(
            tr("No sentences are shipped in the language that this network reads: there is nothing to map.")
        )
    french = model.languages[0] == "fr"
    said = [] if model.task else [Sentence(pair.target if french else pair.source, pair.source) for pair in ROLES]
    roles = [one for one in said if not model.vocabularies.source.unknown(model.read_as(one.text))]
    in_turn = [one for ones in zip_longest(*kinds.values()) for one in ones if one]
    fitting = [one for one in in_turn if not model.beyond(one.text)]
    chosen = [*(fitting if len(fitting) >= ENOUGH else in_turn)[:COUNT], *roles]
    if len(chosen) <= 2 * NEAREST:
        raise Seq2SeqError(tr("This network knows too few of the shipped sentences’ words: there is nothing to map."))
    return list({one.text: one for one in chosen}.values())


def _refuses(model: Translator) -> str:
    if reason := hand_over.refuses(model):
        return reason
    try:
        map_of(model)  # kept: the figure asks for it again
    except Seq2SeqError as error:
        return str(error)
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    known = map_of(model, focus.sentences)
    preset = FIGURE_2.get(focus.sentences)
    thought = read_thoughts(model, (trace.source,))[0]
    places, own = known.place(known.states), known.place(thought)
    nearest = known.nearest(thought)
    path = known.place(trace.layers[-1].h) if model.kind.claims.hands_over else np.empty((0, 2), np.float32)
    token = tr(model.vocabularies.source.kind)
    first, second = known.explained
    quoted, after = tr("“{text}”"), tr("after {token}")
    helps = [tr(PRESET_HELP) if preset else tr(MAP.help).format(token=token)]
    if preset:
        helps.append(_meaning_together(model, known))
    elif focus.color != "length" and not focus.span:
        helps.append(
            tr(
                "The {property} is told from the English by plain rules, and at times wrongly.",
                property=tr(focus.color),
            )
        )
    helps.append(
        tr(
            "The plane of these {texts} holds {held} of the variance; of a sentence’s {near} nearest, {survive} are "
            "nearest in it, too. Nearest to yours in the full space: {named}.",
            texts=whole(len(known.texts)),
            held=percent(first + second),
            near=known.near,
            survive=percent(known.survive),
            named=", ".join(quoted.format(text=known.texts[i]) for i in nearest),
        )
    )
    marker, wrote = {"size": 7, "opacity": 0.75}, tr("After writing {token}, nearest:")
    return {
        "help": " ".join(helps),
        "data": [
            *(
                _points(places[rows], [describe(known.texts[i]) for i in rows], name, {**marker, **looks})
                for name, rows, looks in _groups(known, focus, token, model)
            ),
            *([_words_beside(known, places)] if preset else _roles(known, places)),
            _points(
                places[nearest],
                [describe(known.texts[i]) for i in nearest],
                tr("nearest in the full space"),
                {"size": 15, "symbol": "circle-open", "color": GREEN, "line": {"width": 3}},
            ),
            {
                **_points(
                    path,
                    [after.format(token=describe(one)) for one in trace.tokens[: len(path)]],
                    tr("while it writes"),
                    {"size": 6, "color": ORANGE},
                ),
                "mode": "lines+markers",
                "line": {"color": ORANGE, "width": 1.5},
            },
            _points(
                own[None],
                [describe(trace.source)],
                tr("your sentence"),
                {"size": 18, "symbol": "star", "color": ORANGE},
            ),
        ],
        "layout": {
            "hovermode": "closest",
            "xaxis": {"title": {"text": tr("1st direction, {share}", share=percent(first))}, "showticklabels": False},
            "yaxis": {"title": {"text": tr("2nd direction, {share}", share=percent(second))}, "showticklabels": False},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": -0.18, "yanchor": "top"},
            "margin": {"l": 40, "r": 8, "t": 24 + 20 * (NAMED + 1), "b": 130},
        },
        "frames": [
            *_while_it_reads(model, trace, known, nearest),
            *(
                _frame(known, wrote.format(token=describe(one)), known.nearest(h), _arrow(at, label(one)))
                for one, at, h in zip(trace.tokens, path, trace.layers[-1].h, strict=False)
            ),
            *[{"layout": {"annotations": []}}] * (len(trace) - len(path)),
        ],
    }


def _while_it_reads(model: Translator, trace: DecodeTrace, known: Map, nearest: list[int]) -> list[dict[str, Any]]:
    """A frame a token read: the state after it, where one direction reads; the second ends where the first begins."""
    states = trace.encoder.layers[-1].h
    if model.network.encoder_layers[-1].units != states.shape[1]:  # both directions side by side
        return [_frame(known, tr("Where the encoder ended, both ways, nearest:"), nearest)] * trace.steps_before
    read = tr("After reading {token}, nearest:")
    return [
        _frame(known, read.format(token=describe(one)), known.nearest(h), _arrow(known.place(h), label(one)))
        for one, h in zip(trace.encoder.tokens, states, strict=True)
    ]


def _frame(known: Map, where: str, nearest: list[int], *arrows: dict[str, object]) -> dict[str, Any]:
    """The sentences nearest to the state there, in the full space, stand above the map."""
    lines = [where, *(label(known.texts[row]) for row in nearest)]
    above = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "align": "left"}
    return {"layout": {"annotations": [{**above, "text": "<br>".join(lines), "showarrow": False}, *arrows]}}


def _groups(known: Map, focus: Focus, token: str, model: Translator) -> list[tuple[str, list[int], dict[str, object]]]:
    """(name, rows, looks) of the points that are coloured alike."""
    every = list(range(len(known.texts)))
    if preset := FIGURE_2.get(focus.sentences):
        return [
            (tr("as “{text}”", text=meaning[0]), [known.texts.index(text) for text in meaning], {"size": 12, **looks})
            for meaning, looks in zip(preset, _LOOKS, strict=False)
        ]
    if focus.span:
        has = [focus.span.casefold() in text.casefold() for text in known.texts]
        return [
            (
                tr("with “{text}”", text=label(focus.span)),
                [i for i in every if has[i]],
                {"color": BLUE, "symbol": "square"},
            ),
            (tr("without “{text}”", text=label(focus.span)), [i for i in every if not has[i]], {"color": GREY}),
        ]
    if focus.color != "length":
        told = [PROPERTIES[focus.color](text) for text in known.english]
        names = sorted(set(told), key=lambda name: (name == NO_SENTENCE, -told.count(name)))
        grey: dict[str, object] = {"color": GREY}
        return [
            (tr(name), [i for i in every if told[i] == name], grey if name == NO_SENTENCE else looks)
            for name, looks in zip(names, [*_LOOKS, grey], strict=False)
        ]
    lengths = [len(model.vocabularies.source.split(text)) for text in known.texts]
    bar = {"title": {"text": tr("{token}s", token=token)}, "thickness": 12, "outlinewidth": 0}
    return [(tr("shipped sentences"), every, {"color": lengths, "colorscale": COLOR_SCALE, "colorbar": bar})]


# told apart without colours, too
_LOOKS: tuple[dict[str, object], ...] = (
    {"color": BLUE, "symbol": "square"},
    {"color": PINK, "symbol": "diamond"},
    {"color": GREEN, "symbol": "triangle-up"},
    {"color": GOLD, "symbol": "cross"},
)


def _meaning_together(model: Translator, known: Map) -> str:
    """How many sentences of the preset have one of the same meaning nearest, in the full space."""
    half = len(known.texts) // 2
    same = sum(known.nearest(state, 2)[1] // half == row // half for row, state in enumerate(known.states))
    said = tr(
        "For {same} of {texts} the nearest one means the same (by chance {chance} of {others}).",
        same=same,
        texts=len(known.texts),
        chance=half - 1,
        others=2 * half - 1,
    )
    beyond = sum(bool(model.beyond(text)) for text in known.texts)
    if not beyond:
        return said
    longer = tr_n(
        "{count} of them are longer than anything it was trained on.",
        "{count} of them are longer than anything it was trained on.",
        beyond,
    )
    return f"{said} {longer}"


def _words_beside(known: Map, places: np.ndarray) -> dict[str, object]:
    middle = places[:, 0].mean()
    # inwards, and those of one meaning above their points, of the other below: both may lie in one place
    sides = [
        f"{'top' if row < len(places) // 2 else 'bottom'} {'right' if x < middle else 'left'}"
        for row, x in enumerate(places[:, 0])
    ]
    shown = {"mode": "text", "text": [label(text) for text in known.texts], "textposition": sides}
    return {**_points(places, [], "", {}), **shown, "showlegend": False, "hoverinfo": "skip"}


def _roles(known: Map, places: np.ndarray) -> list[dict[str, object]]:
    """The pairs of `ROLES` that are on the map, each joined by a line."""
    at = {text: place for place, text in enumerate(known.texts)}
    joined: list[dict[str, object]] = []
    for one, other in zip(ROLES[::2], ROLES[1::2], strict=True):
        for texts in ((one.source, other.source), (one.target, other.target)):
            if all(text in at for text in texts):
                rows = [at[text] for text in texts]
                line = _points(
                    places[rows],
                    [describe(text) for text in texts],
                    tr("the same words in other roles"),
                    {"size": 10, "symbol": "diamond-open", "color": PINK, "line": {"width": 3}},
                )
                shown = {"mode": "lines+markers", "line": {"color": PINK, "width": 2}, "legendgroup": "roles"}
                joined.append(line | shown | {"showlegend": not joined})
    return joined


def _points(places: np.ndarray, words: list[str], name: str, marker: dict[str, object]) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": places[:, 0].round(3).tolist(),
        "y": places[:, 1].round(3).tolist(),
        "hovertext": words,
        "hoverinfo": "text",
        "marker": marker,
        "name": name,
    }


def _arrow(at: np.ndarray, text: str) -> dict[str, object]:
    return {"x": float(at[0]), "y": float(at[1]), "text": f"<b>{text}</b>", "ax": 22, "ay": -26, "arrowcolor": ORANGE}


def _colors(model: Translator) -> dict[str, str]:
    english = model.languages[0] in ("en", "fr")
    return {"length": tr("length")} | ({name: tr(name) for name in PROPERTIES} if english else {})


def _sentences(model: Translator) -> dict[str, str]:
    offered = {"shipped": tr("those that are shipped")}
    if not model.task and model.languages[0] == "en":
        offered["figure-2-left"] = tr("who loves whom (Sutskever et al. 2014, figure 2)")
        offered["figure-2-right"] = tr("who gave whom a card (the same figure)")
    return offered


PRESET_HELP = later(
    "Six sentences of the paper, in the plane in which they differ most, those of one meaning in one colour. There, "
    "what means the same lay together, whatever the order of its words. That network was far larger: see whether they "
    "do here."
)

MAP = Instrument(
    name="map",
    title="Map of thoughts",
    question="What is it like?",
    help="Each point is the state that the encoder ended with after a shipped sentence, in the plane in which these "
    "states differ most. Type {token}s, such as “?” or “not”, to see which sentences have them. "
    "What lies together here need not mean the same, and what is near in the full space may lie apart.",
    look=_look,
    refuses=_refuses,
    dials=("sentences", "color", "span"),
    choices={"sentences": _sentences, "color": _colors},
    height=600,
)
