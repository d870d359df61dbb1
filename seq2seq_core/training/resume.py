"""Progress on disk: an interrupted training goes on as if it had never stopped."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from ..config import ModelConfig
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..files import write_atomically
from ..language import tr
from ..saving.model_folder import (
    CONFIG_FILE,
    HISTORY_FILE,
    VOCABULARY_FILE,
    read_history,
    read_json,
    save_checkpoint,
    write_history,
)
from .events import EpochTrained

RESUME_FILE = "resume.npz"  # weights, optimizer state and progress of an unfinished run


def save_progress(
    out: Path,
    network: keras.Model,
    trained: keras.Model,
    config: ModelConfig,
    vocabularies: VocabularyPair,
    history: Sequence[EpochTrained],
    best_weights: Sequence[np.ndarray] | None,
) -> None:
    """Writes each file whole or not at all, the resume file last: a kill at any moment leaves a usable folder.

    Args:
        network: what is saved as the model, with the best weights.
        trained: what is trained: the same, or with the same weights and fed its own output. With its optimizer.
        best_weights: those of the best epoch, where the folder has not got them yet.
    """
    if best_weights is not None:
        now = network.get_weights()
        network.set_weights(best_weights)
        save_checkpoint(out, network, config, vocabularies)
        network.set_weights(now)
    write_history(out / HISTORY_FILE, history)
    state = [keras.ops.convert_to_numpy(v) for v in (*trained.variables, *trained.optimizer.variables)]
    packed = io.BytesIO()
    np.savez(packed, *state, epochs=len(history))
    write_atomically(out / RESUME_FILE, packed.getvalue())


def restore_progress(
    out: Path, trained: keras.Model, config: ModelConfig, vocabularies: VocabularyPair
) -> list[EpochTrained]:
    """Puts the last epoch's state back and returns the history up to it; empty where no epoch was finished.

    Raises:
        Seq2SeqError: `out` holds a run of another config (epochs may differ) or of other pairs.
    """
    if not (out / CONFIG_FILE).exists():
        return []
    saved = ModelConfig.from_dict(read_json(out / CONFIG_FILE), where=str(out / CONFIG_FILE))
    if replace(saved, epochs=config.epochs) != config:
        raise Seq2SeqError(tr("{out} holds a run of another config: give another folder, or delete this one.", out=out))
    if not (out / RESUME_FILE).exists():
        return []
    if VocabularyPair.from_dict(read_json(out / VOCABULARY_FILE)) != vocabularies:
        raise Seq2SeqError(tr("{out} holds a run on other pairs: give another folder, or delete this one.", out=out))
    with np.load(out / RESUME_FILE, allow_pickle=False) as state:
        epochs = int(state["epochs"])
        for index, variable in enumerate((*trained.variables, *trained.optimizer.variables)):
            variable.assign(state[f"arr_{index}"])
    return [EpochTrained(**event) for event in read_history(out)[:epochs]]
