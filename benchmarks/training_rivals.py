"""What training.py measures: our training, the tutorial's script in Keras, PyTorch's LSTM; one network size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from apart import Made
from common import ROOT

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.batching import Batch, batches, bucket_lengths
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.training_data import make_vocabularies, training_data
from seq2seq_core.data.vectorization import encode_pairs, network_inputs, one_hot_arrays

Epoch = Callable[[], "Cost"]  # trains one epoch


@dataclass(frozen=True)
class Cost:
    """Of one epoch. What else the machine does lengthens the first of the two; the second, much less."""

    seconds: float
    cpu_seconds: float  # of all threads of this process


class Ours:
    """`train()` on one Keras backend, an epoch at a time; its process ends with it."""

    def __init__(self, backend: str, pairs: Path, count: int, epochs: int) -> None:
        command = [
            sys.executable,
            str(Path(__file__).with_name("training_worker.py")),
            str(pairs),
            str(count),
            str(epochs),
        ]
        paths = filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
        settings = {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join(paths)}
        self.process = subprocess.Popen(
            command, env=os.environ | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.epochs = epochs
        self.loss = self.val_loss = float("inf")  # of the last epoch, nats a real target character

    def epoch(self) -> Cost:
        assert self.process.stdin
        assert self.process.stdout
        print(file=self.process.stdin, flush=True)
        figures = json.loads(self.process.stdout.readline())
        self.loss, self.val_loss = figures["loss"], figures["val"]
        return Cost(figures["seconds"], figures["cpu_seconds"])

    def close(self) -> None:
        self.process.communicate()  # it ends where its input does


def made(rival: Callable[[Sequence[Pair], ModelConfig], Epoch], pairs: Sequence[Pair], config: ModelConfig) -> Made:
    """A rival for a process of its own."""
    return {"epoch": rival(pairs, config)}


class Clock:
    """Runs from where it is made."""

    def __init__(self) -> None:
        self.seconds, self.cpu_seconds = time.perf_counter(), time.process_time()

    def cost(self) -> Cost:
        return Cost(time.perf_counter() - self.seconds, time.process_time() - self.cpu_seconds)


def tutorial(pairs: Sequence[Pair], config: ModelConfig) -> Epoch:
    """The script as written: one-hot arrays padded to the longest sentence, batches of 64, RMSprop, `fit`.

    Its validation pass is left out, as it is from every other row.
    """
    sys.path.insert(0, str(ROOT / "tests"))  # the tutorial's own script stands there, as the tests' witness
    import tutorial_script

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fra.txt"
        file.write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs), encoding="utf-8")
        data = tutorial_script.read_data(file, len(pairs), padding="zeros")
    model = tutorial_script.build_model(data, config.units)
    rows = len(training_data(config, pairs)[0])
    inputs = [data.encoder_input_data[:rows], data.decoder_input_data[:rows]]
    targets = data.decoder_target_data[:rows]

    def epoch() -> Cost:
        clock = Clock()
        model.fit(inputs, targets, batch_size=64, epochs=1, verbose=0)
        return clock.cost()

    return epoch


def torch_padded(pairs: Sequence[Pair], config: ModelConfig) -> Epoch:
    """PyTorch on the tutorial's padded arrays, its batch size and its optimizer."""
    import torch

    arrays = one_hot_arrays(pairs, make_vocabularies(config, pairs))
    rows = len(training_data(config, pairs)[0])
    source, target = (torch.from_numpy(a[:rows]) for a in (arrays.encoder_input_data, arrays.decoder_input_data))
    ids = torch.from_numpy(arrays.decoder_target_data[:rows].argmax(-1))
    weights = torch.from_numpy(arrays.decoder_target_data[:rows].any(-1).astype(np.float32))
    rng = np.random.default_rng(config.seed)

    def prepared() -> Iterator[tuple[Any, ...]]:
        order = torch.from_numpy(rng.permutation(rows))
        for chosen in order.split(64):
            yield source[chosen], target[chosen], ids[chosen], weights[chosen]

    network = _network(source.shape[-1], target.shape[-1], config.units)
    return _epoch(network, [torch.optim.RMSprop(network.parameters(), 1e-3)], prepared, None)


def torch_buckets(pairs: Sequence[Pair], config: ModelConfig) -> Epoch:
    """PyTorch on the very batches our training makes on TensorFlow, with its optimizers."""
    import torch

    training, validation = training_data(config, pairs)
    vocabularies = make_vocabularies(config, [*training, *validation])
    ids = encode_pairs(training, vocabularies, config)
    lengths = bucket_lengths(ids, config.length_buckets)
    rng = np.random.default_rng(config.seed)

    def tensors(batch: Batch) -> tuple[Any, ...]:
        source, target = network_inputs(batch.ids, vocabularies)
        answer = np.maximum(batch.ids.decoder_target, 0).astype(np.int64)
        return tuple(torch.from_numpy(array) for array in (source, target, answer, batch.weights))

    def prepared() -> Iterator[tuple[Any, ...]]:
        return (tensors(batch) for batch in batches(ids, config.batch_size, rng, lengths))

    network = _network(len(vocabularies.source), len(vocabularies.target), config.units)
    weights = dict(network.named_parameters())
    matrices = [weight for name, weight in weights.items() if weight.ndim == 2 and not name.startswith("logits")]
    others = [weight for name, weight in weights.items() if weight.ndim == 1 or name.startswith("logits")]
    assert config.optimizer == "muon"
    optimizers = [
        torch.optim.Muon(matrices, config.learning_rate, weight_decay=0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.Adam(others, config.learning_rate),
    ]
    return _epoch(network, optimizers, prepared, config.clipnorm)


def _network(source_size: int, target_size: int, units: int) -> Any:
    from torch import nn

    class EncoderDecoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.LSTM(source_size, units, batch_first=True)
            self.decoder = nn.LSTM(target_size, units, batch_first=True)
            self.logits = nn.Linear(units, target_size)

        def forward(self, source: Any, target: Any) -> Any:
            _, state = self.encoder(source)
            outputs, _ = self.decoder(target, state)
            return self.logits(outputs)  # (batch, steps, target vocabulary)

    return EncoderDecoder()


def _epoch(
    network: Any, optimizers: Sequence[Any], prepared: Callable[[], Iterator[tuple[Any, ...]]], clip: float | None
) -> Epoch:
    import torch
    from torch.nn.functional import cross_entropy

    def epoch() -> Cost:
        clock = Clock()
        for source, target, ids, weights in prepared():
            losses = cross_entropy(network(source, target).flatten(0, 1), ids.flatten(), reduction="none")
            loss = (losses * weights.flatten()).sum() / weights.sum()
            network.zero_grad()
            loss.backward()
            if clip:
                torch.nn.utils.clip_grad_norm_(network.parameters(), clip)
            for optimizer in optimizers:
                optimizer.step()
        return clock.cost()

    return epoch
