"""The recurrent encoder-decoder in NumPy, put together from the layers of a `.keras` file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .errors import Seq2SeqError
from .gru import GRUCell
from .keras_file import KerasLayer, TensorReference
from .lstm import LSTMCell
from .recurrent import RecurrentCell

CELLS: dict[str, type[RecurrentCell]] = {"LSTM": LSTMCell, "GRU": GRUCell}
# what may stand in a file; anything else is refused by name
_KNOWN = ("InputLayer", "Masking", "NotEqual", "Any", "Embedding", "RepeatVector", "Dense", *CELLS)

Layers = dict[str, KerasLayer]
# h and c of each layer, bottom first; c is None where the cell has none. Arrays (batch, units)
States = tuple[tuple[np.ndarray, np.ndarray | None], ...]


@dataclass(frozen=True, eq=False)
class EncoderDecoder:
    """A stack of cells reads and hands its states over; a stack with a softmax on top writes."""

    encoder: tuple[RecurrentCell, ...]  # bottom first
    decoder: tuple[RecurrentCell, ...]
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    source_size: int  # source vocabulary
    reads_padding: bool  # the encoder steps over padding, as the tutorial's does
    encoder_embedding: np.ndarray | None = None  # float32 (source vocabulary, inputs); None: one-hot
    decoder_embedding: np.ndarray | None = None
    repeats: int | None = None  # repeat_vector: reads the encoder's last h at each of so many steps, no tokens

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def parameters(self) -> int:
        tables = [table.size for table in (self.encoder_embedding, self.decoder_embedding) if table is not None]
        cells = [cell.parameters for cell in (*self.encoder, *self.decoder)]
        return sum(tables) + sum(cells) + self.output_kernel.size + self.output_bias.size

    @cached_property
    def encoder_table(self) -> np.ndarray:
        return self.encoder[0].input_table(self.encoder_embedding)

    @cached_property
    def decoder_table(self) -> np.ndarray:
        return self.decoder[0].input_table(self.decoder_embedding)

    def logits(self, h: np.ndarray) -> np.ndarray:
        """(batch, units) to (batch, target vocabulary)."""
        return h @ self.output_kernel + self.output_bias

    @classmethod
    def from_keras_layers(cls, layers: Layers) -> EncoderDecoder:
        """Follows the graph down from the softmax.

        Raises:
            Seq2SeqError: the graph is none of those built here, naming the first layer or setting that does not fit.
        """
        for layer in layers.values():
            if layer.class_name not in _KNOWN:
                raise Seq2SeqError(
                    f"The layer {layer.name!r} is a {layer.class_name}, which is not part of any architecture known "
                    "here: LSTM or GRU layers, an encoder's and a decoder's, and a softmax Dense layer were expected."
                )
        dense = [layer for layer in layers.values() if layer.class_name == "Dense"]
        if len(dense) != 1:
            raise Seq2SeqError(f"The model has {len(dense)} Dense layers where 1 was expected.")
        if dense[0].config.get("activation") != "softmax":
            raise Seq2SeqError(
                f"The layer {dense[0].name!r} has activation={dense[0].config.get('activation')!r}; "
                "'softmax' was expected."
            )
        decoder, below = _stack(layers, dense[0])
        if not decoder:
            raise Seq2SeqError(f"The Dense layer {dense[0].name!r} must read the outputs of a recurrent decoder.")
        if below.class_name == "RepeatVector":
            encoder, source = _stack(layers, below)
            repeats, decoder_input = _size(below, "n"), None
            if any(len(layer.inputs) != 1 for layer in decoder):
                raise Seq2SeqError("A decoder that reads a repeated vector starts from zeros, but this one does not.")
        else:
            encoder, source = _encoder_of(layers, decoder)
            repeats, decoder_input = None, _token_input(layers, below)
            if decoder_input.masked:
                raise Seq2SeqError(f"The decoder's input {decoder_input.name!r} must not be masked.")
        encoder_input = _token_input(layers, source)
        _refuse_leftovers(layers, encoder, decoder, encoder_input, decoder_input)

        top = _size(decoder[-1], "units")
        kernel, bias = _shaped(dense[0], (top, _size(dense[0], "units")), (_size(dense[0], "units"),))
        first = _size(encoder[-1], "units") if decoder_input is None else decoder_input.features
        return cls(
            encoder=_cells(encoder, encoder_input.features, last_returns_sequences=False),
            decoder=_cells(decoder, first, last_returns_sequences=True),
            output_kernel=kernel,
            output_bias=bias,
            source_size=encoder_input.tokens,
            reads_padding=not encoder_input.masked,
            encoder_embedding=encoder_input.embedding,
            decoder_embedding=decoder_input.embedding if decoder_input else None,
            repeats=repeats,
        )


@dataclass(frozen=True, eq=False)
class _TokenInput:
    """An input layer and what lies between it and the first recurrent layer."""

    name: str
    tokens: int
    features: int
    masked: bool
    embedding: np.ndarray | None


def _below(layers: Layers, layer: KerasLayer) -> KerasLayer:
    reference = layer.inputs[0] if layer.inputs else None
    if reference is None or reference.index != 0 or reference.layer not in layers:
        raise Seq2SeqError(f"The layer {layer.name!r} does not read the outputs of another layer.")
    return layers[reference.layer]


def _stack(layers: Layers, above: KerasLayer) -> tuple[list[KerasLayer], KerasLayer]:
    """(the recurrent layers that `above` reads, bottom first, and the layer under them)."""
    found: list[KerasLayer] = []
    layer = _below(layers, above)
    while layer.class_name in CELLS:
        if layer in found:
            raise Seq2SeqError(f"The layer {layer.name!r} reads itself.")
        found.insert(0, layer)
        layer = _below(layers, layer)
    return found, layer


def _encoder_of(layers: Layers, decoder: list[KerasLayer]) -> tuple[list[KerasLayer], KerasLayer]:
    """The encoder whose states the decoder starts from, layer by layer."""
    handed = decoder[-1].inputs[1:]
    top = layers.get(handed[0].layer) if handed else None
    if top is None or top.class_name not in CELLS:
        raise Seq2SeqError(f"{decoder[-1].name!r} must start from the states of an encoder, as the tutorial's does.")
    lower, source = _stack(layers, top)
    encoder = [*lower, top]
    if len(encoder) != len(decoder):
        raise Seq2SeqError(f"The encoder has {len(encoder)} layers and the decoder {len(decoder)}: as many are needed.")
    for reads, writes in zip(encoder, decoder, strict=True):
        states = 1 + CELLS[writes.class_name].has_c
        expected = tuple(TensorReference(reads.name, index) for index in range(1, states + 1))
        if reads is writes or reads.class_name != writes.class_name or writes.inputs[1:] != expected:
            raise Seq2SeqError(f"{writes.name!r} does not start from the states of {reads.name!r}.")
        if (units := _size(writes, "units")) != _size(reads, "units"):
            raise Seq2SeqError(
                f"The {writes.class_name} {writes.name!r} has units={units}; {_size(reads, 'units')} were expected, "
                f"as many as {reads.name!r} has, whose states it starts from."
            )
    return encoder, source


def _token_input(layers: Layers, layer: KerasLayer) -> _TokenInput:
    masked, embedding = False, None
    if layer.class_name == "Masking":
        if layer.config.get("mask_value") != 0.0:
            raise Seq2SeqError(f"The Masking layer {layer.name!r} masks something else than all-zero vectors.")
        masked, layer = True, _below(layers, layer)
    elif layer.class_name == "Embedding":
        masked = layer.config.get("mask_zero") is True
        (embedding,) = _shaped(layer, (_size(layer, "input_dim"), _size(layer, "output_dim")))
        layer = _below(layers, layer)
    if layer.class_name != "InputLayer":
        raise Seq2SeqError(f"The layer {layer.name!r}, a {layer.class_name}, stands where an input was expected.")
    if embedding is not None:
        return _TokenInput(layer.name, embedding.shape[0], embedding.shape[1], masked, embedding)
    size = _size(layer, "batch_shape")
    return _TokenInput(layer.name, size, size, masked, None)


def _refuse_leftovers(
    layers: Layers,
    encoder: list[KerasLayer],
    decoder: list[KerasLayer],
    encoder_input: _TokenInput,
    decoder_input: _TokenInput | None,
) -> None:
    inputs = {encoder_input.name} | ({decoder_input.name} if decoder_input else set())
    used = inputs | {layer.name for layer in (*encoder, *decoder)}
    if decoder_input and decoder_input.name == encoder_input.name:
        raise Seq2SeqError("Encoder and decoder must each read an input of their own.")
    for layer in layers.values():
        if layer.class_name in ("InputLayer", *CELLS) and layer.name not in used:
            raise Seq2SeqError(f"The layer {layer.name!r} is not part of the encoder or the decoder.")


def _cells(stack: list[KerasLayer], inputs: int, last_returns_sequences: bool) -> tuple[RecurrentCell, ...]:
    cells = []
    for layer in stack:
        units = _size(layer, "units")
        returns_sequences = layer is not stack[-1] or last_returns_sequences
        cells.append(_cell(layer, inputs, units, returns_sequences))
        inputs = units
    return tuple(cells)


def _cell(layer: KerasLayer, inputs: int, units: int, return_sequences: bool) -> RecurrentCell:
    kind = CELLS[layer.class_name]
    expected: dict[str, Any] = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "go_backwards": False,
        "stateful": False,
        "return_sequences": return_sequences,
    }
    if kind is GRUCell:
        expected["reset_after"] = True
    for setting, value in expected.items():
        if layer.config.get(setting) != value:
            raise Seq2SeqError(
                f"The {layer.class_name} {layer.name!r} has {setting}={layer.config.get(setting)!r}; "
                f"{value!r} was expected."
            )
    width = len(kind.gates) * units
    bias = (2, width) if kind is GRUCell else (width,)
    return kind(*_shaped(layer, (inputs, width), (units, width), bias))


def _size(layer: KerasLayer, setting: str) -> int:
    """A positive whole number among a layer's settings; of a shape, its last."""
    value = layer.config.get(setting)
    if isinstance(value, list) and value:
        value = value[-1]
    if type(value) is not int or value < 1:
        raise Seq2SeqError(f"The layer {layer.name!r} does not say how large it is: {setting}={value!r}.")
    return value


def _shaped(layer: KerasLayer, *shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    found = tuple(array.shape for array in layer.weights)
    if found != shapes:
        raise Seq2SeqError(f"The layer {layer.name!r} has weights of shapes {found}; {shapes} were expected.")
    return layer.weights
