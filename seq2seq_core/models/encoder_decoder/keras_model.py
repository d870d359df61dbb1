"""The encoder-decoder in stock Keras layers."""

from __future__ import annotations

import keras
from keras import layers

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ..keras_parts import RECURRENT, input_of, layer_names, model_name, softmax_over


def build(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The stack that reads hands its states over, layer by layer, to the stack that writes.

    Source: Sutskever et al. 2014 (arXiv:1409.3215), as written in the Keras ten-minute introduction to seq2seq.
    """
    encoder_input, x = input_of(config, vocabularies, "encoder")
    states = []
    for name, last in layer_names(config, "encoder"):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=not last, return_state=True, name=name)
        x, *state = recurrent(x)
        states.append(state)
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout and not last else x
    decoder_input, x = input_of(config, vocabularies, "decoder")
    for (name, _), state in zip(layer_names(config, "decoder"), states, strict=True):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=True, return_state=True, name=name)
        x, *_ = recurrent(x, initial_state=state)
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout else x
    outputs = softmax_over(vocabularies)(x)
    return keras.Model([encoder_input, decoder_input], outputs, name=model_name(config))
