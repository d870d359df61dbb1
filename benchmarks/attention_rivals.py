"""The network with attention in Keras and in PyTorch, stepped by the same decoding methods as ours.

A rival is what the decoding methods need of a translator: a first state, `step`, and a state whose rows can be
selected. So greedy and beam search are ours for all of them, and what is compared is the network alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter

import numpy as np
from apart import Made

from seq2seq_core import Translator, load_model
from seq2seq_core.data.vectorization import one_hot
from seq2seq_core.decoding import BeamSearch
from seq2seq_core.keras_file.reader import read_keras_file
from seq2seq_core.saving.load_model import pretrained_folder


@dataclass
class RivalState:
    """A list of arrays or tensors whose first axis is the batch, and what all rows share."""

    rows: list[Any]
    memory: Any

    def select(self, rows: Sequence[int]) -> RivalState:
        return RivalState([value[list(rows)] for value in self.rows], self.memory)


@dataclass
class RivalTranslator:
    """The part of a network that decoding needs."""

    model: Translator  # whose vocabulary and limits it has
    start: Callable[[str], RivalState]
    forward: Callable[[RivalState, np.ndarray], tuple[RivalState, np.ndarray]]

    def step(self, state: RivalState, ids: np.ndarray) -> tuple[RivalState, np.ndarray]:
        return self.forward(state, ids)

    def greedy(self, text: str) -> str:
        bounds = self.model.bounds(len(text))
        state, written = self.start(text), [bounds.start_id]
        while len(written) <= bounds.max_steps and written[-1] != bounds.end_id:
            state, logits = self.step(state, np.array(written[-1:]))
            written.append(int(logits[0].argmax()))
        return self.model.vocabularies.target.decode(written)

    def beam(self, text: str) -> str:
        best = BeamSearch(5).search(self, self.start(text), self.model.bounds(len(text)))  # type: ignore[arg-type]
        return self.model.vocabularies.target.decode(best[0].ids)


def made(rival: Callable[[Translator], RivalTranslator], model: str) -> Made:
    """A rival with this model's weights, for a process of its own: a function of sentences for each way to decode."""
    of = rival(load_model(model))
    return {way: partial(timed, translate) for way, translate in (("greedy", of.greedy), ("beam of 5", of.beam))}


def timed(translate: Callable[[str], str], sentences: Sequence[str]) -> tuple[list[str], list[float]]:
    """(the translations, milliseconds each took)."""
    texts, times = [], []
    for text in sentences:
        started = time.perf_counter()
        texts.append(translate(text))
        times.append((time.perf_counter() - started) * 1e3)
    return texts, times


def keras_rival(model: Translator) -> RivalTranslator:
    """The saved network as an encoder and a decoder step, each in a `tf.function`, as fast as Keras is called."""
    import keras
    import tensorflow as tf

    network = keras.models.load_model(pretrained_folder() / model.name / "model.keras")
    of = network.get_layer
    levels = range(1, model.config.layers + 1)
    encoder_inputs, decoder_inputs = network.inputs
    handed = [tensor for level in levels for tensor in of(f"decoder_{level}").input[1:]]
    encoder_model = keras.Model(encoder_inputs, [of(f"encoder_{levels[-1]}").output[0], *handed])
    memory = keras.Input((None, 2 * model.config.units))
    inputs = [keras.Input((2 * model.config.units,)) for _ in handed]
    x, context, states = decoder_inputs, None, []
    for level in levels:
        x, h, c = of(f"decoder_{level}")(x, initial_state=inputs[2 * level - 2 : 2 * level])
        states += [h, c]
        if context is None:
            context = keras.layers.Attention()([of("scale")(of("query")(x)), memory])
        x = keras.layers.Concatenate()([x, context])
    softmax = of("softmax")
    probabilities = softmax(x)
    encode = tf.function(encoder_model, reduce_retracing=True)
    decode = tf.function(
        keras.Model([decoder_inputs, memory, *inputs], [probabilities, *states]), reduce_retracing=True
    )
    source, target = len(model.vocabularies.source), len(model.vocabularies.target)

    def start(text: str) -> RivalState:
        outputs, *rows = encode(one_hot(np.array([model.source_ids(text)]), source))
        return RivalState([row.numpy() for row in rows], outputs)

    def forward(state: RivalState, ids: np.ndarray) -> tuple[RivalState, np.ndarray]:
        memory_rows = tf.repeat(state.memory, len(ids), axis=0)
        found, *rows = decode([one_hot(ids[:, None], target), memory_rows, *state.rows])
        return RivalState([row.numpy() for row in rows], state.memory), np.log(found.numpy()[:, 0])

    return RivalTranslator(model, start, forward)


def torch_rival(model: Translator) -> RivalTranslator:
    """The same network in PyTorch."""
    import torch
    from torch import nn

    layers = read_keras_file(pretrained_folder() / model.name / "model.keras")
    levels, units = range(1, model.config.layers + 1), model.config.units
    source, target = len(model.vocabularies.source), len(model.vocabularies.target)

    def parts(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
        kernel, recurrent, bias = weights  # both libraries order the gates i, f, g, o
        return [kernel.T, recurrent.T, bias, np.zeros_like(bias)]

    encoder = nn.LSTM(source, units, num_layers=len(levels), bidirectional=True, batch_first=True)
    cells = [nn.LSTMCell(target if level == 1 else 4 * units, 2 * units) for level in levels]
    query, softmax = nn.Linear(2 * units, 2 * units, bias=False), nn.Linear(4 * units, target)
    with torch.no_grad():
        both = [layers[f"encoder_{level}"].weights for level in levels]  # forward first
        values = [array for weights in both for array in (*parts(weights[:3]), *parts(weights[3:]))]
        for level, cell in zip(levels, cells, strict=True):
            values_of_cell = parts(layers[f"decoder_{level}"].weights)
            for parameter, value in zip(cell.parameters(), values_of_cell, strict=True):
                parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
        for parameter, value in zip(encoder.parameters(), values, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
        scale = layers["scale"].config["scale"]
        query.weight.copy_(torch.from_numpy(layers["query"].weights[0].T * scale))
        softmax.weight.copy_(torch.from_numpy(layers["softmax"].weights[0].T))
        softmax.bias.copy_(torch.from_numpy(layers["softmax"].weights[1]))
    rows, columns = torch.eye(source), torch.eye(target)

    @torch.inference_mode()
    def start(text: str) -> RivalState:
        memory, (h, c) = encoder(rows[model.source_ids(text)][None])
        states = [torch.cat([side[2 * i], side[2 * i + 1]], 1) for i in range(len(levels)) for side in (h, c)]
        return RivalState(states, memory)

    @torch.inference_mode()
    def forward(state: RivalState, ids: np.ndarray) -> tuple[RivalState, np.ndarray]:
        x, context, after = columns[torch.from_numpy(ids)], None, []
        for level, cell in enumerate(cells):
            h, c = cell(x, (state.rows[2 * level], state.rows[2 * level + 1]))
            after += [h, c]
            if context is None:
                weights = torch.softmax(query(h) @ state.memory[0].T, 1)
                context = weights @ state.memory[0]
            x = torch.cat([h, context], 1)
        return RivalState(after, state.memory), softmax(x).numpy()

    return RivalTranslator(model, start, forward)
