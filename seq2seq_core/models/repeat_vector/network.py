"""The repeat-vector network in NumPy.

Source: the Keras example “Sequence to sequence learning for performing number addition”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import Seq2SeqError
from ...keras_file.graph import (
    RECURRENT,
    cells_of,
    must_be,
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
from ...layers.stack import States, select_states, step_layers
from ..base import DecoderState, Reading
from ..recurrent import RecurrentNetwork


@dataclass(frozen=True, eq=False)
class RepeatVectorState(DecoderState):
    """h and c of each decoder layer, and what is read at every step."""

    states: States
    projected: np.ndarray  # float32 (batch, gates·units): the encoder's last h, as the bottom layer projects it

    def select(self, rows: Sequence[int] | np.ndarray) -> RepeatVectorState:
        return RepeatVectorState(select_states(self.states, rows), self.projected[rows])


@dataclass(frozen=True, eq=False)
class RepeatVector(RecurrentNetwork):
    """The decoder starts from zeros and reads the encoder's last h at each step, no tokens."""

    repeats: int = field(kw_only=True)  # steps it writes

    def steps(self, source_steps: int) -> int:
        return self.repeats

    def initial_state(self, reading: Reading) -> RepeatVectorState:
        top = reading.layers[-1].last_h
        zeros = tuple(cell.zero_state(len(top)) for cell in self.decoder)
        return RepeatVectorState(zeros, self.decoder[0].project(top))

    def step(
        self, state: RepeatVectorState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[RepeatVectorState, np.ndarray]:
        states = step_layers(self.decoder, state.projected, state.states, gates)
        return RepeatVectorState(states, state.projected), self.logits(states[-1][0])


def network_of(layers: Layers) -> RepeatVector:
    """As `Kind.network`."""
    refuse_unknown(layers, (*RECURRENT, "RepeatVector"))
    dense = only_dense(layers)
    decoder, below = stack_under(layers, dense)
    if not decoder:
        raise Seq2SeqError(
            tr("The Dense layer {layer!r} must read the outputs of a recurrent decoder.", layer=dense.name)
        )
    repeat = must_be(below, "RepeatVector")
    encoder, source = stack_under(layers, repeat)
    if not encoder:
        raise Seq2SeqError(
            tr("The RepeatVector {layer!r} must read the output of a recurrent encoder.", layer=repeat.name)
        )
    if any(len(layer.inputs) != 1 for layer in decoder):
        raise Seq2SeqError(tr("A decoder that reads a repeated vector starts from zeros, but this one does not."))
    encoder_input = token_input(layers, source)
    refuse_leftovers(layers, encoder, decoder, encoder_input, None)
    kernel, bias = weights_of_output(dense, size_of(decoder[-1], "units"))
    return RepeatVector(
        encoder=cells_of(encoder, encoder_input.features, last_returns_sequences=False),
        decoder=cells_of(decoder, size_of(encoder[-1], "units"), last_returns_sequences=True),
        output_kernel=kernel,
        output_bias=bias,
        source_size=encoder_input.tokens,
        reads_padding=not encoder_input.masked,
        encoder_embedding=encoder_input.embedding,
        repeats=size_of(repeat, "n"),
    )
