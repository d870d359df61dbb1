"""Reading what Keras saves as data: a `.keras` zip, or an HDF5 file, as all were before Keras 2.12.

Keras' own loader builds objects from what the file names; a stranger's upload must not be able to name anything.
Here the file is only ever JSON and numbers, and what is not understood is refused.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import h5py
import numpy as np

from ..archives import open_zip, parse_json
from ..errors import Seq2SeqError
from ..language import later, tr
from .entries import Entry, TensorReference, entries_of
from .weights import arrays_under

if TYPE_CHECKING:
    import keras

MAX_PARAMETERS = 50_000_000
BYTES_PER_PARAMETER = 8  # of the weights file: a float32, and room for what an optimizer keeps of it
HDF5 = b"\x89HDF\r\n\x1a\n"  # how such a file begins


@dataclass(frozen=True)
class KerasLayer:
    """One layer of the graph, with what it reads and its weights in Keras' order."""

    name: str
    class_name: str
    config: dict[str, Any]
    inputs: tuple[TensorReference, ...]  # of its one call, positional arguments first
    weights: tuple[np.ndarray, ...]


Layers = dict[str, KerasLayer]


def layers_in_memory(network: keras.Model) -> Layers:
    """The same of a network that is still being trained, with its weights as they are now."""
    arrays = {}
    for layer in network.layers:
        values = (np.asarray(values) for values in layer.get_weights())
        arrays[layer.name] = tuple(values.astype(np.float32) for values in values if values.dtype.kind == "f")
    entries = entries_of(json.loads(network.to_json()))
    return _layers(entries, {entry.name: arrays.get(entry.name, ()) for entry in entries})


def read_keras_file(path: str | Path | IO[bytes], name: str = "", max_parameters: int = MAX_PARAMETERS) -> Layers:
    """The layers of a functional model by name, in the order of its graph.

    A file is taken for what it is, whatever its name ends in: TensorFlow up to 2.11 writes HDF5 under any name.

    Args:
        name: what an open file is called in messages.
        max_parameters: a larger model is refused, and a weights file of more than 8 bytes for each of so many.

    Raises:
        Seq2SeqError: neither kind of file, not a functional model, a graph or weights that cannot be read, or over
            the limits.
    """
    if isinstance(path, str | Path):
        path, name = Path(path), Path(path).name
        if not path.is_file():
            raise Seq2SeqError(tr("There is no file {path!r}.", path=str(path)))
        with path.open("rb") as stream:
            return read_keras_file(stream, name, max_parameters)
    begins = path.read(len(HDF5))
    path.seek(0)
    try:
        return (_hdf5_layers if begins == HDF5 else _zip_layers)(path, name, max_parameters)
    except Seq2SeqError:
        raise
    # what a damaged graph raises here, and what h5py raises for damaged weights
    except (LookupError, TypeError, ValueError, AttributeError, OSError, RuntimeError, OverflowError) as error:
        raise Seq2SeqError(
            tr(
                "{name} is not laid out as Keras writes its files ({kind}: {error}).",
                name=name,
                kind=type(error).__name__,
                error=error,
            )
        ) from None


def _zip_layers(stream: IO[bytes], name: str, max_parameters: int) -> Layers:
    with open_zip(stream, name, later("a .keras file")) as archive:
        for part in ("config.json", "model.weights.h5"):
            if part not in archive.files:
                raise Seq2SeqError(
                    tr("{name} has no {part} in it: a .keras file saved by Keras was expected.", name=name, part=part)
                )
        graph = archive.read_json("config.json")
        weights = archive.read("model.weights.h5", BYTES_PER_PARAMETER * max_parameters)
        metadata = archive.read_json("metadata.json") if "metadata.json" in archive.files else {}
    entries = _functional(graph, name)
    with h5py.File(io.BytesIO(weights), "r") as file:
        if file.get("layers", getlink=True) is None:
            version = metadata.get("keras_version") if isinstance(metadata, dict) else None
            raise Seq2SeqError(
                tr(
                    "{name} was written by Keras {version}, which lays its weights out otherwise. Convert it there, "
                    'with keras.models.load_model("{name}").save("s2s_model.h5"), and give that file.',
                    name=name,
                    version=version,
                )
            )
        found: dict[str, list[np.ndarray]] = {}
        for path, values in arrays_under(file, "layers", max_parameters):
            found.setdefault(path.split("/")[0], []).append(values)
    return _layers(entries, {entry.name: tuple(found.get(entry.group, ())) for entry in entries})


def _hdf5_layers(stream: IO[bytes], name: str, max_parameters: int) -> Layers:
    """What Keras saves as HDF5: the graph is an attribute, and each layer's weights are named in their order."""
    with h5py.File(stream, "r") as file:
        if "model_config" not in file.attrs or file.get("model_weights", getlink=True) is None:
            raise Seq2SeqError(
                tr("{name} holds weights alone, without their layers: save it with model.save(…).", name=name)
            )
        config = file.attrs["model_config"]
        config = config if isinstance(config, bytes) else str(config).encode("utf-8", "surrogatepass")
        entries = _functional(parse_json(config, f"{name}: its model_config"), name)
        arrays = dict(arrays_under(file, "model_weights", max_parameters))
        weights = {}
        for layer, group in file["model_weights"].items():  # by its own name: a path could lead elsewhere
            found = (arrays.get(f"{layer}/{_text(each)}") for each in group.attrs.get("weight_names", []))
            weights[layer] = tuple(values for values in found if values is not None)
    return _layers(entries, {entry.name: weights.get(entry.name, ()) for entry in entries})


def _functional(graph: Any, name: str) -> list[Entry]:
    # Keras 2.0 to 2.3 calls it a Model
    if not isinstance(graph, dict) or graph.get("class_name") not in ("Functional", "Model"):
        kind = graph.get("class_name") if isinstance(graph, dict) else type(graph).__name__
        raise Seq2SeqError(
            tr("{name} holds a {kind!r} model: a functional Keras model was expected.", name=name, kind=kind)
        )
    return entries_of(graph)


def _layers(entries: list[Entry], weights: dict[str, tuple[np.ndarray, ...]]) -> Layers:
    """A layer that is called more than once is one for each call, with the same weights."""
    return {
        reference.layer: KerasLayer(reference.layer, entry.class_name, entry.config, inputs, weights[entry.name])
        for entry in entries
        for reference, inputs in entry.calls
    }


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
