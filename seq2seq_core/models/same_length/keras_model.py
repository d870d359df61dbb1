"""The network that writes as it reads, in stock Keras layers."""

from __future__ import annotations

import keras

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ..keras_parts import RECURRENT, input_of, layer_names, model_name, softmax_over


def build(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """Input (batch, steps, source vocabulary), output (batch, steps, target vocabulary)."""
    inputs, x = input_of(config, vocabularies, "encoder")
    for name, _ in layer_names(config, "layer"):
        x = RECURRENT[config.cell](config.units, return_sequences=True, name=name)(x)
    return keras.Model(inputs, softmax_over(vocabularies)(x), name=model_name(config))
