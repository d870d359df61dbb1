"""ModelConfig: everything that makes one model. It is data, stored as `config.json` beside the weights it made."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from .errors import Seq2SeqError
from .language import later, tr

_LANGUAGES = re.compile(r"([a-z]{2,3}-[a-z]{2,3})?")


@dataclass(frozen=True)
class ModelConfig:
    """One model: its data, its network, its training recipe."""

    name: str  # folder under pretrained/, and what load_model() is given
    title: str  # one line for people, shown in the picker

    # data
    task: str = "pairs"  # "pairs": a file of sentence pairs; else one of tasks.TASKS, which generates them
    level: Literal["character", "word"] = "character"  # what one token is
    max_words: int = 10_000  # word level: how many of the most frequent, on each side
    # whose tokens the vocabularies have: "all" is the tutorial's way, held-out pairs included, some of whose tokens are
    # then in no training pair
    vocabulary_from: Literal["training", "all"] = "training"
    num_samples: int | None = None  # the first N pairs of the file; None: all
    swap: bool = False  # the pairs' second column is read and the first written
    languages: str = ""  # of the pairs' columns, as "en-fr"; "": not known, or the task knows
    clean: bool = False  # typographic variants made one, the longest and the strangest pairs left out (cleaning.py)
    # what is held out: "hash" decides by the sentence alone (data/splits.py), "source" draws from this file's sources,
    # "last" is the tutorial's "last 20 %", sources on both sides
    split: Literal["hash", "source", "last"] = "source"
    validation_split: float = 0.2  # share of the pairs held out
    source_padding: Literal["mask", "zeros", "space"] = "mask"  # what the encoder meets after a short sentence
    reverse_source: bool = False  # the encoder reads the sentence backwards (Sutskever et al. 2014)
    typed_views: Literal["", "english", "french"] = ""  # sources as people type them, words and fragments: mixed in
    epoch_parts: int = 1  # with typed_views: an epoch has one of N parts of the sentences

    # network
    start_from: str = ""  # a pretrained model whose weights and vocabularies are trained on; "": from scratch
    architecture: str = "encoder_decoder"  # the kind of network, one of models.KINDS
    cell: Literal["lstm", "gru"] = "lstm"
    units: int = 256  # the tutorial's latent_dim; attention: of each direction of the encoder, half of the decoder's
    layers: int = 1  # of the encoder, and of the decoder
    dropout: float = 0.0  # share of the numbers between the layers that is zeroed while training

    no_loops: bool = False  # decoding refuses a third copy in a row (decoding/loop_guard.py)
    stored: Literal["float32", "float16"] = "float32"  # precision of the weights in model.keras

    # training
    label_smoothing: float = 0.0  # share of each target that is spread evenly over the whole vocabulary
    teacher_forcing: bool = True  # False: the decoder's own softmax is fed back, with the gradient through it
    batch_size: int = 64
    length_buckets: int = 1  # batches of similar target lengths, padded to one of N lengths (unless on PyTorch)
    epochs: int = 100
    optimizer: Literal["rmsprop", "adam", "muon"] = "rmsprop"  # muon: for all matrices but embeddings and the softmax
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"  # cosine: down to a hundredth of the rate, over all epochs
    clipnorm: float | None = None  # a weight's gradient is scaled down to this Euclidean norm; None: never
    monitor: Literal["loss", "val_loss"] = "val_loss"  # the epoch with the lowest of this is the one kept
    seed: int = 0

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            choices = get_args(hints[field.name])
            if choices and all(isinstance(choice, str) for choice in choices):
                value = getattr(self, field.name)
                if value not in choices:
                    raise Seq2SeqError(
                        tr(
                            "{name}={value!r} is not known: it is one of {choices}.",
                            name=field.name,
                            value=value,
                            choices=", ".join(map(repr, choices)),
                        )
                    )
        for name in ("max_words", "units", "layers", "batch_size", "length_buckets", "epochs", "epoch_parts"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise Seq2SeqError(
                    tr("{name}={value!r}: a whole number of at least 1 was expected.", name=name, value=value)
                )
        if self.num_samples is not None and (type(self.num_samples) is not int or self.num_samples < 2):
            raise Seq2SeqError(
                tr(
                    "num_samples={value!r}: at least 2 pairs are needed, or null for all.",
                    value=self.num_samples,
                )
            )
        if not _is_number(self.validation_split) or not 0 < self.validation_split < 1:
            raise Seq2SeqError(
                tr(
                    "validation_split={value!r}: a share between 0 and 1 was expected.",
                    value=self.validation_split,
                )
            )
        if not _is_number(self.learning_rate) or self.learning_rate <= 0:
            raise Seq2SeqError(tr("learning_rate={value!r}: a number above 0 was expected.", value=self.learning_rate))
        if self.clipnorm is not None and (not _is_number(self.clipnorm) or self.clipnorm <= 0):
            raise Seq2SeqError(tr("clipnorm={value!r}: a number above 0 was expected, or null.", value=self.clipnorm))
        for name in ("dropout", "label_smoothing"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value < 1:
                raise Seq2SeqError(
                    tr("{name}={value!r}: a share from 0 to less than 1 was expected.", name=name, value=value)
                )
        for name in ("swap", "clean", "reverse_source", "teacher_forcing", "no_loops"):
            if not isinstance(getattr(self, name), bool):
                raise Seq2SeqError(
                    tr("{name}={value!r}: true or false was expected.", name=name, value=getattr(self, name))
                )
        for name in ("title", "task", "architecture", "start_from"):
            if not isinstance(getattr(self, name), str):
                raise Seq2SeqError(tr("{name}={value!r}: a text was expected.", name=name, value=getattr(self, name)))
        if self.level == "word" and self.source_padding != "mask":
            raise Seq2SeqError(tr("Word-level models mask their padding: source_padding='mask' was expected."))
        if self.clean and self.task != "pairs":
            raise Seq2SeqError(tr("clean=true is for sentence pairs: what a task generates needs no cleaning."))
        if not isinstance(self.languages, str) or not _LANGUAGES.fullmatch(self.languages):
            raise Seq2SeqError(
                tr("languages={value!r}: two codes such as 'en-fr' were expected, or ''.", value=self.languages)
            )
        if self.languages and self.task != "pairs":
            raise Seq2SeqError(tr("languages is for sentence pairs: a task knows its own."))
        if self.swap and not (self.clean and self.split == "hash"):
            raise Seq2SeqError(tr("swap=true is for cleaned sentence pairs whose held-out side is decided by a hash."))
        if self.typed_views and (not self.clean or self.level == "word"):
            raise Seq2SeqError(tr("typed_views are for cleaned sentence pairs, read by character."))
        if self.epoch_parts > 1 and not self.typed_views:
            raise Seq2SeqError(tr("epoch_parts is for typed_views only."))
        if type(self.seed) is not int or not 0 <= self.seed < 2**32:
            raise Seq2SeqError(
                tr("seed={value!r}: a whole number from 0 to {most} was expected.", value=self.seed, most=2**32 - 1)
            )
        # a folder and a Keras model are named by it
        if not isinstance(self.name, str) or not self.name or "/" in self.name:
            raise Seq2SeqError(tr("name={value!r}: a text without a slash was expected.", value=self.name))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any], where: str = later("the config")) -> ModelConfig:
        """Raises Seq2SeqError for a key that does not exist or a value that cannot be."""
        known = {field.name for field in fields(cls)}
        if not isinstance(values, dict):
            raise Seq2SeqError(
                tr("{where} holds {kind}, but a JSON object was expected.", where=tr(where), kind=type(values).__name__)
            )
        if unknown := sorted(set(values) - known):
            raise Seq2SeqError(
                tr(
                    "{where} has unknown keys {unknown}; the known ones are {known}.",
                    where=tr(where),
                    unknown=unknown,
                    known=sorted(known),
                )
            )
        if missing := {"name", "title"} - set(values):
            raise Seq2SeqError(tr("{where} lacks {missing}.", where=tr(where), missing=sorted(missing)))
        try:
            return cls(**values)
        except TypeError as error:
            raise Seq2SeqError(
                tr("{where} has a value of the wrong type: {error}.", where=tr(where), error=error)
            ) from None


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
