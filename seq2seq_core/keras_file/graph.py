"""Walking the layers of a `.keras` file, down from the softmax: what the kinds of network are put together with.

What does not fit is refused, naming the first layer or setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import Seq2SeqError
from ..language import tr
from ..layers.gru import GRUCell
from ..layers.recurrent import RecurrentCell
from ..layers.stack import CELLS
from .reader import KerasLayer, Layers

# what may stand in a file of two recurrent stacks; anything else is refused by name
RECURRENT = ("InputLayer", "Masking", "NotEqual", "Any", "Embedding", "Dense", *CELLS)


def refuse_unknown(layers: Layers, known: Sequence[str]) -> None:
    """Raises Seq2SeqError for the first layer of a class that is not known."""
    for layer in layers.values():
        if layer.class_name not in known:
            raise Seq2SeqError(
                tr(
                    "The layer {layer!r} is a {kind}, which is not part of any architecture known "
                    "here: layers of the classes {known} were expected.",
                    layer=layer.name,
                    kind=layer.class_name,
                    known=", ".join(known),
                )
            )


def only_dense(layers: Layers) -> KerasLayer:
    """The softmax on top, where it is the only Dense layer."""
    dense = [layer for layer in layers.values() if layer.class_name == "Dense"]
    if len(dense) != 1:
        raise Seq2SeqError(tr("The model has {count} Dense layers where 1 was expected.", count=len(dense)))
    if dense[0].config.get("activation") != "softmax":
        raise Seq2SeqError(
            tr(
                "The layer {layer!r} has activation={activation!r}; 'softmax' was expected.",
                layer=dense[0].name,
                activation=dense[0].config.get("activation"),
            )
        )
    return dense[0]


def only_softmax(layers: Layers) -> KerasLayer:
    """The softmax on top, where other Dense layers may stand below it."""
    softmax = [layer for layer in layers.values() if layer.config.get("activation") == "softmax"]
    if len(softmax) != 1 or softmax[0].class_name != "Dense":
        raise Seq2SeqError(
            tr("The model has {count} softmax layers where one, a Dense, was expected.", count=len(softmax))
        )
    return softmax[0]


def has(layers: Layers, class_name: str) -> bool:
    """Whether a layer of this class is among them."""
    return any(layer.class_name == class_name for layer in layers.values())


def weights_of_output(dense: KerasLayer, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (units, target vocabulary) and bias of the softmax."""
    target = size_of(dense, "units")
    kernel, bias = shaped(dense, (units, target), (target,))
    return kernel, bias


def must_be(layer: KerasLayer, class_name: str) -> KerasLayer:
    """The layer, where it is of that class."""
    if layer.class_name != class_name:
        raise Seq2SeqError(
            tr(
                "The layer {layer!r}, a {kind}, stands where a {class_name} was expected.",
                layer=layer.name,
                kind=layer.class_name,
                class_name=class_name,
            )
        )
    return layer


def wrapped(layer: KerasLayer, setting: str) -> KerasLayer:
    """The layer that a wrapper has for a setting, as if it stood in its place; without weights."""
    match layer.config.get(setting):
        case {"class_name": str() as class_name, "config": dict() as config}:
            return KerasLayer(layer.name, class_name, config, layer.inputs, ())
    raise Seq2SeqError(
        tr(
            "The {kind} {layer!r} does not say which layer it wraps: {setting} has none.",
            kind=layer.class_name,
            layer=layer.name,
            setting=setting,
        )
    )


def read_by(layers: Layers, layer: KerasLayer, count: int) -> list[KerasLayer]:
    """The layers whose first outputs a layer reads."""
    if len(layer.inputs) != count or any(one.index != 0 or one.layer not in layers for one in layer.inputs):
        raise Seq2SeqError(
            tr(
                "The {kind} {layer!r} must read the outputs of {count} layers.",
                kind=layer.class_name,
                layer=layer.name,
                count=count,
            )
        )
    return [layers[one.layer] for one in layer.inputs]


def question_of(layers: Layers, attention: KerasLayer) -> tuple[KerasLayer, float, KerasLayer]:
    """Of scaled dot-product attention: (the Dense layer that asks, what scales it, what it is asked of)."""
    scaled, memory = read_by(layers, must_be(attention, "Attention"), 2)
    if attention.config.get("use_scale") or attention.config.get("score_mode") != "dot":
        raise Seq2SeqError(
            tr("The Attention layer {layer!r} scores otherwise than by an unscaled dot product.", layer=attention.name)
        )
    scale, offset = must_be(scaled, "Rescaling").config.get("scale"), scaled.config.get("offset")
    if not isinstance(scale, float) or not 0 < scale <= 1_000 or offset != 0:
        raise Seq2SeqError(
            tr(
                "The Rescaling {layer!r} has scale={scale!r} and offset={offset!r}: a number up to 1,000 and 0 were "
                "expected.",
                layer=scaled.name,
                scale=scale,
                offset=offset,
            )
        )
    query = must_be(below(layers, scaled), "Dense")
    if query.config.get("use_bias") or query.config.get("activation") not in (None, "linear"):
        raise Seq2SeqError(tr("The Dense layer {layer!r} must be linear and without bias.", layer=query.name))
    return query, scale, memory


@dataclass(frozen=True, eq=False)
class TokenInput:
    """An input layer and what lies between it and the first recurrent layer."""

    name: str
    tokens: int
    features: int
    masked: bool
    embedding: np.ndarray | None

    def refuse_mask(self) -> None:
        """Raises Seq2SeqError where padding is masked, which no decoder's input is."""
        if self.masked:
            raise Seq2SeqError(tr("The decoder's input {name!r} must not be masked.", name=self.name))


