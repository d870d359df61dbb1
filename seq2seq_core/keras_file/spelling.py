"""One network, many spellings: layers that compute the same are brought to the form that the kinds know."""

from __future__ import annotations

from dataclasses import replace

from ..layers.stack import CELLS
from .entries import TensorReference
from .graph import wrapped
from .reader import KerasLayer, Layers

# does nothing outside training
TRAINING_ONLY = ("Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "ActivityRegularization")


def plainly_spelt(layers: Layers) -> Layers:
    """The same network in fewer words.

    A Dense for each step (TimeDistributed) is a Dense; a softmax after a linear Dense is that Dense's; what does
    nothing outside training is left out; and a recurrent layer whose sequence nobody reads returns none.

    Raises:
        Seq2SeqError: a wrapper holds no layer.
    """
    found = {name: _unwrapped(layer) for name, layer in layers.items()}
    left_out: dict[str, TensorReference] = {}
    for name, layer in found.items():
        if len(layer.inputs) == 1:
            below = found.get(layer.inputs[0].layer)
            if layer.class_name in TRAINING_ONLY or _activation(layer) == "linear":
                left_out[name] = layer.inputs[0]
            elif _activation(layer) == "softmax" and below and _is_linear_dense(below) and _readers(found, below) == 1:
                found[below.name] = replace(below, config=below.config | {"activation": "softmax"})
                left_out[name] = layer.inputs[0]

    def read(reference: TensorReference) -> TensorReference:
        for _ in left_out:  # as often as there are some: they might read one another
            if reference.index or reference.layer not in left_out:
                break
            reference = left_out[reference.layer]
        return reference

    kept = {
        name: replace(layer, inputs=tuple(read(one) for one in layer.inputs))
        for name, layer in found.items()
        if name not in left_out
    }
    sequences_read = {one.layer for layer in kept.values() for one in layer.inputs if one.index == 0}
    return {
        name: layer
        if name in sequences_read or layer.class_name not in CELLS
        else replace(layer, config=layer.config | {"return_sequences": False})
        for name, layer in kept.items()
    }


def _unwrapped(layer: KerasLayer) -> KerasLayer:
    if layer.class_name == "TimeDistributed" and (inside := wrapped(layer, "layer")).class_name == "Dense":
        return replace(inside, weights=layer.weights)
    return layer


def _activation(layer: KerasLayer) -> str:
    """Of a layer that is nothing else."""
    if layer.class_name == "Softmax" and layer.config.get("axis", -1) == -1:
        return "softmax"
    return str(layer.config.get("activation")) if layer.class_name == "Activation" else ""


def _is_linear_dense(layer: KerasLayer) -> bool:
    return layer.class_name == "Dense" and layer.config.get("activation") in (None, "linear")


def _readers(layers: Layers, layer: KerasLayer) -> int:
    return sum(one.layer == layer.name for other in layers.values() for one in other.inputs)
