"""DecodeTrace: everything a network computed while it read one sentence and wrote another.

Every chart, export, API answer and test reads it; none recomputes it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import orjson

from ..data.vocabulary import END, START, Unknown, show_token
from ..decoding import DECODING_METHODS, BeamStep, Decoding, Hypothesis, drawn_from
from ..errors import Seq2SeqError
from ..language import tr
from ..models import KINDS, Claims, Kind

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ..notebook import Inside


class Viewer(Protocol):
    """What draws traces in notebooks: `seq2seq_core.notebook`. Charts stand above traces in the house, so it is
    registered, and loaded when the first trace is looked at."""

    def html(self, trace: DecodeTrace) -> str: ...
    def chart(self, trace: DecodeTrace, name: str, step: int, layer: int) -> go.Figure: ...
    def inside(self, trace: DecodeTrace) -> Inside: ...


_viewers: list[Callable[[], Viewer]] = []  # the last one is asked


def show_traces_with(load: Callable[[], Viewer]) -> None:
    """Registers what draws them."""
    _viewers.append(load)


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer over all steps of one sentence."""

    gate_names: tuple[str, ...]  # LSTM: i, f, g, o; none for a layer that has none
    gates: np.ndarray  # float32 (steps, gates, units), after their activations: σ in 0…1, g in -1…1
    h: np.ndarray  # float32 (steps, units), the state after each step; of a convolution, its activations
    c: np.ndarray | None  # float32 (steps, units); None for a cell that has no c

    @cached_property
    def h_norms(self) -> np.ndarray:
        """float32 (steps,): Euclidean length of h."""
        return np.linalg.norm(self.h, axis=1)

    @cached_property
    def c_norms(self) -> np.ndarray | None:
        """float32 (steps,): Euclidean length of c."""
        return None if self.c is None else np.linalg.norm(self.c, axis=1)


@dataclass(frozen=True, eq=False)
class Steps:
    """What one side of a network did, step by step."""

    layers: tuple[LayerTrace, ...]  # bottom first
    seconds: np.ndarray  # float64 (steps,): time each step took

    @property
    def h_norms(self) -> np.ndarray:
        """float32 (steps,), of the top layer."""
        return self.layers[-1].h_norms

    @property
    def c_norms(self) -> np.ndarray | None:
        """float32 (steps,), of the top layer."""
        return self.layers[-1].c_norms


@dataclass(frozen=True, eq=False)
class EncoderTrace(Steps):
    """The encoder's side; its last state is the decoder's first."""

    tokens: tuple[str, ...]  # what it read, one a step; padding, where a model reads it, as ""
    # no layers where the network has no encoder apart: it reads each of these tokens as it writes one


