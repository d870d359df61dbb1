"""One recurrent stack in NumPy that writes a token as it reads one.

Source: the trivial case of the Keras ten-minute introduction to seq2seq, where input and output have the same length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from ...errors import Seq2SeqError
from ...keras_file.graph import (
    RECURRENT,
    cells_of,
    only_dense,
    refuse_leftovers,
    refuse_unknown,
    size_of,
    stack_under,
    token_input,
    weights_of_output,
)
from ...keras_file.reader import Layers
from ...language import tr
from ...layers.numerics import product
from ...layers.recurrent import RecurrentCell
from ...layers.stack import States, select_states, step_layers
from ..base import DecoderState, Reading


@dataclass(frozen=True, eq=False)
class SameLengthState(DecoderState):
    """h and c of each layer, the sentence, and how much of it was read."""

    states: States
    ids: np.ndarray  # int (batch, source steps)
    read: int  # tokens

    def select(self, rows: Sequence[int] | np.ndarray) -> SameLengthState:
        return SameLengthState(select_states(self.states, rows), self.ids[rows], self.read)


@dataclass(frozen=True, eq=False)
class SameLength:
    """A stack of cells with a softmax on top: step t reads source token t and writes target token t."""

    stack: tuple[RecurrentCell, ...]  # bottom first
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    source_size: int  # source vocabulary
    reads_padding: bool
    embedding: np.ndarray | None = None  # float32 (source vocabulary, inputs); None: one-hot
    reads_softmax: ClassVar[bool] = False

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def encoder_layers(self) -> Sequence[RecurrentCell]:
        return ()  # nothing is read before it is written from

    @property
    def decoder_layers(self) -> Sequence[RecurrentCell]:
        return self.stack

    @property
    def parameters(self) -> int:
        table = 0 if self.embedding is None else self.embedding.size
        cells = sum(cell.parameters for cell in self.stack)
        return table + cells + self.output_kernel.size + self.output_bias.size

    @cached_property
    def table(self) -> np.ndarray:
        return self.stack[0].input_table(self.embedding)

    def steps(self, source_steps: int) -> int:
        return source_steps

    def encode(self, ids: np.ndarray, lengths: np.ndarray) -> Reading:
        """Nothing is computed yet."""
        return Reading(ids, lengths, (), np.zeros(ids.shape[1]))

    def initial_state(self, reading: Reading) -> SameLengthState:
        return SameLengthState(tuple(cell.zero_state(len(reading.ids)) for cell in self.stack), reading.ids, 0)

    def step(
        self, state: SameLengthState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[SameLengthState, np.ndarray]:
        """Reads the next token of the source; `ids`, what was written last, is not read."""
        states = step_layers(self.stack, self.table[state.ids[:, state.read]], state.states, gates)
        logits = product(states[-1][0], self.output_kernel) + self.output_bias
        return SameLengthState(states, state.ids, state.read + 1), logits


def network_of(layers: Layers) -> SameLength:
    """As `Kind.network`."""
    refuse_unknown(layers, RECURRENT)
    dense = only_dense(layers)
    stack, below = stack_under(layers, dense)
    if not stack:
        raise Seq2SeqError(tr("The Dense layer {layer!r} must read the outputs of recurrent layers.", layer=dense.name))
    if any(len(layer.inputs) != 1 for layer in stack):
        raise Seq2SeqError(tr("A stack that writes as it reads starts from zeros, but this one does not."))
    source = token_input(layers, below)
    refuse_leftovers(layers, [], stack, source, None)
    kernel, bias = weights_of_output(dense, size_of(stack[-1], "units"))
    return SameLength(
        stack=cells_of(stack, source.features, last_returns_sequences=True),
        output_kernel=kernel,
        output_bias=bias,
        source_size=source.tokens,
        reads_padding=not source.masked,
        embedding=source.embedding,
    )
