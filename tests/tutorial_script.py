"""The tutorial's own script and inference loop, in its own words and variable names: the witness for our own.

Nothing here uses seq2seq_core. The one liberty: sentences go through the inference models side by side instead of
one `predict` call each, which computes the same and takes seconds instead of minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class TutorialData:
    """What the script has in its variables before it builds the model."""

    input_texts: list[str]
    target_texts: list[str]
    input_characters: list[str]
    target_characters: list[str]
    max_encoder_seq_length: int
    max_decoder_seq_length: int
    input_token_index: dict[str, int]
    target_token_index: dict[str, int]
    encoder_input_data: np.ndarray
    decoder_input_data: np.ndarray
    decoder_target_data: np.ndarray


def read_data(data_path: Path, num_samples: int, padding: str) -> TutorialData:
    """ "zeros" is the text of 2017, "space" the script as published since 2019."""
    input_texts = []
    target_texts = []
    input_characters = set()
    target_characters = set()
    with open(data_path, encoding="utf-8") as f:  # noqa: PTH123
        lines = f.read().split("\n")
    for line in lines[: min(num_samples, len(lines) - 1)]:
        input_text, target_text = line.split("\t")[:2]
        # We use "tab" as the "start sequence" character
        # for the targets, and "\n" as "end sequence" character.
        target_text = "\t" + target_text + "\n"
        input_texts.append(input_text)
        target_texts.append(target_text)
        for char in input_text:
            if char not in input_characters:
                input_characters.add(char)
        for char in target_text:
            if char not in target_characters:
                target_characters.add(char)

    sorted_input_characters = sorted(list(input_characters))
    sorted_target_characters = sorted(list(target_characters))
    num_encoder_tokens = len(input_characters)
    num_decoder_tokens = len(target_characters)
    max_encoder_seq_length = max([len(txt) for txt in input_texts])
    max_decoder_seq_length = max([len(txt) for txt in target_texts])

    input_token_index = dict([(char, i) for i, char in enumerate(sorted_input_characters)])
    target_token_index = dict([(char, i) for i, char in enumerate(sorted_target_characters)])

    encoder_input_data = np.zeros((len(input_texts), max_encoder_seq_length, num_encoder_tokens), dtype="float32")
    decoder_input_data = np.zeros((len(input_texts), max_decoder_seq_length, num_decoder_tokens), dtype="float32")
    decoder_target_data = np.zeros((len(input_texts), max_decoder_seq_length, num_decoder_tokens), dtype="float32")

    for i, (input_text, target_text) in enumerate(zip(input_texts, target_texts)):  # noqa: B905
        for t, char in enumerate(input_text):
            encoder_input_data[i, t, input_token_index[char]] = 1.0
        if padding == "space":
            encoder_input_data[i, t + 1 :, input_token_index[" "]] = 1.0
        for t, char in enumerate(target_text):
            # decoder_target_data is ahead of decoder_input_data by one timestep
            decoder_input_data[i, t, target_token_index[char]] = 1.0
            if t > 0:
                # decoder_target_data will be ahead by one timestep
                # and will not include the start character.
                decoder_target_data[i, t - 1, target_token_index[char]] = 1.0
        if padding == "space":
            decoder_input_data[i, t + 1 :, target_token_index[" "]] = 1.0
            decoder_target_data[i, t:, target_token_index[" "]] = 1.0
    return TutorialData(
        input_texts,
        target_texts,
        sorted_input_characters,
        sorted_target_characters,
        max_encoder_seq_length,
        max_decoder_seq_length,
        input_token_index,
        target_token_index,
        encoder_input_data,
        decoder_input_data,
        decoder_target_data,
    )


def build_model(data: TutorialData, latent_dim: int) -> Any:
    """Builds and compiles."""
    import keras

    num_encoder_tokens, num_decoder_tokens = len(data.input_characters), len(data.target_characters)
    encoder_inputs = keras.Input(shape=(None, num_encoder_tokens))
    encoder = keras.layers.LSTM(latent_dim, return_state=True)
    _encoder_outputs, state_h, state_c = encoder(encoder_inputs)

    # We discard `encoder_outputs` and only keep the states.
    encoder_states = [state_h, state_c]

    # Set up the decoder, using `encoder_states` as initial state.
    decoder_inputs = keras.Input(shape=(None, num_decoder_tokens))
    decoder_lstm = keras.layers.LSTM(latent_dim, return_sequences=True, return_state=True)
    decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=encoder_states)
    decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax")
    decoder_outputs = decoder_dense(decoder_outputs)

    model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def train_model(data: TutorialData, latent_dim: int, batch_size: int, epochs: int) -> Any:
    """Builds, compiles and fits."""
    model = build_model(data, latent_dim)
    model.fit(
        [data.encoder_input_data, data.decoder_input_data],
        data.decoder_target_data,
        batch_size=batch_size,
        epochs=epochs,
        validation_split=0.2,
        verbose=0,
    )
    return model


@dataclass(frozen=True)
class Decoded:
    """One sentence through the loop, the state after every step included."""

    text: str
    probabilities: np.ndarray  # (steps, target characters)
    h: np.ndarray  # (steps, latent_dim)
    c: np.ndarray  # (steps, latent_dim)


class InferenceModels:
    """The script's encoder_model and decoder_model, made from the layers of the training model."""

    def __init__(self, model: Any) -> None:
        import keras

        encoder, decoder_lstm = (layer for layer in model.layers if isinstance(layer, keras.layers.LSTM))
        (decoder_dense,) = (layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
        encoder_inputs, decoder_inputs = model.inputs
        _encoder_outputs, state_h_enc, state_c_enc = encoder.output
        self.encoder_model = keras.Model(encoder_inputs, [state_h_enc, state_c_enc])

        decoder_states_inputs = [keras.Input(shape=(encoder.units,)), keras.Input(shape=(encoder.units,))]
        decoder_outputs, state_h_dec, state_c_dec = decoder_lstm(decoder_inputs, initial_state=decoder_states_inputs)
        self.decoder_model = keras.Model(
            [decoder_inputs, *decoder_states_inputs], [decoder_dense(decoder_outputs), state_h_dec, state_c_dec]
        )

    def encode(self, input_seqs: np.ndarray) -> list[np.ndarray]:
        """[h, c] after whole sequences, each (sentences, latent_dim)."""
        return [np.asarray(state) for state in self.encoder_model(input_seqs)]

    def encode_stepwise(self, input_seqs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """h and c after every step, each (sentences, steps, latent_dim): the encoder over every beginning."""
        states = [self.encode(input_seqs[:, : t + 1]) for t in range(input_seqs.shape[1])]
        return np.stack([h for h, _ in states], axis=1), np.stack([c for _, c in states], axis=1)

    def step(self, target_seqs: np.ndarray, states: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Probabilities, h and c after one step; target_seqs is (sentences, 1, target characters)."""
        output_tokens, h, c = self.decoder_model([target_seqs, *states])
        return np.asarray(output_tokens)[:, -1], np.asarray(h), np.asarray(c)

    def decode_sequences(
        self, input_seqs: np.ndarray, target_characters: Sequence[str], max_decoder_seq_length: int
    ) -> list[Decoded]:
        """The script's decode_sequence for many sentences at once: each ends by its own exit condition."""
        num_decoder_tokens = len(target_characters)
        states_value = self.encode(input_seqs)
        sampled_token_index = np.full(len(input_seqs), target_characters.index("\t"))
        texts = [""] * len(input_seqs)
        stopped = np.zeros(len(input_seqs), bool)
        steps = []
        while not stopped.all():
            target_seq = np.eye(num_decoder_tokens, dtype="float32")[sampled_token_index][:, None]
            output_tokens, h, c = self.step(target_seq, states_value)
            steps.append((output_tokens, h, c))
            sampled_token_index = np.argmax(output_tokens, axis=-1)
            for i in np.flatnonzero(~stopped):
                sampled_char = target_characters[sampled_token_index[i]]
                texts[i] += sampled_char
                # Exit condition: either hit max length or find stop character.
                stopped[i] = sampled_char == "\n" or len(texts[i]) > max_decoder_seq_length
            states_value = [h, c]
        probabilities, h, c = (np.stack(arrays, axis=1) for arrays in zip(*steps, strict=True))
        return [
            Decoded(text, probabilities[i, : len(text)], h[i, : len(text)], c[i, : len(text)])
            for i, text in enumerate(texts)
        ]


@dataclass(frozen=True)
class Tutorial:
    """A student's folder after running the script."""

    padding: str
    pairs_file: Path
    num_samples: int
    keras_file: Path
    data: TutorialData
    model: Any
    inference: InferenceModels

    def rows(self, sentences: Sequence[str]) -> np.ndarray:
        """Rows of encoder_input_data, one a sentence."""
        first = [self.data.input_texts.index(sentence) for sentence in sentences]
        return self.data.encoder_input_data[first]

    def decode(self, sentences: Sequence[str]) -> list[Decoded]:
        return self.inference.decode_sequences(
            self.rows(sentences), self.data.target_characters, self.data.max_decoder_seq_length
        )


def run_script(folder: Path, pairs_file: Path, num_samples: int, padding: str) -> Tutorial:
    """The whole script, from the pairs file to s2s_model.keras and the inference models, at a small size."""
    import keras

    keras.utils.set_random_seed(7)
    data = read_data(pairs_file, num_samples, padding)
    model = train_model(data, latent_dim=32, batch_size=50, epochs=1)
    # after one epoch every sentence would come out as the same "eeee": larger weights tell the sentences apart,
    # and a push for "\n" lets some end before the limit
    weights = [2 * array for array in model.get_weights()]
    weights[-1][data.target_token_index["\n"]] += 0.3
    model.set_weights(weights)
    # the optimizer's state is saved too, as the script does
    keras_file = folder / "s2s_model.keras"
    model.save(keras_file)
    return Tutorial(padding, pairs_file, num_samples, keras_file, data, model, InferenceModels(model))
