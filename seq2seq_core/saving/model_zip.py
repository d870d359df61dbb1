"""A model folder as one zip file: to take along, and to bring again. Nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ..data.vocabulary import VocabularyPair
from ..errors import BROKEN_ZIP, Seq2SeqError
from ..inference.translator import Translator
from ..keras_file.reader import read_keras_file
from ..models import network_from_layers
from ..recipes import config_of
from .model_folder import CARD_FILE, CONFIG_FILE, HISTORY_FILE, MODEL_FILE, VOCABULARY_FILE

EXAMPLES_FILE = "examples.json"  # sources to try, for a model that no registered task knows examples of
FILES = (MODEL_FILE, VOCABULARY_FILE, CONFIG_FILE, HISTORY_FILE, CARD_FILE, EXAMPLES_FILE)
MAX_ENTRIES = 50
MAX_MODEL_BYTES = 64_000_000
MAX_TEXT_BYTES = 4_000_000
MAX_PARAMETERS = 10_000_000
MAX_LENGTH = 1_000  # of the sentences it was trained on, in tokens: room is made for as many steps


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


def load_model_zip(file: IO[bytes], name: str) -> tuple[Translator, tuple[str, ...]]:
    """Opens such a zip, in memory.

    Args:
        name: what the file is called in messages.

    Returns:
        the model, and sources to try it with; there may be none.

    Raises:
        Seq2SeqError: no zip, one that reaches outside itself or is too large, or no model that can be opened.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive, name)
            config: Any = _text(archive, members, CONFIG_FILE, name)
            vocabulary = _text(archive, members, VOCABULARY_FILE, name)
            examples = _text(archive, members, EXAMPLES_FILE, name) if EXAMPLES_FILE in members else []
            weights = _read(archive, members[MODEL_FILE], MAX_MODEL_BYTES, name)
    except zipfile.BadZipFile:
        raise Seq2SeqError(f"{name} is no zip file: the zip of a model folder was expected.") from None
    except Seq2SeqError:
        raise
    except (*BROKEN_ZIP, ValueError) as error:
        raise Seq2SeqError(f"{name} is a zip file that cannot be read ({error}).") from None
    layers = read_keras_file(io.BytesIO(weights), f"{name}/{MODEL_FILE}", MAX_PARAMETERS)
    translator = Translator(
        config_of(config, where=f"{name}/{CONFIG_FILE}"),
        VocabularyPair.from_dict(vocabulary),
        network_from_layers(layers),
    )
    refuse_long(translator)
    texts = examples if isinstance(examples, list) else []
    return translator, tuple(text for text in texts[:8] if isinstance(text, str) and 0 < len(text) <= 250)


def refuse_long(translator: Translator) -> None:
    """Raises Seq2SeqError for a model of sentences so long that one decoding would hold the machine up."""
    longest = max(translator.vocabularies.max_source_length, translator.vocabularies.max_target_length)
    if longest > MAX_LENGTH:
        raise Seq2SeqError(f"The model was made for sentences of {longest:,} tokens: at most {MAX_LENGTH:,} are shown.")


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """The model's files by their names; they may lie in one folder."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Seq2SeqError(f"{name} has {len(entries):,} entries: a model folder has at most {MAX_ENTRIES}.")
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0:1]:
            raise Seq2SeqError(f"{name} has an entry {entry.filename!r} that leads outside it, which is not allowed.")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Seq2SeqError(f"{name} has a link in it, {entry.filename!r}, which is not allowed.")
        if path.parts and path.parts[0] != "__MACOSX" and path.name in FILES and not entry.is_dir():
            if path.name in found:
                raise Seq2SeqError(f"{name} has two files {path.name}: the zip of one model folder was expected.")
            found[path.name] = entry
    for wanted in (MODEL_FILE, VOCABULARY_FILE, CONFIG_FILE):
        if wanted not in found:
            raise Seq2SeqError(f"{name} has no {wanted} in it: the zip of a model folder was expected.")
    return found


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, name: str) -> bytes:
    with archive.open(entry) as stream:  # read up to the limit: what the directory claims is not believed
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise Seq2SeqError(f"{name}: {entry.filename} unpacks to more than {limit // 10**6} MB, too large here.")
    return data


def _text(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], wanted: str, name: str) -> object:
    data = _read(archive, members[wanted], MAX_TEXT_BYTES, name)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Seq2SeqError(f"{name}: {wanted} is not JSON ({error}).") from None
