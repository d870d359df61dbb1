"""Training: seconds an epoch against the tutorial as written and PyTorch, and seconds to the tutorial's quality.

    python benchmarks/training.py [--pairs FILE] [--rounds 3] [--quick] [--json FILE]

(a) An epoch over the tutorial's 8,000 training pairs, network of the tutorial's size. The rivals train an epoch each in
turn; the first of each, which traces and compiles, is timed apart. No row includes validation. Ours on TensorFlow is
what `seq2seq train` does; ours on PyTorch is the same with KERAS_BACKEND=torch, where that is installed.

(b) How long training with our recipe takes, from the first batch and compiling included, until the running loss of an
epoch (nats a real target character, while the weights move: never lower than a pass afterwards would find while they
improve) is at most 0.57, where one whole run of the text's script on Keras 3 stood after its 100 epochs. That run is
not repeated here: its losses, 0.57 and 1.56, are noted down. The script leaves its padding to targets of zeros, which
Keras 3 pulls every probability towards; the shipped `en-fr-char-lstm-as-written` has the same recipe with padding
masked, as the text means it, learns faster, and what it needed is read from its history and printed beside.

--quick: a twentieth of the pairs, one round, no (b); the figures are good for nothing but to see that it runs.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import asdict
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from apart import Apart
from common import machine, ratio, save, show, spread
from rich.progress import track
from rich.table import Table
from training_rivals import Cost, Epoch, Ours, made, torch_buckets, torch_padded, tutorial

from seq2seq_core.data.download import cached_pairs
from seq2seq_core.data.pairs import read_pairs
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_folder import read_history

TITLES = {"tensorflow": "Keras on TensorFlow", "torch": "Keras on PyTorch"}
# one whole run of the script, noted down: nats a real target character of the training pairs, of the held-out ones
QUALITY, TUTORIAL_VALIDATION = 0.57, 1.56
# of the recipe, its schedule stretched over them: enough for that quality. On PyTorch, where no shape is compiled,
# batches hold sources of one length, and from those it learns less a step
EPOCHS = {"tensorflow": 5, "torch": 7}
TUTORIAL_EPOCHS = 100


def masked_run() -> str:
    """What the shipped model that was trained by the same recipe, with padding masked, needed for that quality."""
    history = read_history(pretrained_folder() / "en-fr-char-lstm-as-written")
    reached = next(epoch for epoch in history if epoch["loss"] <= QUALITY)
    last = history[-1]
    return (
        f"the same recipe with padding masked (en-fr-char-lstm-as-written) is there at epoch {reached['epoch']}, "
        f"validation {reached['val_loss']:.2f}, and ends at {last['loss']:.3f}, validation {last['val_loss']:.3f}"
    )


def time_to_quality(ours: Ours) -> tuple[int, Cost]:
    """Epochs until it is reached, or all of them, and their cost."""
    costs: list[Cost] = []
    while len(costs) < ours.epochs and ours.loss > QUALITY:
        costs.append(ours.epoch())
    ours.close()
    return len(costs), Cost(sum(cost.seconds for cost in costs), sum(cost.cpu_seconds for cost in costs))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, help="fra.txt or fra-eng.zip; left out: manythings.org's file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="see that it runs")
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    config = CONFIGS["en-fr-char-lstm"]
    assert config.num_samples is not None
    file, count = options.pairs or cached_pairs(), config.num_samples // (20 if options.quick else 1)
    pairs = read_pairs(file, count)
    rounds = 1 if options.quick else options.rounds
    backends = ["tensorflow", "torch"] if find_spec("torch") else ["tensorflow"]
    ours = {f"ours, {TITLES[backend]}": Ours(backend, file, count, rounds + 1) for backend in backends}
    rivals: dict[str, Epoch] = {name: worker.epoch for name, worker in ours.items()}
    loops = {"the tutorial as written": tutorial}
    if "torch" in backends:
        loops["PyTorch nn.LSTM, the tutorial's padded batches"] = torch_padded
        loops["PyTorch nn.LSTM, our buckets"] = torch_buckets
    apart = {name: Apart(made, loop, pairs, config) for name, loop in loops.items()}
    rivals |= {name: partial(process, "epoch") for name, process in apart.items()}
    first = {name: epoch() for name, epoch in rivals.items()}
    costs: dict[str, list[Cost]] = {name: [] for name in rivals}
    for _ in track(range(rounds), "rounds"):
        for name, epoch in rivals.items():
            costs[name].append(epoch())
    for process in (*ours.values(), *apart.values()):
        process.close()

    seconds = {name: [cost.seconds for cost in values] for name, values in costs.items()}
    cpu_seconds = {name: [cost.cpu_seconds for cost in values] for name, values in costs.items()}
    best = next(iter(ours))
    table = Table("rival", title="seconds an epoch")
    for heading in ("epoch", "ratio", "of all cores", "ratio", "first epoch"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in rivals:
        cells = [
            cell
            for values in (seconds, cpu_seconds)
            for cell in (spread(values[name], 1), ratio(values[name], values[best]))
        ]
        table.add_row(name, *cells, f"{first[name].seconds:.1f}")
    line = machine("tensorflow", "keras", "torch")
    notes = [
        "of all cores: processor time; where the machine does other work beside this, the fairer of the two",
        f"median (min–max) of {rounds} epochs, rivals interleaved; each library's threads as it sets them",
    ]
    if "torch" not in backends:
        notes.append("PyTorch is not installed here: its rows are left out (pip install torch).")
    show(table, *notes, line)

    results: dict[str, object] = {"seconds": seconds, "cpu_seconds": cpu_seconds}
    if not options.quick:
        table = Table("recipe", title=f"training to {QUALITY} nats a character on the training pairs")
        for heading in ("epochs", "seconds", "ratio", "of all cores", "ratio", "validation"):
            table.add_column(heading, justify="right", no_wrap=True)
        written = "the tutorial as written"
        rival = Cost(*(TUTORIAL_EPOCHS * statistics.median(values[written]) for values in (seconds, cpu_seconds)))
        for backend in backends:
            worker = Ours(backend, file, count, EPOCHS[backend])
            epochs, cost = time_to_quality(worker)
            name = f"ours, {TITLES[backend]}"
            if worker.loss > QUALITY:
                name += f" (stopped at {worker.loss:.3f})"
            ratios = (f"1/{rival.seconds / cost.seconds:.1f}", f"1/{rival.cpu_seconds / cost.cpu_seconds:.1f}")
            cells = [f"{cost.seconds:.0f}", ratios[0], f"{cost.cpu_seconds:.0f}", ratios[1], f"{worker.val_loss:.2f}"]
            table.add_row(name, str(epochs), *cells)
            results[f"to quality, {backend}"] = {"epochs": epochs, **asdict(cost), "validation": worker.val_loss}
        cells = [f"{rival.seconds:,.0f}", "1", f"{rival.cpu_seconds:,.0f}", "1", f"{TUTORIAL_VALIDATION}"]
        table.add_row(written, str(TUTORIAL_EPOCHS), *cells)
        noted = f"the tutorial's seconds are {TUTORIAL_EPOCHS} × its epoch above; its losses are noted from a whole run"
        show(table, noted, masked_run())
    save(options.json, line, results)


if __name__ == "__main__":
    main()
