"""Reading a `.keras` file as data: a zip with `config.json` (the layer graph) and `model.weights.h5` (the arrays).

Keras' own loader builds objects from what the file names; a stranger's upload must not be able to name anything.
Here the file is only ever JSON and numbers, and what is not understood is refused.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import h5py
import numpy as np

from ..archives import open_zip
from ..errors import Seq2SeqError

if TYPE_CHECKING:
    import keras

MAX_PARAMETERS = 50_000_000
BYTES_PER_PARAMETER = 8  # of the weights file: a float32, and room for what an optimizer keeps of it


@dataclass(frozen=True)
class TensorReference:
    """Output `index` of the layer of that name: what a Keras file calls keras_history."""

    layer: str
    index: int


@dataclass(frozen=True)
class KerasLayer:
    """One layer of the graph, with what it reads and its weights in Keras' order."""

    name: str
    class_name: str
    config: dict[str, Any]
    inputs: tuple[TensorReference, ...]  # of its one call, positional arguments first
    weights: tuple[np.ndarray, ...]


def layers_in_memory(network: keras.Model) -> dict[str, KerasLayer]:
    """The same of a network that is still being trained, with its weights as they are now."""
    arrays = {}
    for layer in network.layers:
        values = (np.asarray(values) for values in layer.get_weights())
        arrays[layer.name] = tuple(values.astype(np.float32) for values in values if values.dtype.kind == "f")
    return {
        name: KerasLayer(name, class_name, config, inputs, arrays.get(name, ()))
        for name, class_name, config, inputs, _ in _graph(json.loads(network.to_json())["config"]["layers"])
    }


def read_keras_file(
    path: str | Path | IO[bytes], name: str = "", max_parameters: int = MAX_PARAMETERS
) -> dict[str, KerasLayer]:
    """The layers of a functional model by name, in the order of its graph.

    Args:
        name: what an open file is called in messages.
        max_parameters: a larger model is refused, and a weights file of more than 8 bytes for each of so many.

    Raises:
        Seq2SeqError: no zip, not a functional model, a graph or weights that cannot be read, or over the limits.
    """
    if isinstance(path, str | Path):
        path, name = Path(path), Path(path).name
        if not path.is_file():
            raise Seq2SeqError(f"There is no file {str(path)!r}.")
    with open_zip(path, name, "a .keras file") as archive:
        for part in ("config.json", "model.weights.h5"):
            if part not in archive.files:
                raise Seq2SeqError(f"{name} has no {part} in it: a .keras file saved by Keras 3 was expected.")
        graph = archive.read_json("config.json")
        weights = archive.read("model.weights.h5", BYTES_PER_PARAMETER * max_parameters)
    if not isinstance(graph, dict) or graph.get("class_name") != "Functional":
        kind = graph.get("class_name") if isinstance(graph, dict) else type(graph).__name__
        raise Seq2SeqError(f"{name} holds a {kind!r} model: a functional Keras model was expected.")
    try:
        return _layers(graph["config"]["layers"], weights, max_parameters)
    except Seq2SeqError:
        raise
    # what a damaged graph raises here, and what h5py raises for damaged weights
    except (LookupError, TypeError, ValueError, AttributeError, OSError, RuntimeError, OverflowError) as error:
        raise Seq2SeqError(
            f"{name} is not laid out as Keras 3 writes its files ({type(error).__name__}: {error})."
        ) from None


def _layers(entries: list[dict[str, Any]], weights: bytes, max_parameters: int) -> dict[str, KerasLayer]:
    arrays = _weights(weights, max_parameters)
    return {
        name: KerasLayer(name, class_name, config, inputs, arrays.get(group, ()))
        for name, class_name, config, inputs, group in _graph(entries)
    }


def _graph(
    entries: list[dict[str, Any]],
) -> Iterator[tuple[str, str, dict[str, Any], tuple[TensorReference, ...], str]]:
    """(name, class, config, inputs, group in the weights file) of each layer."""
    counts: dict[str, int] = {}
    for entry in entries:
        class_name, name = str(entry["class_name"]), str(entry["config"].get("name", entry.get("name")))
        nodes = entry["inbound_nodes"]
        inputs = tuple(_references(nodes[0])) if nodes else ()
        group = ""  # a bare operation, such as the comparison that makes a mask, has no weights
        if not entry["module"].startswith("keras.src.ops"):
            # groups in the weights file are numbered by class: lstm, lstm_1, …
            base = _snake_case(class_name)
            group = f"{base}_{counts[base]}" if base in counts else base
            counts[base] = counts.get(base, 0) + 1
        yield name, class_name, entry["config"], inputs, group


def _references(node: Any) -> Iterator[TensorReference]:
    """Every Keras tensor in a call's arguments, except its mask: that follows from the layers before."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            layer, _, index = node["config"]["keras_history"]
            yield TensorReference(str(layer), int(index))
        else:
            for key, value in node.items():
                if key != "mask":
                    yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _snake_case(name: str) -> str:
    """As Keras names a group: LSTM → lstm, InputLayer → input_layer, Conv1D → conv1d."""
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)).lower()


def _weights(data: bytes, max_parameters: int) -> dict[str, tuple[np.ndarray, ...]]:
    """Arrays by layer group. Links and storage outside the file are refused: they could read this machine's."""
    found: dict[str, dict[str, np.ndarray]] = {}
    total = 0
    with h5py.File(io.BytesIO(data), "r") as file:
        stack: list[tuple[str, h5py.Group]] = [("", file)]
        while stack:
            path, group = stack.pop()
            for key in group:
                if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                    raise Seq2SeqError("The weights file links elsewhere, which is not allowed.")
                item, where = group[key], f"{path}/{key}".lstrip("/")
                if isinstance(item, h5py.Group):
                    if len(where) > 200:
                        raise Seq2SeqError("The weights file is nested too deeply to be one of Keras'.")
                    if where == "layers" or where.startswith("layers/"):  # not optimizer/: its state is not needed
                        stack.append((where, item))
                    continue
                if item.external or item.is_virtual:
                    raise Seq2SeqError("The weights file stores numbers outside itself, which is not allowed.")
                total += item.size or 0
                if total > max_parameters:
                    raise Seq2SeqError(f"The model has more than {max_parameters // 10**6} million parameters.")
                if item.dtype.kind != "f":
                    continue  # seeds of random generators are integers and of no use here
                values = np.asarray(item[()], np.float32)
                if not np.isfinite(values).all():
                    raise Seq2SeqError("The weights contain numbers that are not finite: the training diverged.")
                found.setdefault(where.split("/")[1], {})[where] = values
    return {group: tuple(values[path] for path in sorted(values, key=_by_index)) for group, values in found.items()}


def _by_index(path: str) -> tuple[str, int]:
    parent, _, last = path.rpartition("/")
    return parent, int(last) if last.isdigit() else 0
