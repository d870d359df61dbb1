"""The repeat-vector network in stock Keras layers."""

from __future__ import annotations

import keras
from keras import layers

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ..keras_parts import RECURRENT, input_of, layer_names, model_name, softmax_over


def build(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The same-length case: the encoder's last output is the decoder's input at every step; no token is fed back.

    Source: the Keras example on learning addition.
    """
    encoder_input, x = input_of(config, vocabularies, "encoder")
    for name, last in layer_names(config, "encoder"):
        x = RECURRENT[config.cell](config.units, return_sequences=not last, name=name)(x)
    x = layers.RepeatVector(vocabularies.max_target_length - 1, name="repeat")(x)
    for name, _ in layer_names(config, "decoder"):
        x = RECURRENT[config.cell](config.units, return_sequences=True, name=name)(x)
    outputs = softmax_over(vocabularies)(x)
    return keras.Model(encoder_input, outputs, name=model_name(config))
