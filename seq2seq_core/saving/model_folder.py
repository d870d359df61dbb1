"""A model on disk: `model.keras`, `vocabulary.json`, `config.json` (and `README.md`, the model card).

Written with Keras, read without it: `keras_file` takes the weights out of the `.keras` zip as data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..archives import parse_json
from ..config import ModelConfig
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..files import write_atomically, written_beside
from ..keras_file.half_precision import half_precision
from ..language import tr

if TYPE_CHECKING:
    import keras

    from ..training.events import EpochTrained

MODEL_FILE, VOCABULARY_FILE, CONFIG_FILE, CARD_FILE = "model.keras", "vocabulary.json", "config.json", "README.md"
HISTORY_FILE = "history.json"  # one entry an epoch: loss, accuracy, val_loss, val_accuracy, seconds


def save_checkpoint(
    folder: str | Path, network: keras.Model, config: ModelConfig, vocabularies: VocabularyPair
) -> None:
    """Writes the folder; plain `keras.models.load_model(folder / "model.keras")` opens the network."""
    import keras

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / CONFIG_FILE, _json(config.to_dict()))
    write_atomically(folder / VOCABULARY_FILE, _json(vocabularies.to_dict()))
    # the bare network: a compiled one would carry its optimizer's state, three times the size
    bare = keras.Model(network.inputs, network.outputs, name=network.name)
    temporary = folder / f".tmp-{MODEL_FILE}"  # by its suffix Keras knows what to write
    with written_beside(folder / MODEL_FILE, temporary):
        bare.save(temporary)
        if config.stored == "float16":
            temporary.write_bytes(half_precision(temporary.read_bytes()))


def read_json(path: Path) -> Any:
    """Raises Seq2SeqError when the file is missing or no JSON."""
    try:
        return parse_json(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise Seq2SeqError(
            tr("{folder} has no {name}: a model folder needs one.", folder=path.parent, name=path.name)
        ) from None


def read_history(folder: Path) -> list[dict[str, Any]]:
    """The epochs that were trained, oldest first; empty where none was recorded."""
    path = folder / HISTORY_FILE
    return read_json(path) if path.exists() else []


def write_history(path: Path, history: Sequence[EpochTrained]) -> None:
    write_atomically(path, json.dumps([asdict(event) for event in history], indent=1).encode())


def refuse_unwritable(folder: Path) -> None:
    """Makes the folder; raises Seq2SeqError where nothing can be written into it: before hours of work, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / ".can-be-written", b"")
        (folder / ".can-be-written").unlink()
    except OSError as error:
        raise Seq2SeqError(
            tr("{folder} cannot be a folder for the model: {reason}.", folder=folder, reason=error.strerror or error)
        ) from None


def _json(values: Any) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()
