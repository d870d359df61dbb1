"""Training on Keras' PyTorch backend, where PyTorch is installed: the fused LSTM computes what the loop does."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sample_pairs import PAIRS, write_tsv

from seq2seq_core import load_model

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")

SCRIPT = """
import sys
import numpy as np
import keras, torch
from keras.src import backend
loop = backend.lstm
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import read_pairs
from seq2seq_core.training.events import BatchTrained, TrainingFinished
from seq2seq_core.training.losses import smoothed_crossentropy
from seq2seq_core.training.train import train
from seq2seq_core.training.torch_backend import clip_at_once, orthogonalise_in_half

fused_lstm = backend.lstm
assert keras.backend.backend() == "torch" and fused_lstm is not loop
layer = keras.layers.LSTM(5, return_sequences=True, return_state=True, bias_initializer="random_normal")
x = np.random.default_rng(0).normal(size=(3, 7, 4)).astype("float32")
for backwards in (False, True):
    layer.go_backwards = backwards
    fused = [value.detach().numpy() for value in layer(x)]
    backend.lstm = loop
    slow = [value.detach().numpy() for value in layer(x)]
    backend.lstm = fused_lstm
    for one, other in zip(fused, slow, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
mask = np.arange(7) < np.array([[7], [3], [5]])  # padding: left to the loop
masked = [value.detach().numpy() for value in layer(x, mask=mask)]
assert np.abs(masked[0] - fused[0]).max() > 1e-3

gradients = [torch.tensor([[3.0, 4.0]]), torch.tensor([0.3, 0.4])]
optimizer = keras.optimizers.Adam(clipnorm=1.0)
theirs = optimizer._clip_gradients(gradients)
clip_at_once(optimizer)
for one, other in zip(optimizer._clip_gradients(gradients), theirs, strict=True):
    torch.testing.assert_close(one, other)

update = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 24)).astype("float32"))
stock, ours = keras.optimizers.Muon(), keras.optimizers.Muon()
orthogonalise_in_half(ours)
for matrix in (update, update.T):
    exact, half = (each.zeropower_via_newtonschulz5(matrix, 5) for each in (stock, ours))
    assert half.dtype == torch.float32
    torch.testing.assert_close(half, exact, atol=0.02, rtol=0.02)

found = np.array([[[0.7, 0.2, 0.1]]], "float32")
smoothed = smoothed_crossentropy(0.3)(torch.tensor([[1.0]]), torch.from_numpy(found))
np.testing.assert_allclose(float(smoothed), -np.log(found[0, 0]) @ [0.1, 0.8, 0.1], rtol=1e-5)

config = ModelConfig("tiny", "", architecture="attention", units=6, layers=2, epochs=2, batch_size=8, optimizer="muon",
                     clipnorm=1.0, label_smoothing=0.1)
losses = []
for event in train(config, read_pairs(sys.argv[1]), sys.argv[2]):
    if isinstance(event, BatchTrained):
        losses.append(event.loss)
    if isinstance(event, TrainingFinished):
        assert event.history[-1].loss < event.history[0].loss

lengths, method = set(), keras.Model.train_on_batch
def watched(network, inputs, *others):
    lengths.add(inputs[0].shape[1])
    return method(network, inputs, *others)
keras.Model.train_on_batch = watched
reads_on = ModelConfig("tiny", "", units=4, epochs=1, batch_size=8, source_padding="zeros")
events = list(train(reads_on, read_pairs(sys.argv[1])))
assert lengths == {events[0].vocabularies.max_source_length}, lengths  # padding that is read is part of a source
"""


def test_it_trains_what_the_inference_opens(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    write_tsv(tmp_path / "pairs.tsv", PAIRS)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "pairs.tsv"), str(tmp_path / "out")]
    environment = subprocess_environment | {"KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    trace = load_model(tmp_path / "out").translate(PAIRS[0].source)
    assert np.isfinite(trace.probabilities).all()
    assert trace.attention is not None
