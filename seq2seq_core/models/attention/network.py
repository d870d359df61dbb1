"""The encoder-decoder with attention in NumPy: a bidirectional encoder, and a decoder that looks back at all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ...errors import Seq2SeqError
from ...keras_file.entries import TensorReference
from ...keras_file.graph import (
    RECURRENT,
    below,
    cell_of,
    must_be,
    only_softmax,
    question_of,
    read_by,
    refuse_leftovers,
    refuse_unknown,
    shaped,
    size_of,
    token_input,
    weights_of_output,
    wrapped,
)
from ...keras_file.reader import KerasLayer, Layers
from ...language import tr
from ...layers.attention import Attention, Memory, context
from ...layers.numerics import product
from ...layers.recurrent import RecurrentCell
from ...layers.stack import CELLS, States, read, select_states, step_layers
from ..base import DecoderState, Reading
from ..recurrent import RecurrentNetwork, last_states

KNOWN = (*RECURRENT, "Attention", "Bidirectional", "Concatenate", "Rescaling")


@dataclass(frozen=True, eq=False)
class AttentionState(DecoderState):
    """h and c of each decoder layer, what can be looked at, and where the last step looked."""

    states: States
    memory: Memory
    looked_at: np.ndarray | None = None  # float32 (batch, source steps)

    def select(self, rows: Sequence[int] | np.ndarray) -> AttentionState:
        return AttentionState(select_states(self.states, rows), self.memory.select(rows))


@dataclass(frozen=True, eq=False)
class AttentionNetwork(RecurrentNetwork):
    """The decoder's bottom layer asks; everything above it reads its own below and the answer, side by side."""

    backward_encoder: tuple[RecurrentCell, ...] = field(kw_only=True)  # those that read from the end
    attention: Attention = field(kw_only=True)

    @property
    def parameters(self) -> int:
        backward = sum(cell.parameters for cell in self.backward_encoder)
        return super().parameters + backward + self.attention.query_kernel.size

    @cached_property
    def backward_encoder_table(self) -> np.ndarray:
        return self.backward_encoder[0].input_table(self.encoder_embedding)

    def encode(self, ids: np.ndarray, lengths: np.ndarray) -> Reading:
        directions = [self.encoder, self.backward_encoder]
        return Reading(ids, lengths, *read(directions, [self.encoder_table, self.backward_encoder_table], ids, lengths))

    def initial_state(self, reading: Reading) -> AttentionState:
        """Where both directions ended, and all the encoder's outputs to look at."""
        outputs, projected, padding = reading.layers[-1].h, None, None
        if len(outputs) == 1 and len(self.decoder) > 1:
            _, kernel, bias = self.decoder[1].project_parts(outputs.shape[2])
            projected = outputs @ kernel + bias
        shorter = np.arange(outputs.shape[1]) >= reading.lengths[:, None]
        if shorter.any():
            padding = shorter
        return AttentionState(last_states(reading), Memory(outputs, padding, projected))

    def step(
        self, state: AttentionState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[AttentionState, np.ndarray]:
        memory = state.memory
        after = [*step_layers(self.decoder[:1], self.decoder_table[ids], state.states[:1], gates and gates[:1])]
        weights = self.attention.weights(after[0][0], memory)
        found = context(weights, memory.outputs)
        for index, cell in enumerate(self.decoder[1:], start=1):
            h = after[-1][0]
            if index == 1 and memory.projected is not None:
                kernel, _, _ = cell.project_parts(h.shape[1])
                projected = product(h, kernel) + context(weights, memory.projected)
            else:
                projected = cell.project(np.concatenate([h, found], axis=1))
            after.append(cell.step(projected, *state.states[index], None if gates is None else gates[index]))
        logits = self.logits(np.concatenate([after[-1][0], found], axis=1))
        return AttentionState(tuple(after), memory, weights), logits


def network_of(layers: Layers) -> AttentionNetwork:
    """As `Kind.network`."""
    refuse_unknown(layers, KNOWN)
    softmax = only_softmax(layers)
    top, attention = read_by(layers, must_be(below(layers, softmax), "Concatenate"), 2)
    decoder = [top]
    while below(layers, decoder[0]).class_name == "Concatenate" and len(decoder) <= len(layers):
        lower, same = read_by(layers, below(layers, decoder[0]), 2)
        if same is not attention:
            raise Seq2SeqError(
                tr("The layer {layer!r} must read the context beside the layer below it.", layer=decoder[0].name)
            )
        decoder.insert(0, lower)
    query, scale, memory = question_of(layers, attention)
    if any(layer.class_name not in CELLS for layer in decoder) or below(layers, query) is not decoder[0]:
        raise Seq2SeqError(
            tr("What asks, {layer!r}, must read the bottom layer of a recurrent decoder.", layer=query.name)
        )
    decoder_input = token_input(layers, below(layers, decoder[0]))
    decoder_input.refuse_mask()

    encoder: list[KerasLayer] = []
    layer = memory
    while layer.class_name == "Bidirectional" and len(encoder) <= len(layers):
        encoder.insert(0, layer)
        layer = below(layers, layer)
    encoder_input = token_input(layers, layer)
    if len(encoder) != len(decoder):
        raise Seq2SeqError(
            tr(
                "The encoder has {encoder} layers and the decoder {decoder}: as many are needed.",
                encoder=len(encoder),
                decoder=len(decoder),
            )
        )
    refuse_leftovers(layers, encoder, decoder, encoder_input, decoder_input)

    pairs = [_both_directions(layer) for layer in encoder]
    units = size_of(pairs[0][0], "units")
    for reads, writes in zip(encoder, decoder, strict=True):
        _starts_from_both(layers, reads, writes)
    (query_kernel,) = shaped(query, (2 * units, 2 * units))
    kernel, bias = weights_of_output(softmax, 4 * units)
    sizes = [encoder_input.features] + [2 * units] * (len(encoder) - 1)
    writes_from = [decoder_input.features] + [4 * units] * (len(decoder) - 1)
    return AttentionNetwork(
        encoder=tuple(cell_of(pair[0], size, units, True) for pair, size in zip(pairs, sizes, strict=True)),
        backward_encoder=tuple(
            cell_of(pair[1], size, units, True, backwards=True) for pair, size in zip(pairs, sizes, strict=True)
        ),
        decoder=tuple(cell_of(layer, size, 2 * units, True) for layer, size in zip(decoder, writes_from, strict=True)),
        output_kernel=kernel,
        output_bias=bias,
        source_size=encoder_input.tokens,
        reads_padding=not encoder_input.masked,
        encoder_embedding=encoder_input.embedding,
        decoder_embedding=decoder_input.embedding,
        attention=Attention(query_kernel * np.float32(scale)),
    )


def _both_directions(layer: KerasLayer) -> tuple[KerasLayer, KerasLayer]:
    """The two layers inside a Bidirectional one."""
    if layer.config.get("merge_mode") != "concat":
        raise Seq2SeqError(
            tr("The Bidirectional {layer!r} must put its directions side by side (concat).", layer=layer.name)
        )
    count = len(layer.weights) // 2
    sides = []
    for side, weights in (("layer", layer.weights[:count]), ("backward_layer", layer.weights[count:])):
        inside = wrapped(layer, side)
        if inside.class_name not in CELLS:
            raise Seq2SeqError(
                tr("{layer!r} wraps a {kind}: LSTM or GRU was expected.", layer=layer.name, kind=inside.class_name)
            )
        sides.append(replace(inside, weights=weights))
    if sides[0].class_name != sides[1].class_name or size_of(sides[0], "units") != size_of(sides[1], "units"):
        raise Seq2SeqError(tr("The two directions of {layer!r} must be alike.", layer=layer.name))
    return sides[0], sides[1]


def _starts_from_both(layers: Layers, reads: KerasLayer, writes: KerasLayer) -> None:
    """Whether a decoder layer starts from h h and c c of a bidirectional encoder layer."""
    states = 1 + CELLS[writes.class_name].has_c
    joined = [layers[one.layer] for one in writes.inputs[1:] if one.index == 0 and one.layer in layers]
    expected = [
        (TensorReference(reads.name, 1 + state), TensorReference(reads.name, 1 + state + states))
        for state in range(states)
    ]
    found = [layer.inputs for layer in joined if layer.class_name == "Concatenate"]
    if found != expected or wrapped(reads, "layer").class_name != writes.class_name:
        raise Seq2SeqError(
            tr(
                "{writes!r} does not start from the states of {reads!r}, both directions.",
                writes=writes.name,
                reads=reads.name,
            )
        )
