"""Training without teacher forcing: the decoder reads its own last softmax instead of the right token.

The tutorial's last section unrolls this loop into one graph, a copy of the decoder for every step. Here it is a
recurrent cell around the decoder's cells and its softmax, so Keras runs it as any other recurrent layer, whatever the
length, with the gradient through it. The weights are the canonical network's own: the same file, the same inference.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers


class FeedbackCell(layers.Layer):
    """One decoder step whose input is the softmax of the step before, kept as one more state."""

    def __init__(self, cells: list[layers.Layer], softmax: layers.Dense, **options: Any) -> None:
        super().__init__(**options)
        self.cells, self.softmax = cells, softmax
        self.sizes = [size if isinstance(size, list | tuple) else [size] for size in (c.state_size for c in cells)]
        self.state_size = [*(size for sizes in self.sizes for size in sizes), softmax.units]
        self.output_size = softmax.units

    def build(self, input_shape: Any) -> None:
        self.built = True  # its parts were built with the network they come from

    def call(self, inputs: Any, states: Any, training: bool | None = None) -> tuple[Any, list[Any]]:
        """`inputs` counts the steps and is not read."""
        states = list(states)
        x = states.pop()  # (batch, target vocabulary): the start token's one-hot vector, then the last softmax
        after: list[Any] = []
        for cell, sizes in zip(self.cells, self.sizes, strict=True):
            own, states = states[: len(sizes)], states[len(sizes) :]
            x, new = cell(x, own)
            after += new if isinstance(new, list | tuple) else [new]
        x = self.softmax(x)
        return x, [*after, x]


def free_running(network: keras.Model) -> keras.Model:
    """A network with the same inputs, outputs and weights that feeds its own softmax back.

    Args:
        network: a one-hot encoder-decoder of `build_network`. Of its decoder input, only the first step is read.
    """
    encoder_input, decoder_input = network.inputs
    decoders = [layer for layer in network.layers if layer.name.startswith("decoder") and hasattr(layer, "cell")]
    encoders = [layer for layer in network.layers if layer.name.startswith("encoder") and hasattr(layer, "cell")]
    # the states the encoder hands over, as the network already computes them
    states = [state for encoder in encoders for state in encoder.output[1:]]
    cell = FeedbackCell([layer.cell for layer in decoders], network.get_layer("softmax"), name="feedback")
    outputs = layers.RNN(cell, return_sequences=True, name="free_running")(
        decoder_input, initial_state=[*states, decoder_input[:, 0]]
    )
    return keras.Model([encoder_input, decoder_input], outputs, name=f"{network.name}_free_running")
