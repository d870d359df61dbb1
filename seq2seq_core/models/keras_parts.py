"""What the Keras networks of all kinds share. Imported for training only: inference does without Keras."""

from __future__ import annotations

import keras
from keras import layers

from ..config import ModelConfig
from ..data.vocabulary import VocabularyPair

RECURRENT = {"lstm": layers.LSTM, "gru": layers.GRU}


def input_of(
    config: ModelConfig, vocabularies: VocabularyPair, side: str
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """(the input, what the first recurrent layer reads)."""
    size = len(vocabularies.source if side == "encoder" else vocabularies.target)
    masked = side == "encoder" and config.source_padding == "mask"
    if config.level == "word":
        ids = keras.Input((None,), dtype="int32", name=f"{side}_input")
        return ids, layers.Embedding(size, config.units, mask_zero=masked, name=f"{side}_embedding")(ids)
    one_hot = keras.Input((None, size), name=f"{side}_input")
    # an all-zero vector is padding: the encoder's state stays as the last real character left it
    return one_hot, layers.Masking(name="source_mask")(one_hot) if masked else one_hot


def layer_names(config: ModelConfig, side: str) -> list[tuple[str, bool]]:
    """(name, whether it is the top one) of each recurrent layer, bottom first."""
    numbers = [""] if config.layers == 1 else [f"_{number}" for number in range(1, config.layers + 1)]
    return [(f"{side}{number}", index == config.layers - 1) for index, number in enumerate(numbers)]


def softmax_over(vocabularies: VocabularyPair) -> layers.Dense:
    """The layer on top, a probability for each token of the target."""
    return layers.Dense(len(vocabularies.target), activation="softmax", name="softmax")


def model_name(config: ModelConfig) -> str:
    """What Keras calls the network."""
    return config.name.replace("-", "_")
