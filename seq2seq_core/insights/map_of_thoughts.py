"""Map of thoughts: what the encoder hands over for some hundreds of sentences, in the plane that keeps most of it.

The idea is figure 2 of Sutskever et al. 2014 (arXiv:1409.3215). The plane is that of the first two principal
components (Pearson 1901) of the top layer's h; it holds a part of the variance, and few neighbourhoods survive in it,
so both are measured and said, and the nearest sentences are looked for in the full space.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from weakref import WeakKeyDictionary

import numpy as np

from ..charts.base import Figure
from ..charts.style import BLUE, COLOR_SCALE, GREEN, GREY, ORANGE, describe, label
from ..data.pairs import Pair
from ..data.vectorization import pad_ids
from ..errors import Seq2SeqError
from ..inference.trace import DecodeTrace
from ..inference.translate_many import by_length
from ..inference.translator import Translator
from ..shares import percent
from .instrument import Focus, Instrument
from .shipped_sentences import shipped_sentences

COUNT = 400  # sentences
ENOUGH = 100  # of the length that a network was trained on; with fewer, the longer ones come in
BATCH = 64  # sentences of similar length, read together
NEAREST = 10  # whose survival in the plane is counted
PINK = "#c2578f"
NAMED = 3  # nearest ones that are named

# the same words in other roles, and in another order: what a sum of words could not tell apart
ROLES = (
    *(Pair("Tom loves Mary.", "Tom aime Marie."), Pair("Mary loves Tom.", "Marie aime Tom.")),
    *(Pair("Tom saw Mary.", "Tom a vu Marie."), Pair("Mary saw Tom.", "Marie a vu Tom.")),
    *(Pair("I know her.", "Je la connais."), Pair("She knows me.", "Elle me connaît.")),
    *(Pair("I helped Tom.", "J'ai aidé Tom."), Pair("Tom helped me.", "Tom m'a aidé.")),
)


@dataclass(frozen=True, eq=False)
class Map:
    """The shipped sentences and their plane."""

    texts: tuple[str, ...]
    states: np.ndarray  # float32 (texts, units): h of the top layer where the encoder ended
    mean: np.ndarray  # float32 (units,)
    axes: np.ndarray  # float32 (units, 2), of length 1
    explained: tuple[float, float]  # share of the variance along each axis
    survive: float  # share of the ten nearest sentences in the full space that are so in the plane

    def place(self, states: np.ndarray) -> np.ndarray:
        """float32 (…, units) to its place in the plane, (…, 2)."""
        return (states - self.mean) @ self.axes

    def nearest(self, state: np.ndarray, count: int = NAMED) -> list[int]:
        """Numbers of the sentences nearest to a state (units,) in the full space, nearest first."""
        return np.argsort(((self.states - state) ** 2).sum(axis=1), kind="stable")[:count].tolist()


_MAPS: WeakKeyDictionary[Translator, Map] = WeakKeyDictionary()


def map_of(model: Translator) -> Map:
    """A model's map; read once. Raises Seq2SeqError where no sentences are shipped that it reads."""
    if model not in _MAPS:
        texts = _texts(model)
        _MAPS[model] = plane(texts, _handed_over(model, texts))
    return _MAPS[model]


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
    return Map(texts, states, mean, axes, (float(shares[0]), float(shares[1])), float(np.mean(kept)) / near.shape[1])


def _neighbours(points: np.ndarray) -> np.ndarray:
    """int (points, 10): the nearest others of each."""
    squares = (points**2).sum(axis=1)
    distances = squares[:, None] + squares - 2 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, : min(NEAREST, len(points) - 1)]


def _texts(model: Translator) -> tuple[str, ...]:
    """Shipped sentences, as long as what the network was trained on where there is enough."""
    kinds = shipped_sentences(model)
    if not kinds:
        raise Seq2SeqError("No sentences are shipped in the language that this network reads: there is nothing to map.")
    said = [pair.target if model.languages[0] == "fr" else pair.source for pair in ROLES]
    roles = [] if model.task else [text for text in said if not model.vocabularies.source.unknown(model.read_as(text))]
    in_turn = [one.text for ones in zip_longest(*kinds.values()) for one in ones if one]
    fitting = [text for text in in_turn if not model.beyond(text)]
    texts = [
        *(fitting if len(fitting) >= ENOUGH else in_turn)[:COUNT],
        *(text for text in roles if not model.vocabularies.source.unknown(model.read_as(text))),
    ]
    if len(texts) <= NEAREST:
        raise Seq2SeqError("This network knows too few of the shipped sentences’ words: there is nothing to map.")
    return tuple(dict.fromkeys(texts))


