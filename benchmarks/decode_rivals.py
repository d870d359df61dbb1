"""The rivals of decode.py: the tutorial's inference loop in Keras, and PyTorch, with the weights of our model."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter

import numpy as np
from apart import Made
from common import SENTENCES

from seq2seq_core import TUTORIAL_MODEL, Translator, load_model
from seq2seq_core.data.vectorization import one_hot, pad_ids
from seq2seq_core.data.vocabulary import END, START
from seq2seq_core.keras_file.reader import read_keras_file
from seq2seq_core.saving.load_model import pretrained_folder

SHORTEST = 0.3  # seconds a rival is timed for in a round, at least


@dataclass
class Rival:
    """`read` makes the decoder's first state of a sentence; `translate` does it all and returns the text."""

    name: str
    read: Callable[[str], Any]
    translate: Callable[[str], str]

    def texts(self) -> list[str]:
        """Of all sentences; this also warms everything up."""
        return [self.translate(text) for text in SENTENCES]

    def measure(self, characters: int) -> tuple[float, float]:
        """One round: ms a character written, and the same without the reading.

        The medians over as many passes over the sentences as fill the time. A sentence is translated and right after
        only read, so that what else the machine does falls on both.
        """
        whole, write = [], []
        while sum(whole) < SHORTEST:
            translating = reading = 0.0
            for text in SENTENCES:
                started = time.perf_counter()
                self.translate(text)
                between = time.perf_counter()
                self.read(text)
                translating += between - started
                reading += time.perf_counter() - between
            whole.append(translating)
            write.append(translating - reading)
        return statistics.median(whole) / characters * 1e3, statistics.median(write) / characters * 1e3


def made(rivals: Callable[[Translator], list[Rival]]) -> Made:
    """These rivals, for a process of their own."""
    by_name = {rival.name: rival for rival in rivals(load_model(TUTORIAL_MODEL))}
    return {
        "names": lambda: list(by_name),
        "texts": lambda name: by_name[name].texts(),
        "measure": lambda name, characters: by_name[name].measure(characters),
    }


def tutorial_loops(model: Translator) -> list[Rival]:
    """The tutorial's inference models and decode_sequence, and the same loop with Keras called in faster ways."""
    import keras
    import tensorflow as tf

    network = keras.models.load_model(pretrained_folder() / TUTORIAL_MODEL / "model.keras")
    encoder, decoder_lstm, decoder_dense = (network.get_layer(name) for name in ("encoder", "decoder", "softmax"))
    encoder_inputs, decoder_inputs = network.inputs
    encoder_model = keras.Model(encoder_inputs, encoder.output[1:])
    states_inputs = [keras.Input((encoder.units,)), keras.Input((encoder.units,))]
    outputs, *states = decoder_lstm(decoder_inputs, initial_state=states_inputs)
    decoder_model = keras.Model([decoder_inputs, *states_inputs], [decoder_dense(outputs), *states])

    source, target = model.vocabularies.source, model.vocabularies.target
    length, max_decoder_seq_length = model.vocabularies.max_source_length, model.vocabularies.max_target_length
    inputs = {text: one_hot(pad_ids([source.encode(text)], length), len(source)) for text in SENTENCES}

    def rival(name: str, encode: Callable[[Any], list[Any]], decode: Callable[[Any], list[Any]]) -> Rival:
        def decode_sequence(text: str) -> str:
            states_value = encode(inputs[text])
            target_seq = np.zeros((1, 1, len(target)))
            target_seq[0, 0, target.ids[START]] = 1.0
            decoded_sentence = ""
            while True:
                output_tokens, h, c = decode([target_seq, *states_value])
                sampled_token_index = np.argmax(output_tokens[0, -1, :])
                sampled_char = target.tokens[sampled_token_index]
                decoded_sentence += sampled_char
                if sampled_char == END or len(decoded_sentence) > max_decoder_seq_length:
                    return decoded_sentence.removesuffix(END)
                target_seq = np.zeros((1, 1, len(target)))
                target_seq[0, 0, sampled_token_index] = 1.0
                states_value = [h, c]

        return Rival(name, lambda text: encode(inputs[text]), decode_sequence)

    def direct(keras_model: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
        def call(values: Any) -> list[Any]:
            as_float32 = [np.asarray(value, np.float32) for value in values] if isinstance(values, list) else values
            return [np.asarray(output) for output in keras_model(as_float32)]

        return call

    return [
        rival(
            "the tutorial's loop: model.predict",
            lambda value: encoder_model.predict(value, verbose=0),
            lambda values: decoder_model.predict(values, verbose=0),
        ),
        rival("… models called directly", direct(encoder_model), direct(decoder_model)),
        rival("… models in a tf.function", direct(tf.function(encoder_model)), direct(tf.function(decoder_model))),
    ]


def torch_loops(model: Translator) -> list[Rival]:
    """The same network in PyTorch, stepped with nn.LSTM and with nn.LSTMCell."""
    import torch
    from torch import nn

    layers = read_keras_file(pretrained_folder() / TUTORIAL_MODEL / "model.keras")
    source, target = model.vocabularies.source, model.vocabularies.target
    units = len(layers["decoder"].weights[1])
    reader, writer = nn.LSTM(len(source), units), nn.LSTM(len(target), units)
    cell, dense = nn.LSTMCell(len(target), units), nn.Linear(units, len(target))
    with torch.no_grad():
        for module, name in ((reader, "encoder"), (writer, "decoder"), (cell, "decoder")):
            kernel, recurrent, bias = layers[name].weights  # both libraries order the gates i, f, g, o
            parts = (kernel.T, recurrent.T, bias, np.zeros_like(bias))
            for parameter, values in zip(module.parameters(), parts, strict=True):
                parameter.copy_(torch.tensor(values.tolist()))
        for parameter, values in zip(dense.parameters(), layers["softmax"].weights, strict=True):
            parameter.copy_(torch.tensor(values.T.tolist()))
    rows, columns = torch.eye(len(source)), torch.eye(len(target))

    def read(text: str) -> Any:
        with torch.inference_mode():
            return reader(rows[source.encode(text)])[1]

    def rival(name: str, step: Callable[[Any, Any], tuple[Any, Any]]) -> Rival:
        @torch.inference_mode()
        def translate(text: str) -> str:
            bounds = model.bounds(len(text))
            state, token_id, written = read(text), bounds.start_id, []
            while len(written) < bounds.max_steps and token_id != bounds.end_id:
                h, state = step(columns[token_id : token_id + 1], state)
                token_id = int(torch.softmax(dense(h), -1).argmax())
                written.append(token_id)
            return target.decode(written)

        return Rival(f"PyTorch: {name}, Linear, softmax", read, translate)

    def step_cell(x: Any, state: Any) -> tuple[Any, Any]:
        state = cell(x, state)
        return state[0], state

    return [rival("nn.LSTM", writer), rival("nn.LSTMCell", step_cell)]
