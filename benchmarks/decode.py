"""Time of one decoded character with its full trace, against the tutorial's own inference loop and PyTorch.

    python benchmarks/decode.py [--rounds 5] [--json FILE]

Every rival has the weights of the pretrained en-fr-char-lstm, reads the same sentences and must write the same
translations; only then is it timed. Ours keeps logits, probabilities, gates, states and norms of every step; the rivals
keep nothing but the text. "Read and write" is the time of whole sentences, reading included, by characters written;
"write" is without the reading.

Then whole sentences of about 30 characters with the network with attention, greedy and with a beam of 5, beside the
same network in Keras and in PyTorch.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from attention_rivals import RivalTranslator, keras_rival, torch_rival
from common import SENTENCES, machine, ratio, save, show, spread
from decode_rivals import Rival, torch_loops, tutorial_loops
from rich.progress import track
from rich.table import Table

from seq2seq_core import TUTORIAL_MODEL, Translator, load_model
from seq2seq_core.models import Reading

WITH_ATTENTION = "en-fr-char-attention"
LONGER = [
    "Where did you put my umbrella?", "I don't know what he wants.", "She will come back tomorrow.",
    "We have nothing to eat at home.", "My brother works in a hospital.", "Do you want to go to the beach?",
]  # fmt: skip
SHORTEST = 0.3  # seconds a rival is timed for in a round, at least


def ours(model: Translator) -> Rival:
    def translate(text: str) -> str:
        trace = model.translate(text)  # logits, probabilities, gates, h and c; norms are computed when asked for
        for side in (trace, trace.encoder):
            assert side.h_norms.shape == side.c_norms.shape  # type: ignore[union-attr]
        return trace.text

    def read(text: str) -> Reading:
        ids = model.source_ids(text)
        return model.network.encode(np.array([ids]), np.array([len(ids)]))

    return Rival("ours: NumPy, full trace", read, translate)


def measure(rival: Rival, characters: int) -> None:
    """One round: passes over the sentences until the time is filled, and the median of each figure over them.

    A sentence is translated and right after only read, so that what else the machine does falls on both.
    """
    whole, write = [], []
    while sum(whole) < SHORTEST:
        translating = reading = 0.0
        for text in SENTENCES:
            started = time.perf_counter()
            rival.translate(text)
            between = time.perf_counter()
            rival.read(text)
            translating += between - started
            reading += time.perf_counter() - between
        whole.append(translating)
        write.append(translating - reading)
    rival.whole.append(statistics.median(whole) / characters * 1e3)
    rival.write.append(statistics.median(write) / characters * 1e3)


def sentences_with_attention(rounds: int) -> tuple[Table, dict[str, list[float]]]:
    """Milliseconds a sentence: a table, and the figure of every round."""
    model = load_model(WITH_ATTENTION)
    rivals: dict[str, RivalTranslator | None] = {
        "Keras, each step a tf.function": keras_rival(model),
        "PyTorch: nn.LSTM, nn.LSTMCell": torch_rival(model),
    }
    ways: dict[str, dict[str, Callable[[str], str]]] = {
        "greedy": {"ours: NumPy, full trace": lambda text: model.translate(text).text},
        "beam of 5": {"ours: NumPy, full trace": lambda text: model.translate(text, "beam").text},
    }
    for name, rival in rivals.items():
        if rival:
            ways["greedy"][name], ways["beam of 5"][name] = rival.greedy, rival.beam
    for way in ways.values():
        expected, *others = [[translate(text) for text in LONGER] for translate in way.values()]
        assert all(texts == expected for texts in others), "other translations"
    found: dict[str, list[float]] = {}
    for _ in track(range(rounds), "sentences"):
        for way, named in ways.items():
            for name, translate in named.items():
                times = []
                for text in LONGER:
                    started = time.perf_counter()
                    translate(text)
                    times.append(time.perf_counter() - started)
                found.setdefault(f"{way}, {name}", []).append(statistics.median(times) * 1e3)
    length = statistics.mean(map(len, LONGER))
    table = Table("decoding", title=f"ms a sentence of {length:.0f} characters, attention: median of {len(LONGER)}")
    for heading in ("rival", "ms", "to ours"):
        table.add_column(heading, justify="right" if heading != "rival" else "left", no_wrap=True)
    for key, values in found.items():
        way, _, name = key.partition(", ")
        table.add_row(way, name, spread(values, 1), ratio(values, found[f"{way}, ours: NumPy, full trace"]))
    return table, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    model = load_model(TUTORIAL_MODEL)
    torch_rivals = torch_loops(model)
    rivals = [ours(model), *tutorial_loops(model), *torch_rivals]
    expected = [model.translate(text).text for text in SENTENCES]
    for rival in rivals:  # also warms everything up
        assert [rival.translate(text) for text in SENTENCES] == expected, f"{rival.name}: other translations"
    characters = sum(len(model.translate(text)) for text in SENTENCES)  # end tokens included

    for _ in track(range(options.rounds), "rounds"):
        for rival in rivals:
            measure(rival, characters)

    table = Table("rival", title=f"ms a character: {len(SENTENCES)} sentences, {characters} characters written")
    for heading in ("read and write", "to ours", "write", "to ours"):
        table.add_column(heading, justify="right", no_wrap=True)
    for rival in rivals:
        cells = (spread(rival.whole, 3), ratio(rival.whole, rivals[0].whole))
        table.add_row(rival.name, *cells, spread(rival.write, 3), ratio(rival.write, rivals[0].write))
    line = machine("numpy", "tensorflow", "keras", "torch")
    torch_note = (
        "PyTorch's threads wait for each other where cores are busy: measure idle, or with OMP_NUM_THREADS=1 for all."
        if torch_rivals
        else "PyTorch is not installed here: its rows are left out (pip install torch)."
    )
    note = f"median (min–max) of {options.rounds} rounds, rivals interleaved; each library's threads as it sets them"
    show(table, note, torch_note, line)
    attention_table, sentences = sentences_with_attention(options.rounds)
    show(attention_table, note)
    characters_of = {rival.name: {"whole_ms": rival.whole, "write_ms": rival.write} for rival in rivals}
    save(options.json, line, characters_of | {"sentence_ms": sentences})


if __name__ == "__main__":
    main()
