"""The graph of a model as Keras writes it: JSON, with what each layer reads in the form of Keras 3 or of Keras 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import tr

MAX_LAYERS = 500  # a stack of more is no model that anybody can look into


@dataclass(frozen=True)
class TensorReference:
    """Output `index` of the layer of that name: what a Keras file calls keras_history."""

    layer: str
    index: int


@dataclass(frozen=True)
class Entry:
    """A layer as the graph lists it."""

    name: str
    class_name: str
    config: dict[str, Any]
    group: str  # of the weights file of a .keras zip; "": it has no weights
    calls: tuple[tuple[TensorReference, tuple[TensorReference, ...]], ...]  # (its first output, what it reads)


def entries_of(graph: dict[str, Any]) -> list[Entry]:
    """The layers of a functional model.

    Raises:
        Seq2SeqError: there are too many.
        LookupError, TypeError, ValueError, AttributeError: it is not laid out as Keras writes it.
    """
    listed = graph["config"]["layers"]
    if len(listed) > MAX_LAYERS:
        raise Seq2SeqError(
            tr(
                "The model has {count} layers: at most {most} are read.",
                count=whole(len(listed)),
                most=MAX_LAYERS,
            )
        )
    counts: dict[str, int] = {}
    entries = []
    for values in listed:
        class_name, config = str(values["class_name"]), dict(values["config"])
        name = str(config.get("name", values.get("name")))
        if "batch_input_shape" in config:  # its name in Keras 2
            config["batch_shape"] = config.pop("batch_input_shape")
        group = ""  # a bare operation, such as the comparison that makes a mask, has no weights
        if not str(values.get("module") or "").startswith("keras.src.ops"):
            # groups in the weights file are numbered by class: lstm, lstm_1, …
            base = _snake_case(class_name)
            group = f"{base}_{counts[base]}" if base in counts else base
            counts[base] = counts.get(base, 0) + 1
        calls = values["inbound_nodes"] or [[]]  # an input is called by nobody
        entries.append(
            Entry(
                name,
                class_name,
                config,
                group,
                tuple((_output(name, call, 0), tuple(_references(node))) for call, node in enumerate(calls)),
            )
        )
    return entries


def _output(layer: str, call: int, index: int) -> TensorReference:
    return TensorReference(f"{layer}, call {call + 1}" if call else layer, index)


def _references(node: Any) -> Iterator[TensorReference]:
    """Every Keras tensor in a call's arguments, except its mask: that follows from the layers before."""
    match node:
        case {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, call, index]}}:
            yield _output(str(layer), int(call), int(index))
        case [str() as layer, int() as call, int() as index, *arguments]:  # Keras 2
            yield _output(layer, call, index)
            yield from _references(arguments)
        case dict():
            for key, value in node.items():
                if key != "mask":
                    yield from _references(value)
        case list():
            for value in node:
                yield from _references(value)


def _snake_case(name: str) -> str:
    """As Keras names a group: LSTM → lstm, InputLayer → input_layer, Conv1D → conv1d."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()
