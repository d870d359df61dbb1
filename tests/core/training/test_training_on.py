"""Training on from another model, with typed views, words and fragments mixed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_fragments import PAIRS

from seq2seq_core import load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.errors import Seq2SeqError

OLDER = ModelConfig(
    "older",
    "",
    clean=True,
    validation_split=0.1,
    architecture="attention",
    units=4,
    batch_size=16,
    epochs=1,
    optimizer="adam",
    monitor="loss",
)
NEWER = replace(
    OLDER,
    name="newer",
    split="hash",
    validation_split=0.2,
    typed_views="english",
    epoch_parts=2,
    start_from="older",
    no_loops=True,
    epochs=2,
)


def train(*arguments: Any, **options: Any) -> list[Any]:
    from seq2seq_core.training.train import train as run

    return list(run(*arguments, jit_compile=False, **options))


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("pretrained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQ2SEQ_PRETRAINED", str(folder))
        train(OLDER, PAIRS, folder / "older")
        yield folder


def weights(folder: Path) -> list[np.ndarray]:
    with np.load(folder / "resume.npz") as state:
        return [state[name] for name in state.files]


def test_it_begins_with_the_other_models_weights_and_vocabulary(pretrained: Path, tmp_path: Path) -> None:
    older = load_model("older")
    slow = replace(NEWER, epochs=1, learning_rate=1e-9)
    started, *_ = train(slow, PAIRS, tmp_path / "slow")
    newer = load_model(tmp_path / "slow")
    assert started.vocabularies == older.vocabularies == newer.vocabularies
    np.testing.assert_allclose(newer.network.output_kernel, older.network.output_kernel, atol=1e-5)
    assert newer.translate("the cat").text is not None


def test_a_run_that_is_resumed_goes_on_as_a_whole_one(pretrained: Path, tmp_path: Path) -> None:
    train(NEWER, PAIRS, tmp_path / "whole")
    train(replace(NEWER, epochs=1), PAIRS, tmp_path / "halves")
    train(NEWER, PAIRS, tmp_path / "halves")
    for one, other in zip(weights(tmp_path / "whole"), weights(tmp_path / "halves"), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_another_network_cannot_be_begun_with(pretrained: Path) -> None:
    with pytest.raises(Seq2SeqError, match="newer cannot start from older: their networks are not of one shape"):
        train(replace(NEWER, units=6), PAIRS)
    with pytest.raises(Seq2SeqError, match="nowhere"):
        train(replace(NEWER, start_from="nowhere"), PAIRS)