@dataclass(frozen=True, eq=False)
class DecodeTrace(Steps):
    """The decoder's side, and all of it together."""

    model: str
    source: str  # as it was given
    text: str  # the translation
    decoding: Decoding
    unknown: tuple[Unknown, ...]  # source tokens the model does not have; it read the rest
    reversed: bool  # the encoder read the source from its end
    encoder: EncoderTrace
    vocabulary: tuple[str, ...]  # target tokens: names of the columns of logits and probabilities
    ids: np.ndarray  # int32 (steps,): the token chosen at each step
    forced: int  # how many of the first steps the prefix dictated
    logits: np.ndarray  # float32 (steps, target vocabulary)
    probabilities: np.ndarray  # float32 (steps, target vocabulary), softmax of the logits (at temperature 1)
    attention: np.ndarray | None = None  # float32 (steps, encoder steps): where each step looked; None: it cannot
    hypotheses: tuple[Hypothesis, ...] = ()  # beam search: best first
    kind: str = "encoder_decoder"  # of network, one of models.KINDS
    search: tuple[BeamStep, ...] = ()  # beam search: what it weighed, step by step

    @property
    def decoder(self) -> Steps:
        """Its own side by name: `trace.decoder.layers` beside `trace.encoder.layers`."""
        return self

    @property
    def network_kind(self) -> Kind:
        """What the network that did this is."""
        return KINDS[self.kind]

    @property
    def claims(self) -> Claims:
        """What may be said of it."""
        return self.network_kind.claims

    @property
    def steps_before(self) -> int:
        """Steps before the first token was written: those that read, unless it writes as it reads."""
        return 0 if self.claims.in_step else len(self.encoder.tokens)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens written, the end token included where it was reached."""
        return tuple(self.vocabulary[i] for i in self.ids)

    @property
    def input_tokens(self) -> tuple[str, ...]:
        """What the decoder read at each step: the start token, then its own choices."""
        return (START, *self.tokens[:-1])

    @property
    def finished(self) -> bool:
        """Whether it came to its end by itself (else the length limit cut it off)."""
        return len(self) > 0 and (not self.claims.writes_end or self.vocabulary[self.ids[-1]] == END)

    @property
    def chosen_probabilities(self) -> np.ndarray:
        """float32 (steps,): the probability of the token written at each step."""
        return self.probabilities[np.arange(len(self)), self.ids]

    @property
    def sampled(self) -> bool:
        """Whether the tokens were drawn at random."""
        return self.decoding.method == "sample"

    @cached_property
    def chosen_from(self) -> np.ndarray:
        """float32 (steps, target vocabulary): what the tokens were chosen from. For a sampled translation the softmax
        after temperature, top-k and top-p; for any other the probabilities."""
        return drawn_from(self.logits, self.decoding) if self.sampled else self.probabilities

    def ranking(self, step: int) -> np.ndarray:
        """int (target vocabulary,): ids at a step, most probable first."""
        return np.argsort(-self.probabilities[step], kind="stable")

    # --- in a notebook

    def _repr_html_(self) -> str:
        """The text and both strips, as Jupyter and Colab show them."""
        return _viewers[-1]().html(self)

    def chart(self, name: str, *, step: int = 0, layer: int = 0) -> go.Figure:
        """A chart of the page as Plotly's figure: `trace.chart("attention")`.

        Args:
            name: one of `seq2seq_core.charts.CHARTS`.
            step: where the cursor stands, counted from the first token written; those read are below 0.
            layer: whose states are drawn, counted from 1 at the bottom; 0: the top one.

        Raises:
            Seq2SeqError: there is no such chart, or nothing to draw: then it says why.
        """
        return _viewers[-1]().chart(self, name, step, layer)

    @property
    def inside(self) -> Inside:
        """The instruments as Plotly's figures: `trace.inside.deletion()`, `trace.inside.units(span="not")`."""
        return _viewers[-1]().inside(self)

    # --- JSON: nested objects, arrays as lists; the shortest digits that give the same float32 again

    def to_json(self) -> bytes:
        """UTF-8 JSON that `from_json` turns into an equal trace."""
        return orjson.dumps(self, option=orjson.OPT_SERIALIZE_NUMPY)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain Python values."""
        return orjson.loads(self.to_json())

    @classmethod
    @np.errstate(over="ignore")  # what is too large for float32 is infinite, and refused
    def from_json(cls, data: bytes | str) -> DecodeTrace:
        """Raises Seq2SeqError when the data is not a trace's."""
        try:
            values = orjson.loads(data)
            encoder = values["encoder"]
            trace = cls(
                layers=_read_layers(values["layers"]),
                seconds=np.array(values["seconds"], np.float64),
                model=values["model"],
                source=values["source"],
                text=values["text"],
                decoding=Decoding(**values["decoding"]),
                unknown=tuple(Unknown(**item) for item in values["unknown"]),
                reversed=values["reversed"],
                encoder=EncoderTrace(
                    layers=_read_layers(encoder["layers"]),
                    seconds=np.array(encoder["seconds"], np.float64),
                    tokens=tuple(encoder["tokens"]),
                ),
                vocabulary=tuple(values["vocabulary"]),
                ids=np.array(values["ids"], np.int32),
                forced=values["forced"],
                logits=np.array(values["logits"], np.float32),
                probabilities=np.array(values["probabilities"], np.float32),
                attention=None if values["attention"] is None else np.array(values["attention"], np.float32),
                hypotheses=tuple(Hypothesis(**item) for item in values["hypotheses"]),
                kind=_kind(values, values["attention"] is not None),
                search=_read_search(values.get("search", [])),
            )
            _refuse_misfits(trace)
            return trace
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            raise Seq2SeqError(
                tr("This is not the JSON of a trace ({kind}: {error}).", kind=type(error).__name__, error=error)
            ) from None

    # --- CSV: one row a step, encoder first; one column a number

    def to_csv(self) -> str:
        """A table that `from_csv` turns into an equal trace.

        Columns: side, step (from 1), token, id, seconds, h_norm, c_norm (of the top layer); `logit 5 a` and
        `probability 5 a` for each target token; with attention, `attention 3 b` for each step of the encoder;
        `layer1 i 0` … for every gate, h and c of every unit. What belongs to the sentence as a whole stands as JSON
        in the last column, `about`, of the first row.
        """
        encoder: dict[str, Any] = {"id": [""] * len(self.encoder.seconds), **_columns(self.encoder)}
        decoder: dict[str, Any] = {"id": self.ids, **_columns(self)}
        for name, values in (("logit", self.logits), ("probability", self.probabilities)):
            for index, token in enumerate(self.vocabulary):
                decoder[f"{name} {index} {show_token(token)}"] = values[:, index]
        if self.attention is not None:
            for name, values in zip(self._attention_columns(self.encoder.tokens), self.attention.T, strict=True):
                decoder[name] = values
        names = list(dict.fromkeys(("side", "step", "token", *decoder, *encoder, "about")))
        about = orjson.dumps(
            {name: getattr(self, name) for name in _ABOUT}
            | {"attends": self.attention is not None}
            | {"layers": _shapes(self.layers), "encoder_layers": _shapes(self.encoder.layers)},
            option=orjson.OPT_SERIALIZE_NUMPY,
        ).decode()
        out = io.StringIO()
        # quoted, since a token may be a carriage return, which ends a row where it is not
        writer = csv.DictWriter(out, names, restval="", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writeheader()
        for side, tokens, columns in (("encoder", self.encoder.tokens, encoder), ("decoder", self.tokens, decoder)):
            for step, token in enumerate(tokens):
                row = {name: values[step] for name, values in columns.items()}
                writer.writerow({"side": side, "step": step + 1, "token": token, "about": about, **row})
                about = ""
        return out.getvalue()

    @staticmethod
    def _attention_columns(tokens: tuple[str, ...]) -> list[str]:
        return [f"attention {step} {show_token(token)}" for step, token in enumerate(tokens)]

    @classmethod
    @np.errstate(over="ignore")  # what is too large for float32 is infinite, and refused
    def from_csv(cls, text: str) -> DecodeTrace:
        """Raises Seq2SeqError when the text is not a trace's table."""
        try:
            rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
            about = orjson.loads(rows[0]["about"])
            encoder, decoder = ([row for row in rows if row["side"] == side] for side in ("encoder", "decoder"))
            vocabulary = tuple(about["vocabulary"])
            read = tuple(row["token"] for row in encoder)

            def column(name: str) -> np.ndarray:
                names = [f"{name} {index} {show_token(token)}" for index, token in enumerate(vocabulary)]
                return np.array([[row[name] for name in names] for row in decoder], np.float32)

            trace = cls(
                layers=_read_columns(decoder, about["layers"]),
                seconds=np.array([row["seconds"] for row in decoder], np.float64),
                model=about["model"],
                source=about["source"],
                text=about["text"],
                decoding=Decoding(**about["decoding"]),
                unknown=tuple(Unknown(**item) for item in about["unknown"]),
                reversed=about["reversed"],
                encoder=EncoderTrace(
                    layers=_read_columns(encoder, about["encoder_layers"]),
                    seconds=np.array([row["seconds"] for row in encoder], np.float64),
                    tokens=read,
                ),
                vocabulary=vocabulary,
                ids=np.array([row["id"] for row in decoder], np.int32),
                forced=about["forced"],
                logits=column("logit"),
                probabilities=column("probability"),
                attention=np.array(
                    [[row[name] for name in cls._attention_columns(read)] for row in decoder], np.float32
                )
                if about["attends"]
                else None,
                hypotheses=tuple(Hypothesis(**item) for item in about["hypotheses"]),
                kind=_kind(about, about["attends"]),
                search=_read_search(about.get("search", [])),
            )
            _refuse_misfits(trace)
            return trace
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, csv.Error) as error:
            raise Seq2SeqError(
                tr("This is not the table of a trace ({kind}: {error}).", kind=type(error).__name__, error=error)
            ) from None


