"""Training: seconds an epoch against the tutorial as written and PyTorch, and seconds to the tutorial's quality.

    python benchmarks/training.py [--pairs FILE] [--rounds 3] [--quick] [--json FILE]

(a) An epoch over the tutorial's 8,000 training pairs, network of the tutorial's size. All rivals train in one process,
an epoch each in turn; the first epoch of each, which traces and compiles, is timed apart. No row includes validation.

(b) How long training with our recipe takes, from the first batch and compiling included, until the running loss of an
epoch (nats a real target character, while the weights move: never lower than a pass afterwards would find while they
improve) is at most 0.57, which the tutorial's recipe reaches after its 100 epochs.

--quick: a fifth of the pairs, one round, no (b); the figures are good for nothing but to see that it runs.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from common import machine, ratio, save, show, spread
from rich.progress import track
from rich.table import Table
from training_rivals import Clock, Cost, Epoch, torch_buckets, torch_padded, tutorial

from seq2seq_core.config import CONFIGS, ModelConfig, replace
from seq2seq_core.download import cached_pairs
from seq2seq_core.pairs import Pair, read_pairs
from seq2seq_core.training import BatchTrained, EpochTrained, TrainingStarted, train

QUALITY = 0.57  # nats a real target character of the training pairs
EPOCHS = 16  # of the recipe, its schedule stretched over them: enough for that quality
TUTORIAL_EPOCHS = 100


def ours(pairs: Sequence[Pair], config: ModelConfig, epochs: int) -> Epoch:
    """`train()`, one epoch at a time, its validation pass left out."""
    events = train(replace(config, epochs=epochs), pairs)
    started = next(events)
    assert isinstance(started, TrainingStarted)

    def epoch() -> Cost:
        clock, cost = Clock(), None
        for event in events:
            if isinstance(event, BatchTrained) and event.batch == started.batches_per_epoch:
                cost = clock.cost()
            if isinstance(event, EpochTrained) and cost:
                return cost
        raise AssertionError("train() ends every epoch with EpochTrained")

    return epoch


def time_to_quality(pairs: Sequence[Pair], config: ModelConfig) -> EpochTrained:
    """The first epoch that reaches it, or the last."""
    last = None
    for event in train(replace(config, epochs=EPOCHS), pairs):
        if isinstance(event, EpochTrained):
            last = event
            if event.loss <= QUALITY:
                break
    assert last is not None
    return last


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, help="fra.txt or fra-eng.zip; left out: manythings.org's file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="see that it runs")
    parser.add_argument("--json", type=Path, help="write the figures of every round here")
    options = parser.parse_args()

    config = CONFIGS["en-fr-char-lstm"]
    assert config.num_samples is not None
    pairs = read_pairs(options.pairs or cached_pairs(), config.num_samples // (5 if options.quick else 1))
    rounds = 1 if options.quick else options.rounds
    contenders = {
        "ours": ours(pairs, config, rounds + 1),
        "the tutorial as written": tutorial(pairs, config),
        "PyTorch nn.LSTM, the tutorial's padded batches": torch_padded(pairs, config),
        "PyTorch nn.LSTM, our batches": torch_buckets(pairs, config),
    }
    rivals: dict[str, Epoch] = {name: epoch for name, epoch in contenders.items() if epoch}
    first = {name: epoch() for name, epoch in rivals.items()}
    costs: dict[str, list[Cost]] = {name: [] for name in rivals}
    for _ in track(range(rounds), "rounds"):
        for name, epoch in rivals.items():
            costs[name].append(epoch())

    seconds = {name: [cost.seconds for cost in values] for name, values in costs.items()}
    cpu_seconds = {name: [cost.cpu_seconds for cost in values] for name, values in costs.items()}
    table = Table("rival", title="seconds an epoch")
    for heading in ("epoch", "to ours", "of all cores", "to ours", "first epoch"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name in rivals:
        cells = [
            cell
            for values in (seconds, cpu_seconds)
            for cell in (spread(values[name], 1), ratio(values[name], values["ours"]))
        ]
        table.add_row(name, *cells, f"{first[name].seconds:.1f}")
    line = machine("tensorflow", "keras", "torch")
    notes = [
        "of all cores: processor time; where the machine does other work beside this, the fairer of the two",
        f"median (min–max) of {rounds} epochs, rivals interleaved; each library's threads as it sets them",
    ]
    if len(rivals) < len(contenders):
        notes.append("PyTorch is not installed here: its rows are left out (pip install torch).")
    show(table, *notes, line)

    results: dict[str, object] = {"seconds": seconds, "cpu_seconds": cpu_seconds}
    if not options.quick:
        reached = time_to_quality(pairs, config)
        rival = TUTORIAL_EPOCHS * statistics.median(seconds["the tutorial as written"])
        table = Table("recipe", title=f"seconds of training to {QUALITY} nats a character on the training pairs")
        for heading in ("epochs", "seconds", "to ours", "loss", "validation loss"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_row(
            "ours, compiling included",
            *(str(reached.epoch), f"{reached.seconds:.0f}", "1 ×", f"{reached.loss:.3f}", f"{reached.val_loss:.3f}"),
        )
        times = rival / reached.seconds
        table.add_row(
            "the tutorial as written", str(TUTORIAL_EPOCHS), f"{rival:,.0f}", f"{times:.1f} ×", "0.57", "1.56"
        )
        show(table, f"the tutorial's seconds are {TUTORIAL_EPOCHS} × its epoch above; its losses are from a whole run")
        results["to_quality"] = {"epochs": reached.epoch, "seconds": reached.seconds, "loss": reached.loss}
    save(options.json, line, results)


if __name__ == "__main__":
    main()
