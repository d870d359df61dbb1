"""The networks, in stock Keras layers. Imported for training only: inference does without Keras."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter; must be set before it loads

import keras
from keras import layers

from .config import ModelConfig
from .vocabulary import VocabularyPair


def build_network(config: ModelConfig, vocabularies: VocabularyPair) -> keras.Model:
    """The tutorial's canonical encoder-decoder: one-hot sequences in, a softmax for every step out.

    Inputs: encoder (batch, source steps, source vocabulary), decoder (batch, target steps, target vocabulary).
    Output: (batch, target steps, target vocabulary). Layers are named encoder, decoder and softmax.

    Source: Sutskever et al. 2014 (arXiv:1409.3215), as written in the Keras ten-minute introduction to seq2seq.
    """
    encoder_inputs = keras.Input((None, len(vocabularies.source)), name="encoder_input")
    decoder_inputs = keras.Input((None, len(vocabularies.target)), name="decoder_input")

    # an all-zero vector is padding: the encoder's state stays as the last real character left it
    x = layers.Masking(name="source_mask")(encoder_inputs) if config.source_padding == "mask" else encoder_inputs
    _, *encoder_states = layers.LSTM(config.units, return_state=True, name="encoder")(x)

    decoder = layers.LSTM(config.units, return_sequences=True, return_state=True, name="decoder")
    decoder_outputs, *_ = decoder(decoder_inputs, initial_state=encoder_states)
    outputs = layers.Dense(len(vocabularies.target), activation="softmax", name="softmax")(decoder_outputs)
    return keras.Model([encoder_inputs, decoder_inputs], outputs, name=config.name.replace("-", "_"))


def build_optimizer(config: ModelConfig) -> keras.optimizers.Optimizer:
    """The config's optimizer, at its learning rate; everything else as Keras has it."""
    return {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}[config.optimizer](
        learning_rate=config.learning_rate
    )
