"""Time of one decoded character with its full trace, against the tutorial's own inference loop and PyTorch.

    python benchmarks/decode.py [--rounds 5] [--json FILE]

Every rival has the weights of the pretrained en-fr-char-lstm, reads the same sentences and must write the same
translations; only then is it timed. Ours keeps logits, probabilities, gates, states and norms of every step; the rivals
keep nothing but the text. Keras and PyTorch have a process each. "Read and write" is the time of whole sentences,
reading included, by characters written; "write" is without the reading.

Then whole sentences of about 30 characters with the network with attention, greedy and with a beam of 5, beside the
same network in Keras and in PyTorch.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from apart import Apart
from attention_rivals import keras_rival, timed, torch_rival
from attention_rivals import made as made_with_attention
from common import SENTENCES, machine, ratio, save, show, spread
from decode_rivals import Rival, made, torch_loops, tutorial_loops
from rich.progress import track
from rich.table import Table

from seq2seq_core import TUTORIAL_MODEL, Translator, load_model
from seq2seq_core.models import Reading

OURS = "ours: NumPy, full trace"
WITH_ATTENTION = "en-fr-char-attention"
LONGER = [
    "Where did you put my umbrella?", "I don't know what he wants.", "She will come back tomorrow.",
    "We have nothing to eat at home.", "My brother works in a hospital.", "Do you want to go to the beach?",
]  # fmt: skip
TORCH = find_spec("torch") is not None


def ours(model: Translator) -> Rival:
    def translate(text: str) -> str:
        trace = model.translate(text)  # logits, probabilities, gates, h and c; norms are computed when asked for
        for side in (trace, trace.encoder):
            assert side.h_norms.shape == side.c_norms.shape  # type: ignore[union-attr]
        return trace.text

    def read(text: str) -> Reading:
        ids = model.source_ids(text)
        return model.network.encode(np.array([ids]), np.array([len(ids)]))

    return Rival(OURS, read, translate)


def sentences_with_attention(rounds: int) -> tuple[Table, dict[str, list[float]]]:
    """Milliseconds a sentence: a table, and the figure of every round."""
    model = load_model(WITH_ATTENTION)
    rivals = {"Keras, each step a tf.function": Apart(made_with_attention, keras_rival, WITH_ATTENTION)}
    if TORCH:
        rivals["PyTorch: nn.LSTM, nn.LSTMCell"] = Apart(made_with_attention, torch_rival, WITH_ATTENTION)

    def our_own(way: str, sentences: Sequence[str]) -> tuple[list[str], list[float]]:
        method = "greedy" if way == "greedy" else "beam"
        return timed(lambda text: model.translate(text, method).text, sentences)

    everybody: dict[str, Callable[..., Any]] = {OURS: our_own, **rivals}
    ways = ("greedy", "beam of 5")
    for way in ways:
        expected, *others = [rival(way, LONGER)[0] for rival in everybody.values()]
        assert all(texts == expected for texts in others), "other translations"
    found: dict[str, list[float]] = {}
    for _ in track(range(rounds), "sentences"):
        for way in ways:
            for name, rival in everybody.items():
                found.setdefault(f"{way}, {name}", []).append(statistics.median(rival(way, LONGER)[1]))
    for apart in rivals.values():
        apart.close()
    length = statistics.mean(map(len, LONGER))
    table = Table("decoding", title=f"ms a sentence of {length:.0f} characters, attention: median of {len(LONGER)}")
    for heading in ("rival", "ms", "to ours"):
        table.add_column(heading, justify="right" if heading != "rival" else "left", no_wrap=True)
    for key, values in found.items():
        way, _, name = key.partition(", ")
        table.add_row(way, name, spread(values, 1), ratio(values, found[f"{way}, {OURS}"]))
    return table, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    model = load_model(TUTORIAL_MODEL)
    groups = [Apart(made, tutorial_loops), *([Apart(made, torch_loops)] if TORCH else [])]
    own = ours(model)
    expected = own.texts()
    characters = sum(len(model.translate(text)) for text in SENTENCES)  # end tokens included
    rounds: dict[str, list[tuple[float, float]]] = {OURS: []}  # ms a character, with the reading and without
    named = [(group, name) for group in groups for name in group("names")]
    for group, name in named:
        assert group("texts", name) == expected, f"{name}: other translations"
        rounds[name] = []
    for _ in track(range(options.rounds), "rounds"):
        rounds[OURS].append(own.measure(characters))
        for group, name in named:
            rounds[name].append(group("measure", name, characters))
    for group in groups:
        group.close()

    table = Table("rival", title=f"ms a character: {len(SENTENCES)} sentences, {characters} characters written")
    for heading in ("read and write", "to ours", "write", "to ours"):
        table.add_column(heading, justify="right", no_wrap=True)
    sides = {name: tuple(zip(*values, strict=True)) for name, values in rounds.items()}
    for name, (whole, write) in sides.items():
        cells = (spread(whole, 3), ratio(whole, sides[OURS][0]))
        table.add_row(name, *cells, spread(write, 3), ratio(write, sides[OURS][1]))
    line = machine("numpy", "tensorflow", "keras", "torch")
    torch_note = (
        "PyTorch's threads wait for each other where cores are busy: measure idle, or with OMP_NUM_THREADS=1 for all."
        if TORCH
        else "PyTorch is not installed here: its rows are left out (pip install torch)."
    )
    note = f"median (min–max) of {options.rounds} rounds, rivals interleaved; each library's threads as it sets them"
    show(table, note, torch_note, line)
    attention_table, sentences = sentences_with_attention(options.rounds)
    show(attention_table, note)
    characters_of = {name: {"whole_ms": whole, "write_ms": write} for name, (whole, write) in sides.items()}
    save(options.json, line, characters_of | {"sentence_ms": sentences})


if __name__ == "__main__":
    main()
