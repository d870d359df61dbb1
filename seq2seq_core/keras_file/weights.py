"""The arrays of an HDF5 file, within limits: it is a file system of its own, with links and storage elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

import h5py
import numpy as np

from ..decimals import whole
from ..errors import Seq2SeqError
from ..language import tr

MAX_OBJECTS = 10_000  # groups and arrays; two or three a layer
MAX_WEIGHT = 1e4  # no trained weight comes near it, and products of weights up to it are finite in float32


def arrays_under(file: h5py.File, top: str, max_parameters: int) -> Iterator[tuple[str, np.ndarray]]:
    """(path below the group `top`, float32 array) of all its arrays of floats, as Keras orders a layer's weights.

    Links and storage outside the file are refused: they could read this machine's. A group that is reachable on many
    paths is read on one.

    Raises:
        Seq2SeqError: for such a link, over a limit, or for a number that no training can end with.
    """
    found = {}
    parameters = objects = 0
    seen: set[int] = set()
    stack: list[tuple[str, h5py.Group]] = [("", file)]
    while stack:
        path, group = stack.pop()
        if (address := h5py.h5o.get_info(group.id).addr) in seen:
            continue
        seen.add(address)
        for key in group:
            objects += 1
            if objects > MAX_OBJECTS:
                raise Seq2SeqError(
                    tr("The weights file has more than {most} groups and arrays.", most=whole(MAX_OBJECTS))
                )
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                raise Seq2SeqError(tr("The weights file links elsewhere, which is not allowed."))
            item, where = group[key], f"{path}/{key}".lstrip("/")
            if isinstance(item, h5py.Group):
                if where == top or where.startswith(f"{top}/"):  # not optimizer/: its state is not needed
                    stack.append((where, item))
                continue
            if item.external or item.is_virtual:
                raise Seq2SeqError(tr("The weights file stores numbers outside itself, which is not allowed."))
            # a chunk is unpacked whole, however little of it is in use
            parameters += max(item.size or 0, math.prod(item.chunks or ()))
            if parameters > max_parameters:
                raise Seq2SeqError(
                    tr("The model has more than {most} million parameters.", most=max_parameters // 10**6)
                )
            if item.dtype.kind != "f" or not where.startswith(f"{top}/"):
                continue  # seeds of random generators are integers and of no use here
            values = np.asarray(item[()])
            if not (np.abs(values) <= MAX_WEIGHT).all():
                raise Seq2SeqError(
                    tr(
                        "The weights contain numbers that are not finite, or larger than {most}: the training "
                        "diverged.",
                        most=whole(MAX_WEIGHT),
                    )
                )
            found[where.removeprefix(f"{top}/")] = values.astype(np.float32)
    for path in sorted(found, key=_order):
        yield path, found[path]


def _order(path: str) -> tuple[str, int]:
    """As `get_weights` of a layer: by number, and of both directions the one that reads forward first."""
    parent, _, last = path.rpartition("/")
    return parent.replace("/backward_layer", "/layer_backward"), int(last) if last.isdecimal() else 0
