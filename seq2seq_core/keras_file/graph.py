"""From the layers of a `.keras` file to the network: the graph is followed down from the softmax.

What is none of the architectures built here is refused, naming the first layer or setting that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import Seq2SeqError
from ..layers.attention import Attention
from ..layers.gru import GRUCell
from ..layers.recurrent import RecurrentCell
from ..models.encoder_decoder.network import CELLS, EncoderDecoder
from .reader import KerasLayer, TensorReference

# what may stand in a file; anything else is refused by name
_KNOWN = ("InputLayer", "Masking", "NotEqual", "Any", "Embedding", "RepeatVector", "Dense", *CELLS)
_DROPOUT = ("Dropout", "SpatialDropout1D")  # does nothing outside training
_KNOWN_WITH_ATTENTION = (*_KNOWN, "Attention", "Bidirectional", "Concatenate", "Rescaling", *_DROPOUT)

Layers = dict[str, KerasLayer]


def network_from_layers(layers: Layers) -> EncoderDecoder:
    """The network that the layers of a `.keras` file make.

    Raises:
        Seq2SeqError: the graph is none of those built here, naming the first layer or setting that does not fit.
    """
    attends = any(layer.class_name == "Attention" for layer in layers.values())
    for layer in layers.values():
        if layer.class_name not in (_KNOWN_WITH_ATTENTION if attends else _KNOWN):
            raise Seq2SeqError(
                f"The layer {layer.name!r} is a {layer.class_name}, which is not part of any architecture known "
                "here: LSTM or GRU layers, an encoder's and a decoder's, and a softmax Dense layer were expected."
            )
    if attends:
        return _network_with_attention(layers)
    dense = [layer for layer in layers.values() if layer.class_name == "Dense"]
    if len(dense) != 1:
        raise Seq2SeqError(f"The model has {len(dense)} Dense layers where 1 was expected.")
    if dense[0].config.get("activation") != "softmax":
        raise Seq2SeqError(
            f"The layer {dense[0].name!r} has activation={dense[0].config.get('activation')!r}; 'softmax' was expected."
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
    return EncoderDecoder(
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


def _network_with_attention(layers: Layers) -> EncoderDecoder:
    """A bidirectional encoder; a decoder whose bottom layer asks, and above which everything reads [h, context]."""
    softmax = [layer for layer in layers.values() if layer.config.get("activation") == "softmax"]
    if len(softmax) != 1 or softmax[0].class_name != "Dense":
        raise Seq2SeqError(f"The model has {len(softmax)} softmax layers where one, a Dense, was expected.")
    top, attention = _read_by(layers, _expected(_below_dropout(layers, softmax[0]), "Concatenate"), 2)
    decoder = [top]
    while _below_dropout(layers, decoder[0]).class_name == "Concatenate" and len(decoder) <= len(layers):
        below, same = _read_by(layers, _below_dropout(layers, decoder[0]), 2)
        if same is not attention:
            raise Seq2SeqError(f"The layer {decoder[0].name!r} must read the context beside the layer below it.")
        decoder.insert(0, below)
    scaled, memory = _read_by(layers, _expected(attention, "Attention"), 2)
    if attention.config.get("use_scale") or attention.config.get("score_mode") != "dot":
        raise Seq2SeqError(f"The Attention layer {attention.name!r} scores otherwise than by an unscaled dot product.")
    scale, offset = _expected(scaled, "Rescaling").config.get("scale"), scaled.config.get("offset")
    if not isinstance(scale, float) or offset != 0:
        raise Seq2SeqError(
            f"The Rescaling {scaled.name!r} has scale={scale!r} and offset={offset!r}: x and 0 were expected."
        )
    query = _expected(_below(layers, scaled), "Dense")
    if any(layer.class_name not in CELLS for layer in decoder) or _below(layers, query) is not decoder[0]:
        raise Seq2SeqError(f"What asks, {query.name!r}, must read the bottom layer of a recurrent decoder.")
    if query.config.get("use_bias") or query.config.get("activation") not in (None, "linear"):
        raise Seq2SeqError(f"The Dense layer {query.name!r} must be linear and without bias.")
    decoder_input = _token_input(layers, _below(layers, decoder[0]))
    if decoder_input.masked:
        raise Seq2SeqError(f"The decoder's input {decoder_input.name!r} must not be masked.")

    encoder: list[KerasLayer] = []
    layer = memory
    while layer.class_name == "Bidirectional" and len(encoder) <= len(layers):
        encoder.insert(0, layer)
        layer = _below_dropout(layers, layer)
    encoder_input = _token_input(layers, layer)
    if len(encoder) != len(decoder):
        raise Seq2SeqError(f"The encoder has {len(encoder)} layers and the decoder {len(decoder)}: as many are needed.")
    _refuse_leftovers(layers, [*encoder], decoder, encoder_input, decoder_input)

    pairs = [_both_directions(layer) for layer in encoder]
    units = _size(pairs[0][0], "units")
    for reads, writes in zip(encoder, decoder, strict=True):
        _starts_from_both(layers, reads, writes)
    target = _size(softmax[0], "units")
    (query_kernel,) = _shaped(query, (2 * units, 2 * units))
    kernel, bias = _shaped(softmax[0], (4 * units, target), (target,))
    sizes = [encoder_input.features] + [2 * units] * (len(encoder) - 1)
    writes_from = [decoder_input.features] + [4 * units] * (len(decoder) - 1)
    return EncoderDecoder(
        encoder=tuple(_cell(pair[0], size, units, True) for pair, size in zip(pairs, sizes, strict=True)),
        backward_encoder=tuple(
            _cell(pair[1], size, units, True, backwards=True) for pair, size in zip(pairs, sizes, strict=True)
        ),
        decoder=tuple(_cell(layer, size, 2 * units, True) for layer, size in zip(decoder, writes_from, strict=True)),
        output_kernel=kernel,
        output_bias=bias,
        source_size=encoder_input.tokens,
        reads_padding=not encoder_input.masked,
        encoder_embedding=encoder_input.embedding,
        decoder_embedding=decoder_input.embedding,
        attention=Attention(query_kernel * np.float32(scale)),
    )


def _below_dropout(layers: Layers, layer: KerasLayer) -> KerasLayer:
    below = _below(layers, layer)
    return _below(layers, below) if below.class_name in _DROPOUT else below


def _expected(layer: KerasLayer, class_name: str) -> KerasLayer:
    if layer.class_name != class_name:
        raise Seq2SeqError(f"The layer {layer.name!r}, a {layer.class_name}, stands where a {class_name} was expected.")
    return layer


def _read_by(layers: Layers, layer: KerasLayer, count: int) -> list[KerasLayer]:
    """The layers whose first outputs a layer reads."""
    if len(layer.inputs) != count or any(one.index != 0 or one.layer not in layers for one in layer.inputs):
        raise Seq2SeqError(f"The {layer.class_name} {layer.name!r} must read the outputs of {count} layers.")
    return [layers[one.layer] for one in layer.inputs]


def _both_directions(layer: KerasLayer) -> tuple[KerasLayer, KerasLayer]:
    """The two layers inside a Bidirectional one."""
    if layer.config.get("merge_mode") != "concat":
        raise Seq2SeqError(f"The Bidirectional {layer.name!r} must put its directions side by side (concat).")
    count = len(layer.weights) // 2
    sides = []
    # in the file, "backward_layer" comes before "forward_layer"
    for side, weights in (("layer", layer.weights[count:]), ("backward_layer", layer.weights[:count])):
        inside = layer.config[side]
        if inside["class_name"] not in CELLS:
            raise Seq2SeqError(f"{layer.name!r} wraps a {inside['class_name']}: LSTM or GRU was expected.")
        sides.append(KerasLayer(layer.name, inside["class_name"], inside["config"], layer.inputs, weights))
    if sides[0].class_name != sides[1].class_name or _size(sides[0], "units") != _size(sides[1], "units"):
        raise Seq2SeqError(f"The two directions of {layer.name!r} must be alike.")
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
    if found != expected or reads.config["layer"]["class_name"] != writes.class_name:
        raise Seq2SeqError(f"{writes.name!r} does not start from the states of {reads.name!r}, both directions.")


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
        if layer.class_name in ("InputLayer", "Bidirectional", *CELLS) and layer.name not in used:
            raise Seq2SeqError(f"The layer {layer.name!r} is not part of the encoder or the decoder.")


def _cells(stack: list[KerasLayer], inputs: int, last_returns_sequences: bool) -> tuple[RecurrentCell, ...]:
    cells = []
    for layer in stack:
        units = _size(layer, "units")
        returns_sequences = layer is not stack[-1] or last_returns_sequences
        cells.append(_cell(layer, inputs, units, returns_sequences))
        inputs = units
    return tuple(cells)


def _cell(layer: KerasLayer, inputs: int, units: int, return_sequences: bool, backwards: bool = False) -> RecurrentCell:
    kind = CELLS[layer.class_name]
    expected: dict[str, Any] = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "go_backwards": backwards,
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
