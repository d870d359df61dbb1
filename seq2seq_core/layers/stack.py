"""Recurrent layers on top of each other: over whole sentences, in one direction or both, or one step at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .gru import GRUCell
from .lstm import LSTMCell
from .recurrent import RecurrentCell

CELLS: dict[str, type[RecurrentCell]] = {"LSTM": LSTMCell, "GRU": GRUCell}  # by the names of Keras' layers

# h and c of each layer, bottom first; c is None where the cell has none. Arrays (batch, units)
States = tuple[tuple[np.ndarray, np.ndarray | None], ...]


@dataclass(frozen=True, eq=False)
class LayerReading:
    """One layer over a batch of sentences; where it reads in both directions, forward and backward side by side."""

    h: np.ndarray  # float32 (batch, steps, units), after each step
    c: np.ndarray | None  # the same of c; None for a cell that has none
    gates: np.ndarray  # float32 (steps, batch, gates, units)
    last_h: np.ndarray  # float32 (batch, units): where each direction ended, which is what is handed over
    last_c: np.ndarray | None


def read(
    directions: Sequence[Sequence[RecurrentCell]], tables: Sequence[np.ndarray], ids: np.ndarray, lengths: np.ndarray
) -> tuple[tuple[LayerReading, ...], np.ndarray]:
    """Reads a batch of sentences.

    Args:
        directions: the cells that read forward, bottom first, then those that read backward, if there are any.
        tables: per direction the projected input of every token id (`RecurrentCell.input_table`).
        ids: int (batch, steps), what stands behind a sentence's length is not read.
        lengths: int (batch,).

    Returns:
        a reading of each layer, bottom first, and the seconds each step took in all of them, float64 (steps,).
    """
    seconds = np.zeros(ids.shape[1])
    readings: list[LayerReading] = []
    for index, cells in enumerate(zip(*directions, strict=True)):
        runs = []
        for backwards, (cell, table) in enumerate(zip(cells, tables, strict=True)):
            # (batch, steps, gates·units)
            projected = _project_all(cell, readings[-1].h) if index else table[ids]
            runs.append(_run(cell, projected, lengths, bool(backwards), seconds))
        readings.append(runs[0] if len(runs) == 1 else _side_by_side(*runs))
    return tuple(readings), seconds


def step_layers(
    cells: Sequence[RecurrentCell], projected: np.ndarray, states: States, gates: Sequence[np.ndarray] | None = None
) -> States:
    """One step of a stack: each layer reads the h of the one below.

    Args:
        projected: the bottom layer's projected input, float32 (batch, gates·units).
        gates: per layer float32 (batch, gates, units) to write the gates into.
    """
    after: list[tuple[np.ndarray, np.ndarray | None]] = []
    for index, (cell, (h, c)) in enumerate(zip(cells, states, strict=True)):
        if index:
            projected = cell.project(after[-1][0])
        after.append(cell.step(projected, h, c, None if gates is None else gates[index]))
    return tuple(after)


def select_states(states: States, rows: Sequence[int] | np.ndarray) -> States:
    """The states of these rows of the batch, which may repeat."""
    return tuple((h[rows], None if c is None else c[rows]) for h, c in states)


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
    def join(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.concatenate([one, other], axis=-1)

    def join_c(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
        return None if one is None or other is None else join(one, other)

    return LayerReading(
        join(forward.h, backward.h),
        join_c(forward.c, backward.c),
        join(forward.gates, backward.gates),
        join(forward.last_h, backward.last_h),
        join_c(forward.last_c, backward.last_c),
    )
