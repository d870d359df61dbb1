"""Fixtures for all tests. TensorFlow is imported inside those that train, so the others start at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sample_pairs import PAIRS, many_pairs, write_tsv
from tutorial_script import Tutorial, run_script

import seq2seq_core
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.pairs import Pair

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# the same examples in every run, and no clock: a busy machine must not turn a test red
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60, database=None)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    # from inside Keras 3 with NumPy 2.4; nothing here could change it
    config.addinivalue_line("filterwarnings", "ignore:__array__ implementation doesn't accept:DeprecationWarning")


# the "last" split and sizes that divide: every batch has one shape, so XLA compiles once a network
TINY_CONFIG = ModelConfig(
    name="tiny",
    title="A tiny model",
    num_samples=40,
    vocabulary_from="all",
    split="last",
    units=12,
    batch_size=16,
    epochs=2,
    seed=3,
)


@dataclass(frozen=True)
class TrainedFolder:
    """What a whole run of train() left behind."""

    folder: Path
    config: ModelConfig
    pairs: tuple[Pair, ...]
    events: tuple[Any, ...]  # TrainingEvent

    @property
    def weights(self) -> list[Any]:
        return self.events[-1].model.get_weights()


@pytest.fixture(scope="session")
def tiny_config() -> ModelConfig:
    return TINY_CONFIG


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> TrainedFolder:
    """Two epochs by the package's own train()."""
    from seq2seq_core.training.train import train

    folder = tmp_path_factory.mktemp("trained") / "tiny"
    return TrainedFolder(folder, TINY_CONFIG, PAIRS, tuple(train(TINY_CONFIG, PAIRS, folder)))


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_run: TrainedFolder) -> Path:
    """A model folder; read only."""
    return tiny_run.folder


@pytest.fixture(scope="session")
def tutorial_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tutorial]:
    """The tutorial's script, run on a fra.txt with a padding: "zeros" as in 2017, "space" as since 2019."""

    @cache
    def run(padding: str) -> Tutorial:
        folder = tmp_path_factory.mktemp(f"tutorial-{padding}")
        pairs = many_pairs()
        # typed on another keyboard, with combining accents: the script does not normalise, so neither may we
        pairs[100] = Pair("He sees a café.", "Il voit un cafe\u0301.")
        pairs_file = write_tsv(folder / "fra.txt", pairs, "CC-BY 2.0 (France) Attribution: these tests")
        return run_script(folder, pairs_file, 250, padding)

    return run


@pytest.fixture(scope="session", params=["zeros", "space"])
def tutorial_file(request: pytest.FixtureRequest, tutorial_run: Callable[[str], Tutorial]) -> Tutorial:
    """A student's s2s_model.keras, and the inference models that belong to it."""
    return tutorial_run(request.param)


@pytest.fixture(scope="session")
def subprocess_environment() -> dict[str, str]:
    """For a fresh Python that finds the package wherever this one did."""
    root = str(Path(seq2seq_core.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}


HIDING = """
import sys

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("keras", "tensorflow"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden)
"""


@pytest.fixture(scope="session")
def without_tensorflow(
    tmp_path_factory: pytest.TempPathFactory, subprocess_environment: dict[str, str]
) -> dict[str, str]:
    """The environment of a Python, and of all that it starts, that has neither Keras nor TensorFlow."""
    folder = tmp_path_factory.mktemp("hiding")
    (folder / "sitecustomize.py").write_text(HIDING)
    paths = os.pathsep.join((str(folder), subprocess_environment["PYTHONPATH"]))
    return subprocess_environment | {"PYTHONPATH": paths}


@pytest.fixture(scope="session")
def run_python(subprocess_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a fresh Python with these arguments and returns what it said."""

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            env=subprocess_environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run
