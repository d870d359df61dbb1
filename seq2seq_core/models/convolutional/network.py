"""The convolutional encoder-decoder in NumPy: no state is carried from step to step, only what was read is kept.

Source: Gehring et al. 2017 (arXiv:1705.03122); `keras_model.py` says what is simpler here.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...data.vectorization import one_hot
from ...decimals import whole
from ...errors import Seq2SeqError
from ...keras_file.graph import (
    below,
    must_be,
    only_softmax,
    question_of,
    read_by,
    refuse_settings,
    refuse_unknown,
    shaped,
    size_of,
    token_input,
    weights_of_output,
)
from ...keras_file.reader import KerasLayer, Layers
from ...language import tr
from ...layers.attention import Attention, Memory, context
from ...layers.convolution import Convolution
from ...layers.normalization import Normalization
from ...layers.numerics import product
from ...layers.stack import LayerReading, States, select_states
from ..base import DecoderState, Reading

KNOWN = ("InputLayer", "Conv1D", "Add", "LayerNormalization", "Dense", "Rescaling", "Attention")
MAX_SPAN = 1_000  # steps; no sentence here is longer


@dataclass(frozen=True, eq=False)
class Block:
    """y = Norm(x + ReLU(convolution(x))); without the shortcut where x has another size, at the bottom."""

    convolution: Convolution
    normalization: Normalization
    shortcut: bool

    gates = ()
    has_c = False

    @property
    def units(self) -> int:
        return len(self.convolution.bias)

    @property
    def parameters(self) -> int:
        return self.convolution.parameters + self.normalization.parameters

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """float32 (batch, steps, inputs) to (batch, steps, units)."""
        return self._finish(x, self.convolution(x))

    def step(self, past: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Convolution.step`."""
        past, convolved = self.convolution.step(past, x)
        return past, self._finish(x, convolved)

    def _finish(self, x: np.ndarray, convolved: np.ndarray) -> np.ndarray:
        convolved = np.maximum(convolved, 0)
        return self.normalization(x + convolved if self.shortcut else convolved)


@dataclass(frozen=True, eq=False)
class ConvolutionalState(DecoderState):
    """What each block has given last, what its convolution still has to read of the past, and what can be looked at."""

    states: States
    pasts: tuple[np.ndarray, ...]  # per block float32 (batch, span, inputs)
    memory: Memory
    looked_at: np.ndarray | None = None  # float32 (batch, source steps)

    def select(self, rows: Sequence[int] | np.ndarray) -> ConvolutionalState:
        pasts = tuple(past[rows] for past in self.pasts)
        return ConvolutionalState(select_states(self.states, rows), pasts, self.memory.select(rows))


@dataclass(frozen=True, eq=False)
class ConvolutionalNetwork:
    """The decoder's bottom block asks, and the answer is added to its output; the blocks above read the sum."""

    encoder: tuple[Block, ...]  # bottom first
    decoder: tuple[Block, ...]
    attention: Attention
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    reads_padding = True  # a convolution knows no mask
    reads_softmax: ClassVar[bool] = False

    @property
    def source_size(self) -> int:
        return self.encoder[0].convolution.kernel.shape[1]

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def parameters(self) -> int:
        blocks = sum(block.parameters for block in (*self.encoder, *self.decoder))
        return blocks + self.attention.query_kernel.size + self.output_kernel.size + self.output_bias.size

    @property
    def encoder_layers(self) -> Sequence[Block]:
        return self.encoder

    @property
    def decoder_layers(self) -> Sequence[Block]:
        return self.decoder

    def steps(self, source_steps: int) -> int | None:
        return None

    def encode(self, ids: np.ndarray, lengths: np.ndarray) -> Reading:
        """All steps at once, layer by layer: a step's time is its share of the whole."""
        started = time.perf_counter()
        batch, steps = ids.shape
        ended = (np.arange(steps) >= lengths[:, None])[:, :, None]  # what stands behind a sentence is zeros
        x = one_hot(ids, self.source_size)
        layers = []
        for block in self.encoder:
            x = np.where(ended, np.float32(0), block(x))
            no_gates: np.ndarray = np.empty((steps, batch, 0, block.units), np.float32)
            layers.append(LayerReading(x, None, no_gates, x[np.arange(batch), lengths - 1], None))
        return Reading(ids, lengths, tuple(layers), np.full(steps, (time.perf_counter() - started) / steps))

    def initial_state(self, reading: Reading) -> ConvolutionalState:
        """Nothing written and nothing handed over: what the encoder gave is there to be looked at."""
        outputs = reading.layers[-1].h
        batch, steps = outputs.shape[:2]
        shorter = np.arange(steps) >= reading.lengths[:, None]
        return ConvolutionalState(
            tuple((np.zeros((batch, block.units), np.float32), None) for block in self.decoder),
            tuple(block.convolution.no_past(batch) for block in self.decoder),
            Memory(outputs, shorter if shorter.any() else None),
        )

    def step(
        self, state: ConvolutionalState, ids: np.ndarray, gates: Sequence[np.ndarray] | None = None
    ) -> tuple[ConvolutionalState, np.ndarray]:
        x = one_hot(ids, self.target_size)
        given, pasts = [], []
        for index, block in enumerate(self.decoder):
            past, x = block.step(state.pasts[index], x)
            given.append((x, None))
            pasts.append(past)
            if index == 0:
                weights = self.attention.weights(x, state.memory)
                x = x + context(weights, state.memory.outputs)
        logits = product(x, self.output_kernel) + self.output_bias
        return ConvolutionalState(tuple(given), tuple(pasts), state.memory, weights), logits


