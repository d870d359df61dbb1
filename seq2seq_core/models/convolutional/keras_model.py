"""The convolutional encoder-decoder in stock Keras layers."""

from __future__ import annotations

import keras
from keras import layers

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ..keras_parts import input_of, layer_names, model_name, softmax_over
from . import WIDTH


def build(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """Blocks of one convolution each: those of the encoder look both ways, those of the decoder back only.

    The decoder's bottom block asks, as in the kind `attention`, and the answer is added to what it gives.

    Source: Gehring et al. 2017 (arXiv:1705.03122), with dilated convolutions as in Kalchbrenner et al. 2016
    (arXiv:1610.10099), ReLUs for gates, and each block's output normalised (Ba et al. 2016, arXiv:1607.06450).
    """
    encoder_input, x = input_of(config, vocabularies, "encoder")
    for index, (name, _) in enumerate(layer_names(config, "encoder")):
        x = _block(x, config.units, name, index, "same")
    memory = x  # (batch, source steps, units)
    decoder_input, x = input_of(config, vocabularies, "decoder")
    for index, (name, _) in enumerate(layer_names(config, "decoder")):
        x = _block(x, config.units, name, index, "causal")
        if index == 0:
            query = layers.Dense(config.units, use_bias=False, name="query")(x)
            query = layers.Rescaling(config.units**-0.5, name="scale")(query)
            context = layers.Attention(name="attention")([query, memory])  # (batch, target steps, units)
            x = layers.Add(name="context")([x, context])
    outputs = softmax_over(vocabularies)(x)
    return keras.Model([encoder_input, decoder_input], outputs, name=model_name(config))


def _block(x: keras.KerasTensor, units: int, name: str, index: int, padding: str) -> keras.KerasTensor:
    """(batch, steps, inputs) to (batch, steps, units); the bottom one has no shortcut, its inputs being one-hot."""
    convolved = layers.Conv1D(
        units, WIDTH, padding=padding, dilation_rate=2**index, activation="relu", name=f"{name}_convolution"
    )(x)
    if index:
        convolved = layers.Add(name=f"{name}_shortcut")([x, convolved])
    return layers.LayerNormalization(name=name)(convolved)
