"""The code view: a config as a Keras script that stands alone, in the style of the tutorial's own.

A script is rendered from templates that are Python themselves: each kind of network has one (`models/*/script.py`),
which takes in the parts that all share (`parts/`). In a template a line `# % …` is a Jinja statement, a line `## …` a
remark, and neither leaves a trace; `{{…}}` is replaced. LSTM stands for the config's cell. A script holds what its
network and recipe need and nothing else: no option, no branch that is never taken.
"""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import fields
from functools import cache
from pathlib import Path

import jinja2

from ..config import ModelConfig
from ..data import cleaning
from ..data.training_data import UNKNOWN_SHARE
from ..data.typed_views import TYPED_MIXES
from ..models import KINDS
from ..recipes import CONFIGS

PACKAGE = Path(__file__).parents[1]
ALWAYS_CONSTANT = {
    "batch_size": "BATCH_SIZE",
    "epochs": "EPOCHS",
    "units": "LATENT_DIM",
    "validation_split": "VALIDATION_SPLIT",
    "seed": "SEED",
}
CONSTANTS = ALWAYS_CONSTANT | {  # config field: constant of the script
    "learning_rate": "LEARNING_RATE",
    "clipnorm": "CLIPNORM",
    "dropout": "DROPOUT",
    "label_smoothing": "LABEL_SMOOTHING",
    "max_words": "MAX_WORDS",
}
# what a script does not do, or says in words of its own
NOT_THE_SCRIPTS = ("name", "title", "layers", "num_samples", "epoch_parts", "length_buckets", "start_from", "stored")
WIDTH = 100  # columns of the docstring; no line of a script is longer than 110


def keras_script(config: ModelConfig) -> str:
    """A complete Keras 3 script that trains exactly this network with this recipe, saves it and decodes sentences.

    It imports Keras and NumPy, not this package, and reads `fra.txt`, or else `pairs.tsv`: pairs of one's own, or for a
    generated task what `seq2seq data` writes. Its sizes are constants at the top. The folder that it leaves, with
    `s2s_model.keras` in it, opens here.

    Source: the Keras ten-minute introduction to seq2seq and the script that goes with it (lstm_seq2seq).
    """
    cell, words = config.cell.upper(), config.level == "word"
    one_hot = "encoder_masked" if config.source_padding == "mask" else "encoder_inputs"
    # the optimizer that Keras makes from its name
    by_name = (config.learning_rate, config.schedule, config.clipnorm) == (1e-3, "constant", None)
    by_name = by_name and config.optimizer != "muon"
    kind = KINDS[config.architecture]
    template = _templates(config.cell).get_template(kind.script.relative_to(PACKAGE).as_posix())
    script = template.render(
        config=config,
        claims=kind.claims,
        cleaning=cleaning,
        title=_fill(_plain(config.title)),
        layers=f"{config.layers} {cell} layers" if config.layers > 1 else f"one {cell} layer",
        words=words,
        # Keras' own validation_split does what the config asks for
        held_out_last=config.task == "pairs" and config.split == "last" and not config.clean,
        unknown_share=UNKNOWN_SHARE,
        data_config=_config_of_data(config),
        encoder_read="encoder_embedded" if words else one_hot,
        decoder_read="decoder_embedded" if words else "decoder_inputs",
        softmax_arguments='activation="softmax"' + ', name="softmax"' * (config.optimizer == "muon"),
        # an epoch here is of all the sentences
        epochs=math.ceil(config.epochs / config.epoch_parts),
        typed_chances=_typed_chances(config),
        optimizer_name=f'"{config.optimizer}"' if by_name else "",
        settings=_settings(config, {"learning_rate"} if by_name else set()),
    )
    return re.sub(r"\n{4,}", "\n\n\n", script)  # where a part begins with a class, it brings its blank lines


@cache
def _templates(cell: str) -> jinja2.Environment:
    def source(name: str) -> str:
        return (PACKAGE / name).read_text(encoding="utf-8").replace("LSTM", cell.upper()).replace("lstm", cell)

    templates = jinja2.Environment(
        block_start_string="# % ",
        block_end_string="\n",
        comment_start_string="## ",
        comment_end_string="\n",
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(source),
    )
    templates.filters["fill"] = _fill
    return templates


def _settings(config: ModelConfig, without_constant: set[str]) -> list[tuple[str, str]]:
    """(field, expression) of what a `config.json` says of the script's model, by the script's constants where it has
    some, so that whoever changes one changes both; its layers are the template's to say."""
    found = []
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name in NOT_THE_SCRIPTS or (value in (None, field.default) and field.name not in ALWAYS_CONSTANT):
            continue
        constant = CONSTANTS.get(field.name) if field.name not in without_constant else None
        found.append((field.name, constant or (f'"{value}"' if isinstance(value, str) else repr(value))))
    return found


def _typed_chances(config: ModelConfig) -> tuple[tuple[str, float], ...]:
    """(view, chance) in the order they are applied, after the chance that a sentence is rewritten at all."""
    if not config.typed_views:
        return ()
    mix = TYPED_MIXES[config.typed_views]
    return (("rewritten", mix.rewritten), *mix.chances)


def _fill(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, break_on_hyphens=False)


def _plain(title: str) -> str:
    """A title that a config.json may have from anywhere, as text that cannot end a docstring."""
    kept = "".join(char if char.isprintable() else " " for char in title)
    return kept.replace("\\", "/").replace('"', "'")


def _config_of_data(config: ModelConfig) -> str:
    """What `seq2seq data --config` takes for this data: a name, or else the file that every checkpoint has."""
    named = CONFIGS.get(config.name)
    data = ("task", "num_samples", "validation_split", "seed")
    if named is None or any(getattr(named, field) != getattr(config, field) for field in data):
        return "config.json"
    return config.name
