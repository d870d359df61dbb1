"""Our training in a process of its own, since a process has one Keras backend: an epoch for every line it reads.

    KERAS_BACKEND=… python benchmarks/training_worker.py PAIRS COUNT EPOCHS

Trains en-fr-char-lstm, its schedule stretched over EPOCHS, and answers every line with an epoch's figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from seq2seq_core.data.pairs import read_pairs
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.training.events import BatchTrained, EpochTrained, TrainingStarted
from seq2seq_core.training.train import train


def main() -> None:
    pairs, count, epochs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    events = train(replace(CONFIGS["en-fr-char-lstm"], epochs=epochs), read_pairs(pairs, count))
    started = next(events)
    assert isinstance(started, TrainingStarted)
    for _ in sys.stdin:
        clock = (time.perf_counter(), time.process_time())
        for event in events:
            if isinstance(event, BatchTrained) and event.batch == started.batches_per_epoch:
                # taken here: the validation that follows is no part of any row
                seconds, cpu_seconds = (time.perf_counter() - clock[0], time.process_time() - clock[1])
            if isinstance(event, EpochTrained):
                figures = {"seconds": seconds, "cpu_seconds": cpu_seconds, "loss": event.loss, "val": event.val_loss}
                print(json.dumps(figures), flush=True)
                break


if __name__ == "__main__":
    main()
