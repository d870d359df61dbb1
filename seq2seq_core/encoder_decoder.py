"""The recurrent encoder-decoder in NumPy, put together from the layers of a `.keras` file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import Seq2SeqError
from .keras_file import KerasLayer, TensorReference
from .lstm import LSTMCell

# what may stand in a file; anything else is refused by name
_KNOWN = ("InputLayer", "Masking", "NotEqual", "Any", "LSTM", "Dense")


@dataclass(frozen=True)
class EncoderDecoder:
    """One LSTM reads, hands its state over, and one LSTM with a softmax on top writes."""

    encoder: LSTMCell
    decoder: LSTMCell
    output_kernel: np.ndarray  # float32 (units, target vocabulary)
    output_bias: np.ndarray  # float32 (target vocabulary,)
    source_size: int  # source vocabulary
    reads_padding: bool  # no Masking: the encoder steps over padding, as the tutorial's does

    @property
    def target_size(self) -> int:
        return len(self.output_bias)

    @property
    def parameters(self) -> int:
        units = self.encoder.units
        inputs = self.source_size + self.target_size
        return 4 * units * (inputs + 2 * units + 2) + (units + 1) * self.target_size

    def logits(self, h: np.ndarray) -> np.ndarray:
        """(batch, units) to (batch, target vocabulary)."""
        return h @ self.output_kernel + self.output_bias

    @classmethod
    def from_keras_layers(cls, layers: dict[str, KerasLayer]) -> EncoderDecoder:
        """Follows the graph from the inputs to the softmax.

        Raises:
            Seq2SeqError: the graph is not the tutorial's, naming the first layer or setting that does not fit.
        """
        for layer in layers.values():
            if layer.class_name not in _KNOWN:
                raise Seq2SeqError(
                    f"The layer {layer.name!r} is a {layer.class_name}, which is not part of any architecture known "
                    "here: an LSTM encoder, an LSTM decoder and a softmax Dense layer were expected."
                )
        inputs = _of_class(layers, "InputLayer", 2)
        recurrent = _of_class(layers, "LSTM", 2)
        (dense,) = _of_class(layers, "Dense", 1)
        decoders = [layer for layer in recurrent if len(layer.inputs) == 3]  # sequence, h and c
        if len(decoders) != 1:
            raise Seq2SeqError("Exactly one LSTM must start from the other's states, as the tutorial's decoder does.")
        decoder = decoders[0]
        encoder = next(layer for layer in recurrent if layer is not decoder)
        handed_over = (TensorReference(encoder.name, 1), TensorReference(encoder.name, 2))
        if decoder.inputs[1:] != handed_over:
            raise Seq2SeqError(f"{decoder.name!r} does not start from the states h and c of {encoder.name!r}.")
        masked, encoder_input = _sequence_input(layers, encoder)
        decoder_masked, decoder_input = _sequence_input(layers, decoder)
        if (
            decoder_masked
            or encoder_input is decoder_input
            or {encoder_input.name, decoder_input.name} != {layer.name for layer in inputs}
        ):
            raise Seq2SeqError("Encoder and decoder must each read an input of their own, the decoder unmasked.")
        if dense.inputs != (TensorReference(decoder.name, 0),):
            raise Seq2SeqError(f"The Dense layer {dense.name!r} does not read the outputs of {decoder.name!r}.")
        if dense.config.get("activation") != "softmax":
            raise Seq2SeqError(
                f"The layer {dense.name!r} has activation={dense.config.get('activation')!r}; 'softmax' was expected."
            )
        try:
            units, target_size = int(encoder.config["units"]), int(dense.config["units"])
            source_size = int(encoder_input.config["batch_shape"][-1])
        except (LookupError, TypeError, ValueError, OverflowError):
            raise Seq2SeqError("The model's layers do not say how large they are.") from None
        kernel, bias = _shaped(dense, (units, target_size), (target_size,))
        return cls(
            encoder=_lstm(encoder, source_size, units, return_sequences=False),
            decoder=_lstm(decoder, target_size, units, return_sequences=True),
            output_kernel=kernel,
            output_bias=bias,
            source_size=source_size,
            reads_padding=not masked,
        )


def _of_class(layers: dict[str, KerasLayer], class_name: str, count: int) -> list[KerasLayer]:
    found = [layer for layer in layers.values() if layer.class_name == class_name]
    if len(found) != count:
        raise Seq2SeqError(f"The model has {len(found)} {class_name} layers where {count} were expected.")
    return found


def _sequence_input(layers: dict[str, KerasLayer], recurrent: KerasLayer) -> tuple[bool, KerasLayer]:
    """(whether a Masking lies before it, the input layer it reads)."""
    if not recurrent.inputs:
        raise Seq2SeqError(f"The layer {recurrent.name!r} reads nothing.")
    layer = layers.get(recurrent.inputs[0].layer)
    masked = layer is not None and layer.class_name == "Masking"
    if layer is not None and masked:
        if layer.config.get("mask_value") != 0.0:
            raise Seq2SeqError(f"The Masking layer {layer.name!r} masks something else than all-zero vectors.")
        layer = layers.get(layer.inputs[0].layer) if layer.inputs else None
    if layer is None or layer.class_name != "InputLayer":
        raise Seq2SeqError(f"The layer {recurrent.name!r} must read one-hot vectors straight from an input.")
    return masked, layer


def _lstm(layer: KerasLayer, inputs: int, units: int, return_sequences: bool) -> LSTMCell:
    expected = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "go_backwards": False,
        "stateful": False,
        "return_sequences": return_sequences,
        "units": units,
    }
    for setting, value in expected.items():
        if layer.config.get(setting) != value:
            raise Seq2SeqError(
                f"The LSTM {layer.name!r} has {setting}={layer.config.get(setting)!r}; {value!r} was expected."
            )
    return LSTMCell(*_shaped(layer, (inputs, 4 * units), (units, 4 * units), (4 * units,)))


def _shaped(layer: KerasLayer, *shapes: tuple[int | None, ...]) -> tuple[np.ndarray, ...]:
    found = tuple(array.shape for array in layer.weights)
    if found != shapes:
        raise Seq2SeqError(f"The layer {layer.name!r} has weights of shapes {found}; {shapes} were expected.")
    return layer.weights
