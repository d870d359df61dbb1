"""Translating many sentences for a score: in batches, as `seq2seq evaluate` does, against one at a time.

    python benchmarks/evaluation.py [--pairs FILE] [--sentences 1000] [--rounds 5] [--json FILE]

Greedy, with the pretrained en-fr-char-lstm, on the file's first so many different sentences. Both must write the same
translations; one at a time keeps each sentence's trace, as a visitor's translation does.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from common import machine, ratio, save, show, spread
from rich.progress import track
from rich.table import Table

from seq2seq_core import TUTORIAL_MODEL, load_model
from seq2seq_core.data.download import cached_pairs
from seq2seq_core.data.pairs import read_pairs, references_by_source
from seq2seq_core.inference.translate_many import translate_batch


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, help="fra.txt or fra-eng.zip; left out: manythings.org's file")
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    model = load_model(TUTORIAL_MODEL)
    pairs = read_pairs(options.pairs or cached_pairs(), 10 * options.sentences)
    sources = list(references_by_source(pairs))[: options.sentences]
    ways = {
        "in batches": lambda: [text for _, text in sorted(translate_batch(model, sources))],
        "one at a time": lambda: [model.translate(source).text for source in sources],
    }
    first, second = (translate() for translate in ways.values())  # also warms everything up
    assert first == second, "the two write different translations"
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    cpu_seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in track(range(options.rounds), "rounds"):
        for name, translate in ways.items():
            started, cpu_started = time.perf_counter(), time.process_time()
            translate()
            seconds[name].append(time.perf_counter() - started)
            cpu_seconds[name].append(time.process_time() - cpu_started)

    table = Table("translating", title=f"seconds for {len(sources):,} sentences")
    for heading in ("seconds", "ratio", "of all cores", "ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in ways:
        table.add_row(
            name,
            *(
                cell
                for values in (seconds, cpu_seconds)
                for cell in (spread(values[name], 2), ratio(values[name], values["in batches"]))
            ),
        )
    line = machine("numpy")
    notes = ("of all cores: processor time", f"median (min–max) of {options.rounds} rounds, interleaved")
    show(table, *notes, line)
    save(options.json, line, {"seconds": seconds, "cpu_seconds": cpu_seconds})


if __name__ == "__main__":
    main()
