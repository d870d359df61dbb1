"""Thoughts: the states that an encoder ends with after many sentences.

A large network takes seconds to read a thousand of them, so `seq2seq thoughts` keeps them beside the model, in float16.
They are taken from there only where they are those of the very sentences and, as a few of them show, of the very
network; else they are read.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..data.vectorization import pad_ids
from ..files import write_atomically
from ..inference.translate_many import by_length
from ..inference.translator import Translator
from ..saving.load_model import list_pretrained, pretrained_folder

THOUGHTS_FILE = "thoughts.npz"
BATCH = 64  # sentences of similar length, read together
TRIED = 3  # of the kept ones: read again, to see whether they are this network's
NEAR = 2e-3  # what float16 takes from a number below 1, and more


def thoughts(model: Translator, texts: Sequence[str]) -> np.ndarray:
    """h of the top layer where the encoder ended, float32 (texts, units)."""
    kept = _kept(model, texts)
    return read_thoughts(model, texts) if kept is None else kept


def read_thoughts(model: Translator, texts: Sequence[str]) -> np.ndarray:
    """The same, read now, sentences of similar length together."""
    sources = [model.source_ids(text) for text in texts]
    lengths = np.array([len(ids) for ids in sources])
    states = np.empty((len(texts), 0), np.float32)
    for rows in by_length(lengths, BATCH):
        last = model.network.encode(pad_ids([sources[row] for row in rows]), lengths[rows]).layers[-1].last_h
        if not states.shape[1]:
            states = np.empty((len(texts), last.shape[1]), np.float32)
        states[rows] = last
    return states


def save_thoughts(folder: Path, texts: Sequence[str], states: np.ndarray) -> None:
    """Raises Seq2SeqError where nothing can be written into the folder."""
    stream = io.BytesIO()
    np.savez_compressed(stream, states=states.astype(np.float16), texts=np.array(_digest(texts)))
    write_atomically(folder / THOUGHTS_FILE, stream.getvalue())


def _kept(model: Translator, texts: Sequence[str]) -> np.ndarray | None:
    """Those beside the model; None where there are none, or others."""
    path = pretrained_folder() / model.name / THOUGHTS_FILE
    if model.name not in list_pretrained() or not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            states, digest = file["states"].astype(np.float32), str(file["texts"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    if digest != _digest(texts) or len(states) != len(texts):
        return None
    rows = [round(place * (len(texts) - 1) / (TRIED - 1)) for place in range(TRIED)]
    read = read_thoughts(model, [texts[row] for row in rows])
    return states if states.shape[1:] == read.shape[1:] and np.abs(states[rows] - read).max() < NEAR else None


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
