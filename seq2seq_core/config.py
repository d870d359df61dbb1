"""ModelConfig: everything that makes one model, and the named ones.

A config is data: it is stored as `config.json` beside the weights it made, and `seq2seq train --config` takes the
name of one listed here or the path of such a file.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from .data.tasks import TASKS
from .errors import Seq2SeqError


@dataclass(frozen=True)
class ModelConfig:
    """One model: its data, its network, its training recipe."""

    name: str  # folder under pretrained/, and what load_model() is given
    title: str  # one line for people, shown in the picker

    # data
    task: str = "pairs"  # "pairs": a file of sentence pairs; else one of tasks.TASKS, which generates them
    level: Literal["character", "word"] = "character"  # what one token is
    max_words: int = 10_000  # word level: the most frequent so many, each side
    num_samples: int | None = None  # the first so many pairs of the file; None: all
    clean: bool = False  # typographic variants made one, the longest and the strangest pairs left out (cleaning.py)
    split: Literal["source", "last"] = "source"  # "last": the tutorial's "last 20 %", sources on both sides
    validation_split: float = 0.2  # share of the pairs held out
    source_padding: Literal["mask", "zeros", "space"] = "mask"  # what the encoder meets after a short sentence
    reverse_source: bool = False  # the encoder reads the sentence backwards (Sutskever et al. 2014)

    # network
    architecture: Literal["encoder_decoder", "repeat_vector", "attention"] = "encoder_decoder"
    cell: Literal["lstm", "gru"] = "lstm"
    units: int = 256  # the tutorial's latent_dim; attention: of each direction of the encoder, half of the decoder's
    layers: int = 1  # of the encoder, and of the decoder
    dropout: float = 0.0  # attention: share of the numbers between its layers that is zeroed while training

    stored: Literal["float32", "float16"] = "float32"  # precision of the weights in model.keras

    # training
    teacher_forcing: bool = True  # False: the decoder's own softmax is fed back, with the gradient through it
    batch_size: int = 64
    length_buckets: int = 1  # batches of similar target lengths, padded to one of so many lengths (unless on PyTorch)
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
                        f"{field.name}={value!r} is not known: it is one of {', '.join(map(repr, choices))}."
                    )
        for name in ("max_words", "units", "layers", "batch_size", "length_buckets", "epochs"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise Seq2SeqError(f"{name}={value!r}: a whole number of at least 1 was expected.")
        if self.num_samples is not None and (type(self.num_samples) is not int or self.num_samples < 2):
            raise Seq2SeqError(f"num_samples={self.num_samples!r}: at least 2 pairs are needed, or null for all.")
        if not _is_number(self.validation_split) or not 0 < self.validation_split < 1:
            raise Seq2SeqError(f"validation_split={self.validation_split!r}: a share between 0 and 1 was expected.")
        if not _is_number(self.learning_rate) or self.learning_rate <= 0:
            raise Seq2SeqError(f"learning_rate={self.learning_rate!r}: a number above 0 was expected.")
        if self.clipnorm is not None and (not _is_number(self.clipnorm) or self.clipnorm <= 0):
            raise Seq2SeqError(f"clipnorm={self.clipnorm!r}: a number above 0 was expected, or null.")
        if not _is_number(self.dropout) or not 0 <= self.dropout < 1:
            raise Seq2SeqError(f"dropout={self.dropout!r}: a share from 0 to less than 1 was expected.")
        for name in ("clean", "reverse_source", "teacher_forcing"):
            if not isinstance(getattr(self, name), bool):
                raise Seq2SeqError(f"{name}={getattr(self, name)!r}: true or false was expected.")
        if self.task != "pairs" and self.task not in TASKS:
            raise Seq2SeqError(f"task={self.task!r} is not known: it is 'pairs' or one of {', '.join(TASKS)}.")
        if self.task != "pairs" and self.num_samples is None:
            raise Seq2SeqError(f"num_samples: how many examples of {self.task!r} should be generated?")
        if self.level == "word" and self.source_padding != "mask":
            raise Seq2SeqError("Word-level models mask their padding: source_padding='mask' was expected.")
        if self.architecture == "repeat_vector" and not self.teacher_forcing:
            raise Seq2SeqError("A repeat_vector decoder reads no tokens, so there is no teacher forcing to leave out.")
        if self.architecture == "attention" and not self.teacher_forcing:
            raise Seq2SeqError("Training without teacher forcing is not known for attention, only for encoder_decoder.")
        if self.architecture != "attention" and self.dropout:
            raise Seq2SeqError("dropout is known for architecture='attention' only.")
        if self.clean and self.task != "pairs":
            raise Seq2SeqError("clean=true is for sentence pairs: what a task generates needs no cleaning.")
        if self.level == "word" and not self.teacher_forcing:
            raise Seq2SeqError("Without teacher forcing a softmax is fed back, which a word embedding cannot read.")
        if type(self.seed) is not int or not 0 <= self.seed < 2**32:
            raise Seq2SeqError(f"seed={self.seed!r}: a whole number from 0 to {2**32 - 1} was expected.")
        # a folder and a Keras model are named by it
        if not isinstance(self.name, str) or not self.name or "/" in self.name:
            raise Seq2SeqError(f"name={self.name!r}: a text without a slash was expected.")
        if not isinstance(self.title, str):
            raise Seq2SeqError(f"title={self.title!r}: a text was expected.")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any], where: str = "the config") -> ModelConfig:
        """Raises Seq2SeqError for a key that does not exist or a value that cannot be."""
        known = {field.name for field in fields(cls)}
        if not isinstance(values, dict):
            raise Seq2SeqError(f"{where} holds {type(values).__name__}, but a JSON object was expected.")
        if unknown := sorted(set(values) - known):
            raise Seq2SeqError(f"{where} has unknown keys {unknown}; the known ones are {sorted(known)}.")
        if missing := {"name", "title"} - set(values):
            raise Seq2SeqError(f"{where} lacks {sorted(missing)}.")
        try:
            return cls(**values)
        except TypeError as error:
            raise Seq2SeqError(f"{where} has a value of the wrong type: {error}.") from None


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]


_AS_WRITTEN = ModelConfig(
    name="en-fr-char-lstm-as-written",
    title="English → French: the tutorial, as written",
    num_samples=10_000,
    split="last",
    monitor="loss",  # the text's examples come from the training set: what it memorised is the point
)
# the same network and data, learnt in a fraction of the time; the README has the measurements behind each number
_FAST = replace(
    _AS_WRITTEN,
    name="en-fr-char-lstm",
    title="English → French: the tutorial’s LSTM",
    length_buckets=4,
    epochs=30,
    optimizer="muon",
    learning_rate=2e-2,
    schedule="cosine",
    clipnorm=1.0,
)
# generated data: problems, not sentences, so what counts is the held-out side
_GENERATED = replace(
    _FAST,
    num_samples=10_000,
    split="source",
    validation_split=0.1,
    units=128,
    monitor="val_loss",
    epochs=12,
)

# all pairs, none of whose English sentences is on both sides: what it gets right it has not learnt by heart
_FLAGSHIP = ModelConfig(
    name="en-fr-char-attention",
    title="English → French, with attention",
    clean=True,
    validation_split=0.02,
    architecture="attention",
    units=192,
    layers=2,
    dropout=0.1,
    stored="float16",  # 4 million parameters in less than 10 MB
    batch_size=128,
    length_buckets=6,
    epochs=20,
    optimizer="adam",
    learning_rate=2e-3,
    schedule="cosine",
    clipnorm=1.0,
    monitor="loss",  # the last epoch: translations get better after the held-out loss has turned (the card has both)
)

CONFIGS: dict[str, ModelConfig] = {
    config.name: config
    for config in [
        _FAST,
        _AS_WRITTEN,
        replace(
            _FAST,
            name="en-fr-char-gru",
            title="English → French: a GRU instead",
            cell="gru",
            learning_rate=4e-3,  # at 2e-2 its loss stands still for epochs
        ),
        replace(_FAST, name="en-fr-char-lstm-2-layers", title="English → French: two layers of LSTM", layers=2),
        replace(
            _FAST,
            name="en-fr-char-lstm-reversed",
            title="English → French: source reversed",
            reverse_source=True,
        ),
        replace(
            _FAST,
            name="en-fr-char-lstm-free-running",
            title="English → French: trained without teacher forcing",
            teacher_forcing=False,
            learning_rate=1e-2,
        ),
        replace(
            _FAST,
            name="en-fr-word-lstm",
            title="English → French: words, not characters",
            level="word",
            units=128,
        ),
        _FLAGSHIP,
        replace(
            _GENERATED,
            name="addition-lstm",
            title="Addition: 535+61 → 596",
            task="addition",
            architecture="repeat_vector",
            num_samples=50_000,
            batch_size=128,
            length_buckets=1,
            reverse_source=True,  # the last digits, where the carry comes from, are read first
        ),
        replace(
            _GENERATED,
            name="dates-gru",
            title="Dates → ISO 8601",
            task="dates",
            cell="gru",
            num_samples=20_000,
        ),
        replace(
            _GENERATED,
            name="number-words-lstm",
            title="Numbers → French words",
            task="number-words",
            num_samples=9_900,
        ),
        replace(
            _GENERATED,
            name="phrases-lstm",
            title="Phrases of a small grammar",
            task="phrases",
            num_samples=8_700,
            units=256,
            learning_rate=8e-3,  # at 2e-2 it never gets below 0.2 nats
            epochs=20,
        ),
    ]
}


def load_config(name_or_path: str | Path) -> ModelConfig:
    """A named config, or the one in a `config.json`.

    Raises:
        Seq2SeqError: no such name and no such file, or the file is no ModelConfig.
    """
    if str(name_or_path) in CONFIGS:
        return CONFIGS[str(name_or_path)]
    path = Path(name_or_path)
    try:
        found = path.is_file()
    except OSError:  # longer than a file's name may be
        found = False
    if not found:
        raise Seq2SeqError(f"There is no config {str(name_or_path)!r}: give a file, or one of {', '.join(CONFIGS)}.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Seq2SeqError(f"{path} is not JSON: {error}.") from None
    return ModelConfig.from_dict(values, where=str(path))


__all__ = ["CONFIGS", "ModelConfig", "load_config", "replace"]