def network_of(layers: Layers) -> ConvolutionalNetwork:
    """As `Kind.network`."""
    refuse_unknown(layers, KNOWN)
    softmax = only_softmax(layers)
    above, answered = _blocks_under(layers, below(layers, softmax))
    asking, attention = read_by(layers, must_be(answered, "Add"), 2)
    query, scale, memory = question_of(layers, attention)
    if below(layers, query) is not asking:
        raise Seq2SeqError(
            tr(
                "What asks, {layer!r}, must read what the answer is added to, {below!r}.",
                layer=query.name,
                below=asking.name,
            )
        )
    bottom, reads_target = _blocks_under(layers, asking)
    if len(bottom) != 1:
        raise Seq2SeqError(
            tr(
                "{layer!r} asks above {count} blocks of the decoder; 1 was expected.",
                layer=query.name,
                count=len(bottom),
            )
        )
    encoder, reads_source = _blocks_under(layers, memory)
    decoder = [*bottom, *above]
    if len(encoder) != len(decoder):
        raise Seq2SeqError(
            tr(
                "The encoder has {encoder} blocks and the decoder {decoder}: as many are needed.",
                encoder=len(encoder),
                decoder=len(decoder),
            )
        )
    source, target = token_input(layers, reads_source), token_input(layers, reads_target)
    if source.name == target.name:
        raise Seq2SeqError(tr("Encoder and decoder must each read an input of their own."))
    used = {source.name, target.name} | {part.name for parts in (*encoder, *decoder) for part in parts}
    for layer in layers.values():
        if layer.class_name in ("InputLayer", "Conv1D", "LayerNormalization") and layer.name not in used:
            raise Seq2SeqError(tr("The layer {layer!r} is not part of the encoder or the decoder.", layer=layer.name))

    units = size_of(encoder[0][0], "filters")
    (query_kernel,) = shaped(query, (units, units))
    kernel, bias = weights_of_output(softmax, units)
    return ConvolutionalNetwork(
        encoder=_blocks_of(encoder, source.tokens, units, "same"),
        decoder=_blocks_of(decoder, target.tokens, units, "causal"),
        attention=Attention(query_kernel * np.float32(scale)),
        output_kernel=kernel,
        output_bias=bias,
    )


def _blocks_under(layers: Layers, top: KerasLayer) -> tuple[list[tuple[KerasLayer, ...]], KerasLayer]:
    """(the layers of each block from `top` down, bottom first: convolution, normalization, and the shortcut's sum
    where it has one; the layer under them)."""
    found: list[tuple[KerasLayer, ...]] = []
    layer = top
    while layer.class_name == "LayerNormalization":
        if any(layer in parts for parts in found):
            raise Seq2SeqError(tr("The layer {layer!r} reads itself.", layer=layer.name))
        read = below(layers, layer)
        if read.class_name == "Add":
            under, convolution = read_by(layers, read, 2)
            if below(layers, must_be(convolution, "Conv1D")) is not under:
                raise Seq2SeqError(
                    tr(
                        "{sum!r} must add to {convolution!r} what that reads.",
                        sum=read.name,
                        convolution=convolution.name,
                    )
                )
            found.insert(0, (convolution, layer, read))
        else:
            under = below(layers, must_be(read, "Conv1D"))
            found.insert(0, (read, layer))
        layer = under
    return found, layer


def _blocks_of(found: list[tuple[KerasLayer, ...]], inputs: int, units: int, padding: str) -> tuple[Block, ...]:
    """The blocks of a stack whose bottom one has so many inputs. Raises Seq2SeqError for what is not computed here."""
    blocks: list[Block] = []
    for convolution, normalization, *summed in found:
        if bool(summed) != bool(blocks):
            raise Seq2SeqError(
                tr("{layer!r}: every block but the bottom one must have a shortcut.", layer=normalization.name)
            )
        refuse_settings(
            convolution,
            {"padding": padding, "strides": [1], "groups": 1, "activation": "relu", "use_bias": True}
            | {"data_format": "channels_last", "filters": units},
        )
        refuse_settings(normalization, {"axis": [-1], "center": True, "scale": True})
        width, dilation = size_of(convolution, "kernel_size"), size_of(convolution, "dilation_rate")
        if (width - 1) * dilation > MAX_SPAN:
            raise Seq2SeqError(
                tr(
                    "The Conv1D {layer!r} sees {count} steps at once: at most {most} are known here.",
                    layer=convolution.name,
                    count=whole((width - 1) * dilation),
                    most=whole(MAX_SPAN),
                )
            )
        epsilon = normalization.config.get("epsilon")
        if not isinstance(epsilon, float) or not 1e-12 <= epsilon <= 1:
            raise Seq2SeqError(
                tr(
                    "The layer {layer!r} has epsilon={epsilon!r}: a number from 1e-12 to 1 was expected.",
                    layer=normalization.name,
                    epsilon=epsilon,
                )
            )
        kernel, bias = shaped(convolution, (width, units if blocks else inputs, units), (units,))
        gamma, beta = shaped(normalization, (units,), (units,))
        blocks.append(
            Block(
                Convolution(kernel, bias, dilation, causal=padding == "causal"),
                Normalization(gamma, beta, epsilon),
                shortcut=bool(summed),
            )
        )
    return tuple(blocks)
