"""Opening models: by name from pretrained/, from a folder, or the tutorial's own `s2s_model.keras`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..config import ModelConfig
from ..data.pairs import read_pairs
from ..data.vocabulary import VocabularyPair
from ..errors import Seq2SeqError
from ..inference.confidence import Calibration
from ..inference.translator import Translator
from ..keras_file.reader import MAX_PARAMETERS, layers_in_memory, read_keras_file
from ..models import kind_of_network, network_from_layers
from ..recipes import config_of
from ..settings import read_settings
from .model_folder import CARD_FILE, CONFIG_FILE, MODEL_FILE, VOCABULARY_FILE, read_json

if TYPE_CHECKING:
    import keras

DEFAULT_MODEL = "en-fr-char-attention"
TUTORIAL_MODEL = "en-fr-char-lstm"  # the tutorial's network


def pretrained_folder() -> Path:
    """Where the shipped models lie: inside an installed package, beside it in a checkout, or where
    SEQ2SEQ_PRETRAINED says."""
    if folder := read_settings().pretrained:
        return folder
    package = Path(__file__).parents[1]
    inside = package / "pretrained"
    return inside if inside.is_dir() else package.parent / "pretrained"


def list_pretrained() -> list[str]:
    """Names of the models under pretrained/, the default first, then the tutorial's."""
    names = sorted(path.parent.name for path in pretrained_folder().glob(f"*/{MODEL_FILE}"))
    return sorted(names, key=lambda name: (name != DEFAULT_MODEL, name != TUTORIAL_MODEL))


def pretrained_config(name: str) -> ModelConfig:
    """The config of one of `list_pretrained()`, without its weights."""
    return _read_config(pretrained_folder() / name)


def load_model(
    name_or_path: str | Path,
    *,
    pairs: str | Path | None = None,
    num_samples: int | None = None,
    padding: Literal["space", "zeros"] = "space",
    max_parameters: int = MAX_PARAMETERS,
) -> Translator:
    """Opens a model, without TensorFlow.

    Args:
        name_or_path: a name under pretrained/, a model folder, or a `.keras` file. A `.keras` file that lies in a
            model folder takes its vocabulary from there. Alone, it must be the tutorial's `s2s_model.keras`,
            and the arguments below say how it was trained.
        pairs: the file of sentence pairs it was trained on.
        num_samples: how many of its first lines were used; None: all.
        padding: what its script put behind a sentence's end: "space" (as published since 2019) or "zeros" (2017).
        max_parameters: a larger tutorial's file is refused.

    Raises:
        Seq2SeqError: no such model, a file that is not one, or a vocabulary that does not fit.
    """
    path = Path(name_or_path)
    if str(name_or_path) in list_pretrained():
        path = pretrained_folder() / path
    try:
        found = path.exists()
    except OSError:  # longer than a file's name may be
        found = False
    if not found:
        raise Seq2SeqError(
            f"There is no model {str(name_or_path)!r}: give a folder, a .keras file, or one of "
            f"{', '.join(list_pretrained()) or '(no pretrained models found)'}."
        )
    if pairs is not None or (path.is_file() and not (path.parent / VOCABULARY_FILE).exists()):
        return _load_tutorial_file(path, pairs, num_samples, padding, max_parameters)
    return _load_folder(path, path / MODEL_FILE) if path.is_dir() else _load_folder(path.parent, path)


def translator_of(network: keras.Model, config: ModelConfig, vocabularies: VocabularyPair) -> Translator:
    """The NumPy inference of a network that is still being trained, as it is now: no file, no TensorFlow session."""
    return Translator(config, vocabularies, network_from_layers(layers_in_memory(network)))


def _read_config(folder: Path) -> ModelConfig:
    return config_of(read_json(folder / CONFIG_FILE), where=str(folder / CONFIG_FILE))


def _load_folder(folder: Path, keras_file: Path) -> Translator:
    config = _read_config(folder)
    vocabularies = VocabularyPair.from_dict(read_json(folder / VOCABULARY_FILE))
    card = folder / CARD_FILE
    return Translator(
        config,
        vocabularies,
        network_from_layers(read_keras_file(keras_file)),
        card.read_text(encoding="utf-8") if card.exists() else "",
        Calibration.read(folder),
    )


def _load_tutorial_file(
    path: Path,
    pairs: str | Path | None,
    num_samples: int | None,
    padding: Literal["space", "zeros"],
    max_parameters: int,
) -> Translator:
    """The tutorial saves weights but no vocabulary: it is rebuilt as its script does and checked for its size."""
    if path.is_dir():
        raise Seq2SeqError(f"{path} is a folder with its own vocabulary: leave out pairs, or give a .keras file.")
    network = network_from_layers(read_keras_file(path, max_parameters=max_parameters))
    if pairs is None:
        raise Seq2SeqError(
            f"{path.name} holds weights but no vocabulary: say which pairs file it was trained on "
            "(pairs=…), how many of its lines (num_samples=…) and with which padding."
        )
    if padding not in ("space", "zeros"):
        raise Seq2SeqError(f"The padding {padding!r} is not known: it is 'space' or 'zeros'.")
    # as the script reads them: no Unicode normalisation
    read = read_pairs(pairs, num_samples, normalization=None)
    vocabularies = VocabularyPair.from_pairs(read, normalization=None)
    sizes = (len(vocabularies.source), len(vocabularies.target))
    if sizes != (network.source_size, network.target_size):
        raise Seq2SeqError(
            f"The first {len(read):,} pairs of {Path(pairs).name} have {sizes[0]} source and {sizes[1]} target "
            f"characters, but {path.name} was made for {network.source_size} and {network.target_size}: "
            "give the pairs file and num_samples it was trained with."
        )
    config = ModelConfig(
        name=path.stem,
        title=f"{path.name}, as the tutorial's script saved it",
        num_samples=num_samples,
        split="last",
        source_padding=padding if network.reads_padding else "mask",
        **kind_of_network(network).settings(network),
    )
    return Translator(config, vocabularies, network)
