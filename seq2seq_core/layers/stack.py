"""The encoder over whole sentences, one or many: layer by layer, in one direction or in both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .recurrent import RecurrentCell

if TYPE_CHECKING:
    from ..models.encoder_decoder.network import EncoderDecoder


@dataclass(frozen=True, eq=False)
class LayerReading:
    """One layer over a batch of sentences; where it reads in both directions, forward and backward side by side."""

    h: np.ndarray  # float32 (batch, steps, units), after each step
    c: np.ndarray | None  # the same of c; None for a cell that has none
    gates: np.ndarray  # float32 (steps, batch, gates, units)
    last_h: np.ndarray  # float32 (batch, units): where each direction ended, which is what is handed over
    last_c: np.ndarray | None


def read(network: EncoderDecoder, ids: np.ndarray, lengths: np.ndarray) -> tuple[list[LayerReading], np.ndarray]:
    """Reads a batch of sentences.

    Args:
        ids: int (batch, steps), what stands behind a sentence's length is not read.
        lengths: int (batch,).

    Returns:
        a reading of each layer, bottom first, and the seconds each step took in all of them, float64 (steps,).
    """
    seconds = np.zeros(ids.shape[1])
    readings: list[LayerReading] = []
    for index, cell in enumerate(network.encoder):
        directions = [(cell, network.encoder_table)]
        if network.backward_encoder:
            directions.append((network.backward_encoder[index], network.backward_encoder_table))
        runs = []
        for backwards, (one, table) in enumerate(directions):
            # (batch, steps, gates·units)
            projected = _project_all(one, readings[-1].h) if index else table[ids]
            runs.append(_run(one, projected, lengths, bool(backwards), seconds))
        readings.append(runs[0] if len(runs) == 1 else _side_by_side(*runs))
    return readings, seconds


def _project_all(cell: RecurrentCell, x: np.ndarray) -> np.ndarray:
    return cell.project(x.reshape(-1, x.shape[2])).reshape(*x.shape[:2], -1)


def _run(
    cell: RecurrentCell, projected: np.ndarray, lengths: np.ndarray, backwards: bool, seconds: np.ndarray
) -> LayerReading:
    batch, steps, _ = projected.shape
    gates = np.empty((steps, batch, len(cell.gates), cell.units), np.float32)
    all_h = np.empty((batch, steps, cell.units), np.float32)
    all_c = np.empty_like(all_h) if cell.has_c else None
    h, c = cell.zero_state(batch)
    shortest = lengths.min()
    for step in reversed(range(steps)) if backwards else range(steps):
        started = time.perf_counter()
        new_h, new_c = cell.step(projected[:, step], h, c, gates[step])
        if step >= shortest:  # a shorter sentence keeps the state it has
            ended = (lengths <= step)[:, None]
            new_h = np.where(ended, h, new_h)
            new_c = None if new_c is None or c is None else np.where(ended, c, new_c)
        h, c = new_h, new_c
        all_h[:, step] = h
        if all_c is not None and c is not None:
            all_c[:, step] = c
        seconds[step] += time.perf_counter() - started
    return LayerReading(all_h, all_c, gates, h, c)


def _side_by_side(forward: LayerReading, backward: LayerReading) -> LayerReading:
    def join(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
        return None if one is None or other is None else np.concatenate([one, other], axis=-1)

    h, gates, last_h = (
        join(forward.h, backward.h),
        join(forward.gates, backward.gates),
        join(forward.last_h, backward.last_h),
    )
    assert h is not None
    assert gates is not None
    assert last_h is not None
    return LayerReading(h, join(forward.c, backward.c), gates, last_h, join(forward.last_c, backward.last_c))
