"""The worker process by itself: its commands, its limits, and that it ends with whoever started it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core import load_model
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.saving.model_zip import load_model_zip

CONFIG = replace(
    PRESETS["addition-two-digits"].config, num_samples=400, units=16, batch_size=64, epochs=500, learning_rate=0.01
)
BATCHES = 6  # an epoch


class Process:
    """A worker, spoken to as the server does."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir()
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seq2seq_core.live.worker", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def tell(self, **command: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self, wanted: Callable[[dict[str, Any]], bool] = lambda message: True) -> dict[str, Any]:
        """The next message that is wanted."""
        assert self.process.stdout
        for line in self.process.stdout:
            message: dict[str, Any] = json.loads(line)
            if wanted(message):
                return message
        raise AssertionError(f"the worker ended with {self.process.wait()}")

    def paused_at(self) -> int:
        return self.hear(lambda message: message.get("state") == "paused")["figures"]["batches_done"]

    def start(self, **changes: Any) -> None:
        self.tell(do="start", config=replace(CONFIG, **changes).to_dict(), pairs=[], probe="12+3")


@contextmanager
def worker(folder: Path, environment: dict[str, str]) -> Iterator[Process]:
    process = Process(folder, environment)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.wait()


def test_paused_stepped_turned_asked_and_stopped(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    with worker(tmp_path / "own", subprocess_environment) as process:
        assert process.hear()["kind"] == "ready"
        process.start()
        process.hear(lambda message: message["kind"] == "report" and message["figures"]["batches_done"] > 0)
        process.tell(do="pause")
        at = process.paused_at()
        process.tell(do="step", until="batch")
        assert process.paused_at() == at + 1
        process.tell(do="rate", value=0.5)
        process.tell(do="step", until="batch")
        stepped = process.hear(lambda message: message.get("figures", {}).get("batches_done") == at + 2)
        assert stepped["figures"]["learning_rate"] == pytest.approx(0.5, rel=0.01)
        process.tell(do="rate", value=-1)
        assert "above 0" in process.hear(lambda message: message["kind"] == "remark")["message"]
        process.tell(do="step", until="epoch")
        assert process.paused_at() % BATCHES == 0
        process.tell(do="probe", text="50+5")
        history = process.hear(lambda message: message["kind"] == "history")
        assert history["moments"][0]["batch"] == 0
        assert "".join(cell["token"] for cell in history["moments"][0]["strips"]["reads"]) == "50+5"
        process.tell(do="probe", text="日")
        assert "never seen" in process.hear(lambda message: message["kind"] == "remark")["message"]
        process.tell(do="resume")
        process.hear(lambda message: message.get("state") == "running")
        process.tell(do="stop")
        last = process.hear(lambda message: message.get("state") == "stopped")
        assert process.hear()["kind"] == "kept"
        assert process.process.wait(20) == 0
        packed = (process.folder / "model.zip").read_bytes()
        model, examples = load_model_zip(io.BytesIO(packed), "it")
        # what was learnt is what was shown last
        sample = last["look"]["samples"][0]
        assert sample["source"] in examples
        assert model.translate(sample["source"]).text == "".join(text for text, _ in sample["written"])
        assert len((process.folder / "curves.csv").read_text().splitlines()) == 1 + last["figures"]["batches_done"]
        check_that_plain_keras_opens(process.folder / "model", model)


def check_that_plain_keras_opens(folder: Path, model: Any) -> None:
    import keras
    import numpy as np

    network = keras.models.load_model(folder / "model.keras")
    np.testing.assert_array_equal(network.get_layer("softmax").get_weights()[0], model.network.output_kernel)
    assert load_model(folder).translate("1+2").text == model.translate("1+2").text


def test_it_ends_with_whoever_started_it(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    """Its input is closed while it trains: it leaves at once, and takes its folder with it."""
    with worker(tmp_path / "own", subprocess_environment) as process:
        process.hear()
        process.start()
        process.hear(lambda message: message["kind"] == "report" and message["figures"]["batches_done"] > 0)
        assert process.process.stdin
        process.process.stdin.close()
        started = time.monotonic()
        process.process.wait(20)
        assert time.monotonic() - started < 5
        assert not process.folder.exists()


def test_too_little_memory_is_a_sentence(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    environment = {**subprocess_environment, "SEQ2SEQ_TRAINING_MEMORY_MB": "40"}
    with worker(tmp_path / "own", environment) as process:
        process.hear()
        process.start(units=256, layers=3, batch_size=256, num_samples=4_000)
        try:
            message = process.hear(lambda message: message["kind"] in ("refused", "kept"))
        except AssertionError:  # TensorFlow aborts where it checks no allocation: the server has a sentence for that
            assert process.process.wait() != 0
        else:
            assert "more memory than it may have" in message["message"]


def test_a_run_that_cannot_be_is_refused(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    with worker(tmp_path / "own", subprocess_environment) as process:
        process.hear()
        process.start(num_samples=1_000_000)
        assert "were asked for" in process.hear()["message"]
        assert process.process.wait(20) == 0


def test_the_server_side_does_not_import_tensorflow() -> None:
    code = "import sys, seq2seq_ui; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