def _handed_over(model: Translator, texts: tuple[str, ...]) -> np.ndarray:
    sources = [model.source_ids(text) for text in texts]
    lengths = np.array([len(ids) for ids in sources])
    states = np.empty((len(texts), 0), np.float32)
    for rows in by_length(lengths, BATCH):
        last = model.network.encode(pad_ids([sources[row] for row in rows]), lengths[rows]).layers[-1].last_h
        if not states.shape[1]:
            states = np.empty((len(texts), last.shape[1]), np.float32)
        states[rows] = last
    return states


def _refuses(model: Translator) -> str:
    if model.kind.claims.in_step:
        return "This network hands nothing over: it writes as it reads."
    if not model.kind.claims.recurrent:
        return "This network hands no state over: what it read stays where it was read, and is looked at from there."
    try:
        map_of(model)  # kept: the figure asks for it again
    except Seq2SeqError as error:
        return str(error)
    return ""


def _look(model: Translator, trace: DecodeTrace, focus: Focus) -> Figure:
    known = map_of(model)
    thought = _handed_over(model, (trace.source,))[0]
    places, own = known.place(known.states), known.place(thought)
    nearest = known.nearest(thought)
    path = known.place(trace.layers[-1].h) if model.kind.claims.hands_over else np.empty((0, 2), np.float32)
    token = model.vocabularies.source.kind
    groups: list[tuple[str, list[int], dict[str, object]]]
    if focus.span:
        has = [focus.span.casefold() in text.casefold() for text in known.texts]
        groups = [
            (
                f"with “{label(focus.span)}”",
                [i for i, yes in enumerate(has) if yes],
                {"color": BLUE, "symbol": "square"},
            ),
            (f"without “{label(focus.span)}”", [i for i, yes in enumerate(has) if not yes], {"color": GREY}),
        ]
    else:
        lengths = [len(model.vocabularies.source.split(text)) for text in known.texts]
        bar = {"title": {"text": f"{token}s"}, "thickness": 12, "outlinewidth": 0}
        scale: dict[str, object] = {"color": lengths, "colorscale": COLOR_SCALE, "colorbar": bar}
        groups = [("shipped sentences", list(range(len(known.texts))), scale)]
    first, second = known.explained
    named = ", ".join(f"“{known.texts[i]}”" for i in nearest)
    held, survive = percent(first + second), percent(known.survive)
    says = f" The plane holds {held} of the variance; of a sentence’s ten nearest, {survive} are nearest in it, too."
    says += f" Nearest to yours in the full space: {named}."
    return {
        "help": MAP.help.format(token=token) + says,
        "data": [
            *(
                _points(
                    places[rows], [describe(known.texts[i]) for i in rows], name, {"size": 7, "opacity": 0.75, **marker}
                )
                for name, rows, marker in groups
            ),
            *_roles(known, places),
            _points(
                places[nearest],
                [describe(known.texts[i]) for i in nearest],
                "nearest in the full space",
                {"size": 15, "symbol": "circle-open", "color": GREEN, "line": {"width": 3}},
            ),
            {
                **_points(
                    path,
                    [f"after {describe(one)}" for one in trace.tokens[: len(path)]],
                    "while it writes",
                    {"size": 6, "color": ORANGE},
                ),
                "mode": "lines+markers",
                "line": {"color": ORANGE, "width": 1.5},
            },
            _points(
                own[None], [describe(trace.source)], "your sentence", {"size": 18, "symbol": "star", "color": ORANGE}
            ),
        ],
        "layout": {
            "hovermode": "closest",
            "xaxis": {"title": {"text": f"1st direction, {percent(first)}"}, "showticklabels": False},
            "yaxis": {"title": {"text": f"2nd direction, {percent(second)}"}, "showticklabels": False},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top"},
            "margin": {"l": 40, "r": 8, "t": 36, "b": 110},
        },
        "frames": [{"layout": {"title.text": "Where the encoder ended: the star", "annotations": []}}]
        * trace.steps_before
        + [
            {
                "layout": {
                    "title.text": f"After {describe(one)}, nearest: {label(known.texts[known.nearest(h, 1)[0]])}",
                    "annotations": [_arrow(at, label(one))],
                }
            }
            for one, at, h in zip(trace.tokens, path, trace.layers[-1].h, strict=False)
        ]
        + [{"layout": {"title.text": "", "annotations": []}}] * (len(trace) - len(path)),
    }


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
                    "the same words in other roles",
                    {"size": 10, "symbol": "diamond", "color": PINK},
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


MAP = Instrument(
    name="map",
    title="Map of thoughts",
    question="What is it like?",
    help="Each point is the state that the encoder ended with after a shipped sentence, in the plane in which these "
    "states differ most, coloured by length. Type characters, such as “?” or “not”, to see which sentences have them. "
    "What lies together here need not mean the same, and what is near in the full space may lie apart.",
    look=_look,
    refuses=_refuses,
    dials=("span",),
    height=560,
)
