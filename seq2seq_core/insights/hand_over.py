"""The hand-over, changed: the decoder starts from another state than the one that the encoder ended with.

All that it can look at besides, the outputs of an encoder with attention, stays as it was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np

from ..inference.translator import Translator
from ..language import tr
from ..models import DecoderState, Network, Reading


def refuses(model: Translator) -> str:
    """A sentence: why there is no hand-over to change; "" where there is one."""
    if model.kind.claims.in_step:
        return tr("This network hands nothing over: it writes as it reads.")
    if not model.kind.claims.recurrent:
        return tr(
            "This network hands no state over: what it read stays where it was read, and is looked at from there."
        )
    return ""


def handing_over(network: Network, change: Callable[[Reading], Reading]) -> Network:
    """The network, with a decoder that starts from a changed reading."""

    class Changed(type(network)):  # type: ignore[misc]  # of the same kind in all else
        def initial_state(self, reading: Reading) -> DecoderState:
            return super().initial_state(change(reading))

    return Changed(**{each.name: getattr(network, each.name) for each in fields(network)})  # type: ignore[arg-type]


def read_often(model: Translator, source: str, rows: int) -> Reading:
    """A batch in which every row is the same text, read."""
    ids = model.source_ids(source)
    return model.network.encode(np.array([ids] * rows), np.full(rows, len(ids)))


def scaled(reading: Reading, factors: np.ndarray) -> Reading:
    """With each row's h and c multiplied by its factor: float (rows,), or one for all."""
    by = factors.astype(np.float32)[:, None]
    layers = tuple(
        replace(layer, last_h=layer.last_h * by, last_c=None if layer.last_c is None else layer.last_c * by)
        for layer in reading.layers
    )
    return replace(reading, layers=layers)


def mixed(reading: Reading, other: Reading, shares: np.ndarray, parts: str) -> Reading:
    """With each row's share of the other hand-over in place of as much of its own.

    Args:
        other: of one row.
        shares: float (rows,), 0 … 1, or one for all.
        parts: the letters of what is replaced: "h", "c" or "hc".
    """
    by = shares.astype(np.float32)[:, None]
    layers = []
    for layer, given in zip(reading.layers, other.layers, strict=True):
        if "h" in parts:
            layer = replace(layer, last_h=(1 - by) * layer.last_h + by * given.last_h)
        if "c" in parts and layer.last_c is not None and given.last_c is not None:
            layer = replace(layer, last_c=(1 - by) * layer.last_c + by * given.last_c)
        layers.append(layer)
    return replace(reading, layers=tuple(layers))