csv.field_size_limit(10_000_000)  # `about` holds a whole vocabulary, which the default of 131,072 would refuse

_ABOUT: tuple[str, ...] = ("model", "kind", "source", "text", "decoding", "unknown", "reversed", "forced", "vocabulary")
_ABOUT += ("hypotheses", "search")


def _kind(values: dict[str, Any], attends: bool) -> str:
    kind = values.get("kind", "attention" if attends else "encoder_decoder")  # files of version 0.1 do not say
    if kind not in KINDS:
        raise ValueError(f"a network of kind {kind!r} is not known")
    return kind


def _refuse_misfits(trace: DecodeTrace) -> None:
    """Raises ValueError for what no translation leaves: whoever edits such a file by hand is told what is wrong."""
    decoding, side = trace.decoding, trace.encoder
    layers = (*trace.layers, *side.layers)
    texts = [trace.model, trace.source, trace.text, *trace.vocabulary, *side.tokens, decoding.method, decoding.prefix]
    texts += [name for layer in layers for name in layer.gate_names]
    texts += [item.text for item in trace.unknown] + [item.text for item in trace.hypotheses]
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} where a text belongs")
        text.encode()  # half a character could not be written again
    numbers = [decoding.temperature, *(x for item in trace.hypotheses for x in (item.log_probability, item.score))]
    numbers += [] if decoding.top_p is None else [decoding.top_p]
    for number in numbers:
        if type(number) not in (int, float) or not math.isfinite(number):
            raise ValueError(f"{number!r} where a number belongs")
    whole = [decoding.beam_width, decoding.seed, trace.forced, *(item.position for item in trace.unknown)]
    for number in whole if decoding.top_k is None else (*whole, decoding.top_k):
        if type(number) is not int or not 0 <= number < 2**63:
            raise ValueError(f"{number!r} where a whole number belongs")
    if decoding.method not in DECODING_METHODS:
        raise ValueError(f"a decoding method {decoding.method!r} is not known")
    DECODING_METHODS[decoding.method].from_decoding(decoding)  # refuses dials out of their range
    if not isinstance(trace.reversed, bool):
        raise ValueError(f"reversed={trace.reversed!r}")

    steps, read, tokens = len(trace), len(side.tokens), len(trace.vocabulary)
    if not steps or not read or not trace.layers or not 0 <= trace.ids.min() <= trace.ids.max() < tokens:
        raise ValueError("no steps, no layers, or tokens that the vocabulary does not have")
    if trace.forced > steps or (trace.attention is not None) != trace.claims.looks_back:
        raise ValueError(f"not a trace of the kind {trace.kind}")
    first = trace.layers[0]
    if len(side.layers) != (0 if trace.claims.in_step else len(trace.layers)) or any(
        (layer.gate_names, layer.c is None) != (first.gate_names, first.c is None) for layer in layers
    ):
        raise ValueError("layers of different kinds")
    arrays: list[tuple[np.ndarray, tuple[int, ...]]] = [
        (trace.ids, (steps,)),
        (trace.seconds, (steps,)),
        (side.seconds, (read,)),
    ]
    arrays += [(trace.logits, (steps, tokens)), (trace.probabilities, (steps, tokens))]
    if trace.attention is not None:
        arrays.append((trace.attention, (steps, read)))
    for layer in layers:
        shape = (steps if layer in trace.layers else read, layer.h.shape[-1])
        arrays += [(layer.gates, (shape[0], len(layer.gate_names), shape[1])), (layer.h, shape)]
        arrays += [] if layer.c is None else [(layer.c, shape)]
    for array, expected in arrays:
        # squares of numbers up to there are finite in float32
        if array.shape != expected or expected[-1] < 1 or not (np.abs(array) <= 1e15).all():
            raise ValueError(f"an array of the shape {array.shape}, or not of numbers; {expected} was expected")
    if trace.search and not trace.hypotheses:
        raise ValueError("a search that arrived at nothing")
    open_ = 1
    for weighed in trace.search:
        count = len(weighed.tokens)
        if not weighed.rows.shape == weighed.tokens.shape == weighed.log_probabilities.shape == (count,):
            raise ValueError("a search whose steps are not of one length")
        if type(weighed.kept) is not int or type(weighed.weighed) is not int or not 0 < weighed.kept <= count:
            raise ValueError("a search that kept nothing, or more than it weighed")
        if not ((weighed.rows >= 0) & (weighed.rows < open_) & (weighed.tokens >= 0) & (weighed.tokens < tokens)).all():
            raise ValueError("a search that continues what it had not kept")
        if not (np.abs(weighed.log_probabilities) <= 1e15).all() or not count <= weighed.weighed < 2**63:
            raise ValueError("a search without its numbers")
        ended = [trace.claims.writes_end and trace.vocabulary[token] == END for token in weighed.tokens]
        open_ = weighed.kept - sum(ended[: weighed.kept])
    for share in (trace.probabilities, trace.attention):
        if share is not None and not ((share >= 0) & (share <= 1.001)).all():
            raise ValueError("shares that are not between 0 and 1")


