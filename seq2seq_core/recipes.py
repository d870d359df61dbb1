"""The named configs, and configs from files: `seq2seq train --config` takes either."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from .config import ModelConfig
from .data.tasks import TASKS
from .errors import Seq2SeqError
from .language import later, tr
from .models import kind_of

_AS_WRITTEN = ModelConfig(
    name="en-fr-char-lstm-as-written",
    title="English → French: the tutorial, as written",
    languages="en-fr",
    num_samples=10_000,
    vocabulary_from="all",
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
    languages="",
    num_samples=10_000,
    split="source",
    validation_split=0.1,
    units=128,
    monitor="val_loss",
    epochs=12,
)

# all pairs, none of whose English sentences is on both sides: what it gets right it has not learnt by heart
_TEXTBOOK = ModelConfig(
    name="en-fr-char-attention-textbook",
    title="English → French, with attention: sentences as written",
    languages="en-fr",
    clean=True,
    vocabulary_from="all",
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

# … trained on with what people type, with words and with fragments; a 25th of the sentences an epoch
_FLAGSHIP = replace(
    _TEXTBOOK,
    name="en-fr-char-attention",
    title="English → French, with attention",
    split="hash",
    validation_split=0.05,
    typed_views="english",
    epoch_parts=25,
    start_from=_TEXTBOOK.name,
    no_loops=True,
    epochs=65,
    learning_rate=8e-4,
)

# twins: of one size, of one data, trained alike from scratch; what is between them is the attention
_TWIN = replace(
    _FLAGSHIP,
    name="en-fr-char-attention-twin",
    title="English → French: the twin with attention",
    start_from="",
    units=133,
    layers=1,
    dropout=0.0,
    epochs=32,
    optimizer="muon",
    learning_rate=1.2e-2,
)
_TWIN_WITHOUT = replace(
    _TWIN,
    name="en-fr-char-no-attention",
    title="English → French: the twin without attention",
    architecture="encoder_decoder",
    units=256,  # the tutorial's network; 1 % fewer numbers than the twin has
)

# the other way round: one layer and Muon, which learn most in the hour that there was
_BACK = replace(
    _FLAGSHIP,
    name="fr-en-char-attention",
    title="French → English, with attention",
    swap=True,
    typed_views="french",
    start_from="",
    units=176,
    layers=1,
    dropout=0.0,
    batch_size=128,
    epochs=117,
    optimizer="muon",
    learning_rate=1.2e-2,
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
        replace(
            _FAST,
            name="en-fr-char-cnn",
            title="English → French: convolutions, no recurrence",
            architecture="convolutional",
            layers=3,
            source_padding="zeros",
            epochs=20,
            optimizer="adam",  # Keras' Muon takes matrices alone, and the kernels of convolutions are none
            learning_rate=2e-3,
        ),
        _TEXTBOOK,
        _FLAGSHIP,
        _TWIN,
        _TWIN_WITHOUT,
        _BACK,
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
            name="digit-sums-lstm",
            title="Adding digit by digit, in step",
            task="digit-sums",
            architecture="same_length",
            num_samples=20_000,
        ),
        replace(
            _GENERATED,
            name="reverse-lstm",
            title="Reversing, in step: what it cannot do",
            task="reverse",
            architecture="same_length",
            num_samples=20_000,
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


def check(config: ModelConfig) -> ModelConfig:
    """The config, where its task and its kind of network are known and agree with the rest of it.

    Raises:
        Seq2SeqError: they are not, or do not.
    """
    if config.task != "pairs" and config.task not in TASKS:
        raise Seq2SeqError(
            tr(
                "task={task!r} is not known: it is 'pairs' or one of {known}.",
                task=config.task,
                known=", ".join(TASKS),
            )
        )
    if config.task != "pairs" and config.num_samples is None:
        raise Seq2SeqError(tr("num_samples: how many examples of {task!r} should be generated?", task=config.task))
    kind_of(config)
    return config


def config_of(values: Any, where: str = later("the config")) -> ModelConfig:
    """The config that a `config.json` holds. Raises Seq2SeqError for what is none."""
    return check(ModelConfig.from_dict(values, where))


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
        raise Seq2SeqError(
            tr(
                "There is no config {name!r}: give a file, or one of {known}.",
                name=str(name_or_path),
                known=", ".join(CONFIGS),
            )
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Seq2SeqError(tr("{path} is not JSON: {error}.", path=path, error=error)) from None
    return config_of(values, where=str(path))
