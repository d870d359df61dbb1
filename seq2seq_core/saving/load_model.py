"""Opening models: by name from pretrained/, from a folder, or the tutorial's own `s2s_model.keras`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..config import ModelConfig
from ..data.pairs import Pair
from ..data.tutorial_pairs import read_tutorial_pairs
from ..data.vocabulary import VocabularyPair
from ..decimals import decimal, whole
from ..errors import Seq2SeqError
from ..inference.confidence import Calibration
from ..inference.translate_many import log_probabilities
from ..inference.translator import MAX_SOURCE_TOKENS, Translator
from ..keras_file.reader import MAX_PARAMETERS, layers_in_memory, read_keras_file
from ..language import later, tr
from ..models import kind_of_network, network_from_layers
from ..models.base import Network
from ..recipes import config_of
from ..settings import read_settings
from .model_folder import CARD_FILE, CONFIG_FILE, MODEL_FILE, VOCABULARY_FILE, read_json
from .model_zip import is_model_zip, load_model_zip

if TYPE_CHECKING:
    import keras

TRIED = 50  # pairs, to see how a network reads
READINGS = {  # a sentence, by whether backwards, and by the padding
    (False, "mask"): later("from the beginning to the end"),
    (False, "space"): later("from the beginning to the end and spaces behind it"),
    (False, "zeros"): later("from the beginning to the end and zeros behind it"),
    (True, "mask"): later("from the end to the beginning"),
    (True, "space"): later("from the end to the beginning and spaces behind it"),
    (True, "zeros"): later("from the end to the beginning and zeros behind it"),
}
CLEARLY = 0.9  # of the cost: a network that learnt nothing costs about the same either way
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
    padding: Literal["space", "zeros"] | None = None,
    reverse_source: bool | None = None,
    max_parameters: int = MAX_PARAMETERS,
) -> Translator:
    """Opens a model, without TensorFlow.

    Args:
        name_or_path: a name under pretrained/, a model folder or the zip of one, or a `.keras` or `.h5` file. Such a
            file that lies in a model folder takes its vocabulary from there. Alone, it must be the tutorial's
            `s2s_model.keras`, and the arguments below say how it was trained.
        pairs: the file of sentence pairs it was trained on.
        num_samples: how many of its first lines were used; None: all.
        padding: what its script put behind a sentence's end: "space" (as published since 2019) or "zeros" (2017);
            None: as fifty of the pairs are predicted better.
        reverse_source: whether its script had the encoder read from the end; None: likewise. The card says which it
            was.
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
            tr(
                "There is no model {name!r}: give a folder, a .keras file, or one of {known}.",
                name=str(name_or_path),
                known=", ".join(list_pretrained()) or tr("(no pretrained models found)"),
            )
        )
    if path.is_file() and pairs is None and is_model_zip(path):
        with path.open("rb") as stream:
            return load_model_zip(stream, path.name)[0]
    if pairs is not None or (path.is_file() and not (path.parent / VOCABULARY_FILE).exists()):
        return _load_tutorial_file(path, pairs, num_samples, padding, reverse_source, max_parameters)
    return _load_folder(path, _model_file(path)) if path.is_dir() else _load_folder(path.parent, path)


def translator_of(network: keras.Model, config: ModelConfig, vocabularies: VocabularyPair) -> Translator:
    """The NumPy inference of a network that is still being trained, as it is now: no file, no TensorFlow session."""
    return Translator(config, vocabularies, network_from_layers(layers_in_memory(network)))


def _read_config(folder: Path) -> ModelConfig:
    return config_of(read_json(folder / CONFIG_FILE), where=str(folder / CONFIG_FILE))


