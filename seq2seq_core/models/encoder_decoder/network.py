"""The recurrent encoder-decoder in NumPy.

Source: Sutskever et al. 2014 (arXiv:1409.3215), as written in the Keras ten-minute introduction to seq2seq; with GRUs
Cho et al. 2014 (arXiv:1406.1078).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...errors import Seq2SeqError
from ...keras_file.entries import TensorReference
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
from ...keras_file.reader import KerasLayer, Layers
from ...language import tr
from ...layers.numerics import product
from ...layers.stack import CELLS, step_layers
from ..base import Reading
from ..recurrent import RecurrentNetwork, RecurrentState, last_states


@dataclass(frozen=True, eq=False)
class EncoderDecoder(RecurrentNetwork):
    """A stack of cells reads and hands its states over; a stack with a softmax on top writes."""

    reads_softmax: ClassVar[bool] = True

    def initial_state(self, reading: Reading) -> RecurrentState:
        """Where the encoder ended: all that the decoder ever learns of the sentence."""
        return RecurrentState(last_states(reading))

    def step(
        self, state: RecurrentState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[RecurrentState, np.ndarray]:
        # each row of the table has the bias in it, and so has a mixture of them; the last one is the padding's
        table = self.decoder_table
        inputs = table[ids] if ids.ndim == 1 else product(ids, table[: ids.shape[1]])
        states = step_layers(self.decoder, inputs, state.states, gates)
        return RecurrentState(states), self.logits(states[-1][0])


def network_of(layers: Layers) -> EncoderDecoder:
    """As `Kind.network`."""
    refuse_unknown(layers, RECURRENT)
    dense = only_dense(layers)
    decoder, below = stack_under(layers, dense)
    if not decoder:
        raise Seq2SeqError(
            tr("The Dense layer {layer!r} must read the outputs of a recurrent decoder.", layer=dense.name)
        )
    encoder, source = _encoder_of(layers, decoder)
    decoder_input = token_input(layers, below)
    decoder_input.refuse_mask()
    encoder_input = token_input(layers, source)
    refuse_leftovers(layers, encoder, decoder, encoder_input, decoder_input)
    kernel, bias = weights_of_output(dense, size_of(decoder[-1], "units"))
    return EncoderDecoder(
        encoder=cells_of(encoder, encoder_input.features, last_returns_sequences=False),
        decoder=cells_of(decoder, decoder_input.features, last_returns_sequences=True),
        output_kernel=kernel,
        output_bias=bias,
        source_size=encoder_input.tokens,
        reads_padding=not encoder_input.masked,
        encoder_embedding=encoder_input.embedding,
        decoder_embedding=decoder_input.embedding,
    )


def _encoder_of(layers: Layers, decoder: list[KerasLayer]) -> tuple[list[KerasLayer], KerasLayer]:
    """The encoder whose states the decoder starts from, layer by layer."""
    handed = decoder[-1].inputs[1:]
    top = layers.get(handed[0].layer) if handed else None
    if top is None or top.class_name not in CELLS:
        raise Seq2SeqError(
            tr("{layer!r} must start from the states of an encoder, as the tutorial's does.", layer=decoder[-1].name)
        )
    lower, source = stack_under(layers, top)
    encoder = [*lower, top]
    if len(encoder) != len(decoder):
        raise Seq2SeqError(
            tr(
                "The encoder has {encoder} layers and the decoder {decoder}: as many are needed.",
                encoder=len(encoder),
                decoder=len(decoder),
            )
        )
    for reads, writes in zip(encoder, decoder, strict=True):
        states = 1 + CELLS[writes.class_name].has_c
        expected = tuple(TensorReference(reads.name, index) for index in range(1, states + 1))
        if reads is writes or reads.class_name != writes.class_name or writes.inputs[1:] != expected:
            raise Seq2SeqError(
                tr("{writes!r} does not start from the states of {reads!r}.", writes=writes.name, reads=reads.name)
            )
        if (units := size_of(writes, "units")) != size_of(reads, "units"):
            raise Seq2SeqError(
                tr(
                    "The {kind} {writes!r} has units={units}; {expected} were expected, as many as {reads!r} has, "
                    "whose states it starts from.",
                    kind=writes.class_name,
                    writes=writes.name,
                    units=units,
                    expected=size_of(reads, "units"),
                    reads=reads.name,
                )
            )
    return encoder, source
