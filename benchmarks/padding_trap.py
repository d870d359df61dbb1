"""The padding trap of the 2017 text under today's Keras: two runs, recorded for the lesson "Learning by heart".

    python benchmarks/padding_trap.py [--epochs 30]

The text pads its targets with vectors of zeros, whose cross-entropy is 0, and relies on their pulling at nothing. Keras
3 on TensorFlow computes the loss from the logits, and its gradient at such a target is softmax(logits), not 0: every
padded step pulls at the weights. Here the same small network learns 2,000 number words twice, from the same seed: as
the text says, and with a weight of 0 on the padded steps. Both are measured alike, in nats a real character.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import keras
import numpy as np

from seq2seq_core.data.tasks import TASKS
from seq2seq_core.data.vectorization import OneHotArrays, one_hot_arrays
from seq2seq_core.data.vocabulary import VocabularyPair
from seq2seq_core.files import write_atomically

FOLDER = Path(__file__).parents[1] / "seq2seq_ui" / "lessons" / "recorded"
PAIRS, HELD_OUT, UNITS = 2_200, 200, 64


def network(source: int, target: int) -> keras.Model:
    """The text's, smaller."""
    encoder_inputs = keras.Input(shape=(None, source))
    _, *states = keras.layers.LSTM(UNITS, return_state=True)(encoder_inputs)
    decoder_inputs = keras.Input(shape=(None, target))
    outputs = keras.layers.LSTM(UNITS, return_sequences=True)(decoder_inputs, initial_state=states)
    model = keras.Model([encoder_inputs, decoder_inputs], keras.layers.Dense(target, activation="softmax")(outputs))
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy")
    return model


def nats(model: keras.Model, arrays: list[np.ndarray]) -> float:
    """A real target character."""
    probabilities = model.predict(arrays[:2], batch_size=200, verbose=0)
    right = arrays[2] > 0
    return float(-np.log(np.maximum(probabilities[right], 1e-7)).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()
    pairs = TASKS["number-words"].pairs(PAIRS, seed=0)
    vocabularies = VocabularyPair.from_pairs(pairs)
    made: OneHotArrays = one_hot_arrays(pairs, vocabularies)
    arrays = [made.encoder_input_data, made.decoder_input_data, made.decoder_target_data]
    training, held_out = ([array[part] for array in arrays] for part in (slice(HELD_OUT, None), slice(HELD_OUT)))
    for name, weights in (("zeros-as-written", None), ("zeros-masked", training[2].any(axis=2).astype(np.float32))):
        keras.utils.set_random_seed(7)
        model = network(len(vocabularies.source), len(vocabularies.target))
        history = []
        started = time.monotonic()
        for epoch in range(1, options.epochs + 1):
            model.fit(training[:2], training[2], sample_weight=weights, batch_size=64, epochs=1, verbose=0)
            values = {"loss": nats(model, training), "val_loss": nats(model, held_out)}
            history.append({"epoch": epoch, **{key: round(value, 4) for key, value in values.items()}})
            print(name, history[-1], f"{time.monotonic() - started:.0f} s", flush=True)
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "history.json", (json.dumps(history, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
