"""The networks, in stock Keras layers. Imported for training only: inference does without Keras."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; must be set before it loads

import keras
from keras import layers

from ..config import ModelConfig
from ..data.vocabulary import VocabularyPair

RECURRENT = {"lstm": layers.LSTM, "gru": layers.GRU}


def build_network(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The network that is saved: sequences in, a softmax for every step out.

    Inputs: encoder (batch, source steps, source vocabulary) and decoder (batch, target steps, target vocabulary),
    one-hot; for words both are ids, (batch, steps). Output: (batch, target steps, target vocabulary).

    Source: Sutskever et al. 2014 (arXiv:1409.3215), as written in the Keras ten-minute introduction to seq2seq.
    """
    encoder_input, x = _input(config, vocabularies, "encoder")
    if config.architecture == "repeat_vector":
        return _repeat_vector(config, vocabularies, encoder_input, x)
    if config.architecture == "attention":
        return _attention(config, vocabularies, encoder_input, x)
    states = []
    for name, last in _layer_names(config, "encoder"):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=not last, return_state=True, name=name)
        x, *state = recurrent(x)
        states.append(state)
    decoder_input, x = _input(config, vocabularies, "decoder")
    for (name, _), state in zip(_layer_names(config, "decoder"), states, strict=True):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=True, return_state=True, name=name)
        x, *_ = recurrent(x, initial_state=state)
    outputs = layers.Dense(len(vocabularies.target), activation="softmax", name="softmax")(x)
    return keras.Model([encoder_input, decoder_input], outputs, name=config.name.replace("-", "_"))


def _repeat_vector(
    config: ModelConfig, vocabularies: VocabularyPair, encoder_input: keras.KerasTensor, x: keras.KerasTensor
) -> keras.Model:
    """The same-length case: the encoder's last output is the decoder's input at every step; no token is fed back.

    Source: the Keras example on learning addition.
    """
    for name, last in _layer_names(config, "encoder"):
        x = RECURRENT[config.cell](config.units, return_sequences=not last, name=name)(x)
    x = layers.RepeatVector(vocabularies.max_target_length - 1, name="repeat")(x)
    for name, _ in _layer_names(config, "decoder"):
        x = RECURRENT[config.cell](config.units, return_sequences=True, name=name)(x)
    outputs = layers.Dense(len(vocabularies.target), activation="softmax", name="softmax")(x)
    return keras.Model(encoder_input, outputs, name=config.name.replace("-", "_"))


def _attention(
    config: ModelConfig, vocabularies: VocabularyPair, encoder_input: keras.KerasTensor, x: keras.KerasTensor
) -> keras.Model:
    """The decoder looks back at every step of the encoder, which reads in both directions.

    The bottom decoder layer asks (score: hᵀ·W·s, s an encoder output); what lies above it reads its h beside the
    answer. Each decoder layer starts from the last states of both directions of the encoder's, side by side.

    Source: Luong et al. 2015 (arXiv:1508.04025), score “general”; the bottom layer asks as in Wu et al. 2016
    (arXiv:1609.08144); the bidirectional encoder is that of Bahdanau et al. 2014 (arXiv:1409.0473).
    """
    states = []
    for name, last in _layer_names(config, "encoder"):
        recurrent = RECURRENT[config.cell](config.units, return_sequences=True, return_state=True)
        x, *state = layers.Bidirectional(recurrent, name=name)(x)
        halves = [state[::2], state[1::2]] if config.cell == "lstm" else [state]  # h h, c c: forward, backward
        states.append([layers.Concatenate()(both) for both in halves])
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout and not last else x
    memory = x  # (batch, source steps, 2·units)
    decoder_input, x = _input(config, vocabularies, "decoder")
    for index, ((name, _), state) in enumerate(zip(_layer_names(config, "decoder"), states, strict=True)):
        recurrent = RECURRENT[config.cell](2 * config.units, return_sequences=True, return_state=True, name=name)
        x, *_ = recurrent(x, initial_state=state)
        if index == 0:
            query = layers.Dense(2 * config.units, use_bias=False, name="query")(x)
            # as in Vaswani et al. 2017: sums of many products would saturate the softmax before anything is learnt
            query = layers.Rescaling((2 * config.units) ** -0.5, name="scale")(query)
            context = layers.Attention(name="attention")([query, memory])  # (batch, target steps, 2·units)
        x = layers.Concatenate()([x, context])
        x = layers.SpatialDropout1D(config.dropout)(x) if config.dropout else x
    outputs = layers.Dense(len(vocabularies.target), activation="softmax", name="softmax")(x)
    return keras.Model([encoder_input, decoder_input], outputs, name=config.name.replace("-", "_"))


def _input(config: ModelConfig, vocabularies: VocabularyPair, side: str) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """(the input, what the first recurrent layer reads)."""
    size = len(vocabularies.source if side == "encoder" else vocabularies.target)
    masked = side == "encoder" and config.source_padding == "mask"
    if config.level == "word":
        ids = keras.Input((None,), dtype="int32", name=f"{side}_input")
        return ids, layers.Embedding(size, config.units, mask_zero=masked, name=f"{side}_embedding")(ids)
    one_hot = keras.Input((None, size), name=f"{side}_input")
    # an all-zero vector is padding: the encoder's state stays as the last real character left it
    return one_hot, layers.Masking(name="source_mask")(one_hot) if masked else one_hot


def _layer_names(config: ModelConfig, side: str) -> list[tuple[str, bool]]:
    """(name, whether it is the top one) of each recurrent layer, bottom first."""
    numbers = [""] if config.layers == 1 else [f"_{number}" for number in range(1, config.layers + 1)]
    return [(f"{side}{number}", index == config.layers - 1) for index, number in enumerate(numbers)]