def _columns(steps: Steps) -> dict[str, Any]:
    columns: dict[str, Any] = {"seconds": steps.seconds}
    if steps.layers:
        columns["h_norm"] = steps.h_norms
        if steps.c_norms is not None:
            columns["c_norm"] = steps.c_norms
    for number, layer in enumerate(steps.layers, start=1):
        arrays = {name: layer.gates[:, index] for index, name in enumerate(layer.gate_names)} | {"h": layer.h}
        if layer.c is not None:
            arrays["c"] = layer.c
        for name, values in arrays.items():
            for unit in range(values.shape[1]):
                columns[f"layer{number} {name} {unit}"] = values[:, unit]
    return columns


def _shapes(layers: tuple[LayerTrace, ...]) -> list[dict[str, Any]]:
    return [{"gates": x.gate_names, "units": x.h.shape[1], "has_c": x.c is not None} for x in layers]


def _read_columns(rows: list[dict[str, str]], shapes: list[dict[str, Any]]) -> tuple[LayerTrace, ...]:
    def read(number: int, name: str, units: int) -> np.ndarray:
        names = [f"layer{number} {name} {unit}" for unit in range(units)]
        return np.array([[row[name] for name in names] for row in rows], np.float32).reshape(len(rows), units)

    return tuple(
        LayerTrace(
            tuple(shape["gates"]),
            np.stack([read(number, gate, shape["units"]) for gate in shape["gates"]], axis=1)
            if shape["gates"]
            else np.empty((len(rows), 0, shape["units"]), np.float32),
            read(number, "h", shape["units"]),
            read(number, "c", shape["units"]) if shape["has_c"] else None,
        )
        for number, shape in enumerate(shapes, start=1)
    )


def _read_layers(layers: list[dict[str, Any]]) -> tuple[LayerTrace, ...]:
    return tuple(
        LayerTrace(
            tuple(layer["gate_names"]),
            np.array(layer["gates"], np.float32).reshape(len(layer["h"]), len(layer["gate_names"]), -1)
            if layer["gate_names"]
            else np.empty((*np.shape(layer["h"])[:1], 0, *np.shape(layer["h"])[1:]), np.float32),
            np.array(layer["h"], np.float32),
            None if layer["c"] is None else np.array(layer["c"], np.float32),
        )
        for layer in layers
    )


def _read_search(steps: list[dict[str, Any]]) -> tuple[BeamStep, ...]:
    return tuple(
        BeamStep(
            np.array(step["rows"], np.int64),
            np.array(step["tokens"], np.int64),
            np.array(step["log_probabilities"], np.float64),
            step["kept"],
            step["weighed"],
        )
        for step in steps
    )