def below(layers: Layers, layer: KerasLayer) -> KerasLayer:
    """The layer whose output a layer reads."""
    reference = layer.inputs[0] if layer.inputs else None
    if reference is None or reference.index != 0 or reference.layer not in layers:
        raise Seq2SeqError(tr("The layer {layer!r} does not read the outputs of another layer.", layer=layer.name))
    return layers[reference.layer]


def stack_under(layers: Layers, above: KerasLayer) -> tuple[list[KerasLayer], KerasLayer]:
    """(the recurrent layers that `above` reads, bottom first, and the layer under them)."""
    found: list[KerasLayer] = []
    layer = below(layers, above)
    while layer.class_name in CELLS:
        if layer in found:
            raise Seq2SeqError(tr("The layer {layer!r} reads itself.", layer=layer.name))
        found.insert(0, layer)
        layer = below(layers, layer)
    return found, layer


def token_input(layers: Layers, layer: KerasLayer) -> TokenInput:
    """The input under a stack, whose lowest layer reads `layer`."""
    masked, embedding = False, None
    if layer.class_name == "Masking":
        if layer.config.get("mask_value") != 0.0:
            raise Seq2SeqError(
                tr("The Masking layer {layer!r} masks something else than all-zero vectors.", layer=layer.name)
            )
        masked, layer = True, below(layers, layer)
    elif layer.class_name == "Embedding":
        masked = layer.config.get("mask_zero") is True
        (embedding,) = shaped(layer, (size_of(layer, "input_dim"), size_of(layer, "output_dim")))
        layer = below(layers, layer)
    if layer.class_name != "InputLayer":
        raise Seq2SeqError(
            tr(
                "The layer {layer!r}, a {kind}, stands where an input was expected.",
                layer=layer.name,
                kind=layer.class_name,
            )
        )
    if embedding is not None:
        return TokenInput(layer.name, embedding.shape[0], embedding.shape[1], masked, embedding)
    size = size_of(layer, "batch_shape")
    return TokenInput(layer.name, size, size, masked, None)


def refuse_leftovers(
    layers: Layers,
    encoder: list[KerasLayer],
    decoder: list[KerasLayer],
    encoder_input: TokenInput,
    decoder_input: TokenInput | None,
) -> None:
    """Raises Seq2SeqError for a layer of the file that neither side has, and for cells of two kinds."""
    inputs = {encoder_input.name} | ({decoder_input.name} if decoder_input else set())
    used = inputs | {layer.name for layer in (*encoder, *decoder)}
    if decoder_input and decoder_input.name == encoder_input.name:
        raise Seq2SeqError(tr("Encoder and decoder must each read an input of their own."))
    for layer in layers.values():
        if layer.class_name in ("InputLayer", "Bidirectional", *CELLS) and layer.name not in used:
            raise Seq2SeqError(tr("The layer {layer!r} is not part of the encoder or the decoder.", layer=layer.name))
    cells = [layer for layer in layers.values() if layer.class_name in CELLS]
    for layer in cells[1:]:
        if layer.class_name != cells[0].class_name:
            raise Seq2SeqError(
                tr(
                    "{layer!r} is a {kind} and {other!r} a {other_kind}: cells of one kind were expected.",
                    layer=layer.name,
                    kind=layer.class_name,
                    other=cells[0].name,
                    other_kind=cells[0].class_name,
                )
            )


def cells_of(stack: list[KerasLayer], inputs: int, last_returns_sequences: bool) -> tuple[RecurrentCell, ...]:
    """The cells of a stack, bottom first, whose lowest layer has this many inputs."""
    cells = []
    for layer in stack:
        units = size_of(layer, "units")
        returns_sequences = layer is not stack[-1] or last_returns_sequences
        cells.append(cell_of(layer, inputs, units, returns_sequences))
        inputs = units
    return tuple(cells)


def refuse_settings(layer: KerasLayer, expected: dict[str, Any]) -> None:
    """Raises Seq2SeqError for the first setting that is another."""
    for setting, value in expected.items():
        if layer.config.get(setting) != value:
            raise Seq2SeqError(
                tr(
                    "The {kind} {layer!r} has {setting}={found!r}; {value!r} was expected.",
                    kind=layer.class_name,
                    layer=layer.name,
                    setting=setting,
                    found=layer.config.get(setting),
                    value=value,
                )
            )


def cell_of(
    layer: KerasLayer, inputs: int, units: int, return_sequences: bool, backwards: bool = False
) -> RecurrentCell:
    """The cell of a recurrent layer. Raises Seq2SeqError for a setting that is not computed here."""
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
    refuse_settings(layer, expected)
    width = len(kind.gates) * units
    bias = (2, width) if kind is GRUCell else (width,)
    return kind(*shaped(layer, (inputs, width), (units, width), bias))


def size_of(layer: KerasLayer, setting: str) -> int:
    """A positive whole number among a layer's settings; of a shape, its last."""
    value = layer.config.get(setting)
    if isinstance(value, list) and value:
        value = value[-1]
    if type(value) is not int or value < 1:
        raise Seq2SeqError(
            tr(
                "The layer {layer!r} does not say how large it is: {setting}={value!r}.",
                layer=layer.name,
                setting=setting,
                value=value,
            )
        )
    return value


def shaped(layer: KerasLayer, *shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """A layer's weights, where they have these shapes."""
    found = tuple(array.shape for array in layer.weights)
    if found != shapes:
        raise Seq2SeqError(
            tr(
                "The layer {layer!r} has weights of shapes {found}; {shapes} were expected.",
                layer=layer.name,
                found=found,
                shapes=shapes,
            )
        )
    return layer.weights
