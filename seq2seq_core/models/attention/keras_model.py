"""The encoder-decoder with attention in stock Keras layers."""

from __future__ import annotations

import keras
from keras import layers

from ...config import ModelConfig
from ...data.vocabulary import VocabularyPair
from ..keras_parts import RECURRENT, input_of, layer_names, model_name, softmax_over


def build(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The decoder looks back at every step of the encoder, which reads in both directions.

    The bottom decoder layer asks (score: hᵀ·W·s, s an encoder output); what lies above it reads its h beside the
    answer. Each decoder layer starts from the last states of both directions of the encoder's, side by side.

    Source: Luong et al. 2015 (arXiv:1508.04025), score “general”; the bottom layer asks as in Wu et al. 2016
    (arXiv:1609.08144); the bidirectional encoder is that of Bahdanau et al. 2014 (arXiv:1409.0473).
    """
    encoder_input, x = input_of(config, vocabularies, "encoder")
    states = []
    for name, last in layer_names(config, "encoder"):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=True, return_state=True)
        x, *state = layers.Bidirectional(recurrent, name=name)(x)
        halves = [state[::2], state[1::2]] if config.cell == "lstm" else [state]  # h h, c c: forward, backward
        states.append([layers.Concatenate()(both) for both in halves])
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout and not last else x
    memory = x  # (batch, source steps, 2·units)
    decoder_input, x = input_of(config, vocabularies, "decoder")
    for index, ((name, _), state) in enumerate(zip(layer_names(config, "decoder"), states, strict=True)):
        recurrent = RECURRENT[config.cell](2 * config.units, return_sequences=True, return_state=True, name=name)
        x, *_ = recurrent(x, initial_state=state)
        if index == 0:
            query = layers.Dense(2 * config.units, use_bias=False, name="query")(x)
            # as in Vaswani et al. 2017: sums of many products would saturate the softmax before anything is learnt
            query = layers.Rescaling((2 * config.units) ** -0.5, name="scale")(query)
            context = layers.Attention(name="attention")([query, memory])  # (batch, target steps, 2·units)
        x = layers.Concatenate()([x, context])
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout else x
    outputs = softmax_over(vocabularies)(x)
    return keras.Model([encoder_input, decoder_input], outputs, name=model_name(config))