def _model_file(folder: Path) -> Path:
    """The folder's network: a script of one's own calls it otherwise."""
    others = sorted(folder.glob("*.keras"))
    named = folder / MODEL_FILE
    return others[0] if len(others) == 1 and not named.exists() else named


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
    padding: Literal["space", "zeros"] | None,
    reverse_source: bool | None,
    max_parameters: int,
) -> Translator:
    """The tutorial saves weights but no vocabulary: it is rebuilt as its script does and checked for its size."""
    if path.is_dir() or is_model_zip(path):
        raise Seq2SeqError(tr("{path} has a vocabulary of its own: leave out pairs, or give a .keras file.", path=path))
    layers = read_keras_file(path, max_parameters=max_parameters)
    network = network_from_layers(layers)
    if pairs is None:
        raise Seq2SeqError(
            tr(
                "{name} holds weights but no vocabulary: say which pairs file it was trained on "
                "(pairs=…) and how many of its lines (num_samples=…).",
                name=path.name,
            )
        )
    if padding not in ("space", "zeros", None):
        raise Seq2SeqError(tr("The padding {padding!r} is not known: it is 'space' or 'zeros'.", padding=padding))
    read = read_tutorial_pairs(pairs, num_samples)
    vocabularies = VocabularyPair.from_pairs(read, normalization=None)
    sizes = (len(vocabularies.source), len(vocabularies.target))
    if sizes != (network.source_size, network.target_size):
        if embedding := next((layer.name for layer in layers.values() if layer.class_name == "Embedding"), None):
            raise Seq2SeqError(
                tr(
                    "{name} is word level: its layer {layer!r} reads numbers of {words} words, "
                    "and only its own script knows which is whose. Such a model opens as a folder, with its words in "
                    "{vocabulary} and its settings in {config} beside it, as the Keras code shown here writes "
                    "them; its encoder's Embedding must have mask_zero=True.",
                    name=path.name,
                    layer=embedding,
                    words=whole(network.source_size),
                    vocabulary=VOCABULARY_FILE,
                    config=CONFIG_FILE,
                )
            )
        raise Seq2SeqError(
            tr(
                "The first {count} pairs of {file} have {sources} source and {targets} target "
                "characters, but {name} was made for {source_size} and {target_size}: "
                "give the pairs file and num_samples it was trained with.",
                count=whole(len(read)),
                file=Path(pairs).name,
                sources=sizes[0],
                targets=sizes[1],
                name=path.name,
                source_size=network.source_size,
                target_size=network.target_size,
            )
        )
    config = ModelConfig(
        name=path.stem,
        title=tr("{file}, as the tutorial's script saved it", file=path.name),
        num_samples=num_samples,
        split="last",
        **kind_of_network(network).settings(network),
    )
    # as it was asked for, or as fifty of the pairs are predicted best
    tried = [pair for pair in read if pair.source.strip() and len(pair.source) <= MAX_SOURCE_TOKENS]
    tried = tried[:: max(1, len(tried) // TRIED)][:TRIED]
    costs = {reading: _cost(reading, tried) for reading in _readings(config, vocabularies, network)}
    asked = [
        reading
        for reading in costs
        if reverse_source in (None, reading.config.reverse_source)
        and (padding in (None, reading.config.source_padding) or not network.reads_padding)
    ]
    if not asked:
        raise Seq2SeqError(tr("The source vocabulary has no space to pad with: use padding='zeros'."))
    best = min(costs[reading] for reading in asked)
    backwards = all(best < CLEARLY * costs[reading] for reading in asked if not reading.config.reverse_source)
    chosen = min((each for each in asked if each.config.reverse_source == backwards), key=costs.__getitem__)
    others = (f"{_reading(each.config)}, {decimal(cost, 3)}" for each, cost in costs.items() if each is not chosen)
    about = tr("Opened with {count} pairs of {file}.", count=whole(len(read)), file=Path(pairs).name)
    values = {
        "reading": _reading(chosen.config),
        "tried": len(tried),
        "cost": decimal(costs[chosen], 3),
        "others": "; ".join(others),
    }
    why = (
        tr("It reads a sentence {reading}: so, {tried} of them cost {cost} nats a character ({others}).", **values)
        if len(asked) > 1
        else tr(
            "It reads a sentence {reading}: as was asked for, {tried} of them cost {cost} nats a character ({others}).",
            **values,
        )
    )
    return Translator(chosen.config, vocabularies, network, f"# {config.title}\n\n{about} {why}\n")


def _readings(config: ModelConfig, vocabularies: VocabularyPair, network: Network) -> list[Translator]:
    """The ways in which a tutorial's network may have been trained to read, the commonest first."""
    paddings: list[Literal["space", "zeros", "mask"]] = ["mask"]
    if network.reads_padding:
        paddings = ["space", "zeros"] if " " in vocabularies.source.ids else ["zeros"]
    return [
        Translator(replace(config, source_padding=padding, reverse_source=reverse), vocabularies, network)
        for reverse in (False, True)
        for padding in paddings
    ]


def _reading(config: ModelConfig) -> str:
    return tr(READINGS[config.reverse_source, config.source_padding])


def _cost(model: Translator, pairs: list[Pair]) -> float:
    """Nats a target token, teacher-forced; of no pairs, 0."""
    return -float(np.concatenate(log_probabilities(model, pairs)).mean()) if pairs else 0.0
