"""A model folder as one zip file: to take along, and to bring again. Nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from ..archives import BROKEN_ZIP, Archive, open_zip
from ..data.vocabulary import VocabularyPair
from ..decimals import whole
from ..errors import Seq2SeqError
from ..inference.translator import Translator
from ..keras_file.reader import read_keras_file
from ..language import later, tr
from ..models import network_from_layers
from ..recipes import config_of
from .model_folder import CARD_FILE, CONFIG_FILE, HISTORY_FILE, MODEL_FILE, VOCABULARY_FILE

EXAMPLES_FILE = "examples.json"  # sources to try, for a model that no registered task knows examples of
FILES = (MODEL_FILE, VOCABULARY_FILE, CONFIG_FILE, HISTORY_FILE, CARD_FILE, EXAMPLES_FILE)
MAX_MODEL_BYTES = 64_000_000
MAX_PARAMETERS = 10_000_000
MAX_LENGTH = 1_000  # of the sentences it was trained on, in tokens: room is made for as many steps
MAX_TOKENS = 20_000  # of a vocabulary: each step has a probability for every one


def pack_model(folder: str | Path) -> bytes:
    """The folder's model as a zip with one folder in it, named as the folder's config says."""
    folder = Path(folder)
    name = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["name"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in FILES:
            if (folder / file).exists():
                archive.write(folder / file, f"{name}/{file}")
    return packed.getvalue()


def is_model_zip(path: Path) -> bool:
    """Whether it is such a zip, and not the `.keras` zip of a network alone."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(PurePosixPath(name).name == VOCABULARY_FILE for name in archive.namelist())
    except BROKEN_ZIP:
        return False


def load_model_zip(file: IO[bytes], name: str) -> tuple[Translator, tuple[str, ...]]:
    """Opens such a zip, in memory.

    Args:
        name: what the file is called in messages.

    Returns:
        the model, and sources to try it with; there may be none.

    Raises:
        Seq2SeqError: no zip, one that reaches outside itself or is too large, or no model that can be opened.
    """
    with open_zip(file, name, later("the zip of a model folder")) as archive:
        paths = _paths(archive)
        config = archive.read_json(paths[CONFIG_FILE])
        vocabulary = archive.read_json(paths[VOCABULARY_FILE])
        examples = archive.read_json(paths[EXAMPLES_FILE]) if EXAMPLES_FILE in paths else []
        weights = archive.read(paths[MODEL_FILE], MAX_MODEL_BYTES)
    layers = read_keras_file(io.BytesIO(weights), f"{name}/{MODEL_FILE}", MAX_PARAMETERS)
    translator = Translator(
        config_of(config, where=f"{name}/{CONFIG_FILE}"),
        VocabularyPair.from_dict(vocabulary),
        network_from_layers(layers),
    )
    refuse_large(translator)
    texts = examples if isinstance(examples, list) else []
    return translator, tuple(text for text in texts[:8] if isinstance(text, str) and 0 < len(text) <= 250)


def refuse_large(translator: Translator) -> None:
    """Raises Seq2SeqError for a model of which one decoding, or its trace, would hold the machine up."""
    most = max(len(translator.vocabularies.source), len(translator.vocabularies.target))
    if most > MAX_TOKENS:
        raise Seq2SeqError(
            tr(
                "The model has a vocabulary of {most} tokens: at most {limit} are shown.",
                most=whole(most),
                limit=whole(MAX_TOKENS),
            )
        )
    longest = max(translator.vocabularies.max_source_length, translator.vocabularies.max_target_length)
    if longest > MAX_LENGTH:
        raise Seq2SeqError(
            tr(
                "The model was made for sentences of {longest} tokens: at most {limit} are shown.",
                longest=whole(longest),
                limit=whole(MAX_LENGTH),
            )
        )


def _paths(archive: Archive) -> dict[str, str]:
    """Where each of the model's files is: they may lie in a folder, and the network may have another name."""
    found: dict[str, str] = {}
    for path in archive.files:
        name = PurePosixPath(path).name
        file = MODEL_FILE if name.endswith(".keras") else name
        if file in FILES:
            if file in found:
                raise Seq2SeqError(
                    tr(
                        "{name} has both {other} and {path}: the zip of one model folder was expected.",
                        name=archive.name,
                        other=found[file],
                        path=path,
                    )
                )
            found[file] = path
    for wanted in (MODEL_FILE, VOCABULARY_FILE, CONFIG_FILE):
        if wanted not in found:
            raise Seq2SeqError(
                tr(
                    "{name} has no {file} in it: the zip of a model folder was expected.",
                    name=archive.name,
                    file=wanted,
                )
            )
    return found
