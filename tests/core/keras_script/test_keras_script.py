"""The code view's script: it stands alone, holds what its config needs, runs, and makes the very network."""

from __future__ import annotations

import ast
import math
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_pairs import many_pairs, write_tsv

import seq2seq_core
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.batching import Batch
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.training_data import make_vocabularies, training_data
from seq2seq_core.data.vectorization import encode_pairs
from seq2seq_core.data.vocabulary import split_words
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.keras_file.reader import read_keras_file
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.models import KINDS, kind_of, network_from_layers
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.saving.load_model import load_model

AS_WRITTEN = ModelConfig(
    name="as-written",
    title="The tutorial’s own",
    languages="en-fr",
    num_samples=10_000,
    vocabulary_from="all",
    split="last",
    monitor="loss",
)
FAST = replace(
    AS_WRITTEN,
    vocabulary_from="training",
    length_buckets=6,
    optimizer="adam",
    learning_rate=4e-3,
    schedule="cosine",
    clipnorm=1.0,
    epochs=60,
)
CASES = {
    "as written": AS_WRITTEN,
    "gru": replace(AS_WRITTEN, cell="gru", split="source", source_padding="space", optimizer="adam"),
    "two layers": replace(FAST, layers=2, optimizer="muon"),
    "two layers with dropout": replace(FAST, layers=2, dropout=0.1),
    "dropout": replace(FAST, dropout=0.1, cell="gru"),
    "labels smoothed": replace(FAST, label_smoothing=0.1, split="source", monitor="val_loss"),
    "words": replace(FAST, level="word", max_words=60, optimizer="muon"),
    "words, the rarest left out": replace(FAST, level="word", split="source"),
    "free running": replace(FAST, teacher_forcing=False, learning_rate=2e-3),
    "free running, two layers of GRU": replace(FAST, teacher_forcing=False, cell="gru", layers=2),
    "addition": replace(
        FAST,
        task="addition",
        languages="",
        architecture="repeat_vector",
        num_samples=50_000,
        validation_split=0.1,
        monitor="val_loss",
    ),
    "same length": replace(FAST, task="digit-sums", languages="", architecture="same_length", validation_split=0.1),
    "same length, two layers of GRU": replace(
        FAST, task="reverse", languages="", architecture="same_length", cell="gru", layers=2
    ),
    "reversed": replace(FAST, reverse_source=True, source_padding="zeros"),
    "convolutions": replace(FAST, architecture="convolutional", layers=3, source_padding="zeros"),
    "attention": replace(FAST, architecture="attention", layers=2, dropout=0.1, split="source", clean=True),
    "as people type": replace(
        FAST,
        architecture="attention",
        layers=2,
        split="hash",
        clean=True,
        typed_views="english",
        start_from="as-written",
    ),
    "the other way round": replace(
        FAST, architecture="attention", split="hash", clean=True, typed_views="french", swap=True
    ),
    "attention, words, GRU": replace(FAST, architecture="attention", cell="gru", level="word", max_words=60),
}
NUM_SAMPLES, BATCH_SIZE, LATENT_DIM, NUM_DECODED = 40, 16, 8, 2
PAIRS = many_pairs()
PACKAGE = Path(seq2seq_core.__file__).parent
TEMPLATES = [*PACKAGE.glob("keras_script/parts/*.py"), *PACKAGE.glob("models/*/script.py")]


def num_samples(config: ModelConfig) -> int:
    return 300 if config.clean else NUM_SAMPLES  # cleaning leaves out what is rare: of a few pairs, all


def tiny(config: ModelConfig) -> ModelConfig:
    """The config whose script is `tiny_script(config)`."""
    return replace(config, num_samples=num_samples(config), batch_size=BATCH_SIZE, units=LATENT_DIM, epochs=1)


def tiny_script(config: ModelConfig) -> str:
    """The config's script with other constants at its top, as a reader would change them."""
    sizes = {"EPOCHS": 1, "BATCH_SIZE": BATCH_SIZE, "LATENT_DIM": LATENT_DIM, "NUM_DECODED": NUM_DECODED}
    if config.task == "pairs":
        sizes["NUM_SAMPLES"] = num_samples(config)
    script = keras_script(config)
    for name, value in sizes.items():
        script, found = re.subn(rf"^{name} = \S+", f"{name} = {value}", script, flags=re.MULTILINE)
        assert found == 1, name
    return script


def data_of(config: ModelConfig) -> tuple[list[Pair], list[Pair]]:
    return training_data(config, PAIRS if config.task == "pairs" else ())


def write_data(folder: Path, config: ModelConfig) -> None:
    if config.task == "pairs":
        name = "fra.txt" if config.languages else "pairs.tsv"
        write_tsv(folder / name, PAIRS, "CC-BY 2.0 (France) Attribution: these tests")
    else:
        training, validation = data_of(config)
        write_tsv(folder / "pairs.tsv", [*training, *validation])


def possible_configs() -> Iterator[ModelConfig]:
    """Every combination of what changes a script's text."""
    choices: dict[str, tuple[Any, ...]] = {
        "task": ("pairs", "dates"),
        "num_samples": (None, 100),
        "level": ("character", "word"),
        "split": ("source", "last", "hash"),
        "source_padding": ("mask", "space"),
        "reverse_source": (False,),
        "architecture": tuple(KINDS),
        "dropout": (0.0, 0.2),
        "clean": (False, True),
        "cell": ("lstm", "gru"),
        "layers": (1, 3),
        "teacher_forcing": (True, False),
    }
    recipes: tuple[dict[str, Any], ...] = (
        {},
        {"optimizer": "muon", "vocabulary_from": "all", "label_smoothing": 0.1},
        {"optimizer": "adam", "schedule": "cosine", "clipnorm": 1.0, "length_buckets": 6, "learning_rate": 4e-3},
    )
    for values, recipe in product(product(*choices.values()), recipes):
        try:
            config = ModelConfig(name="any", title="Any", **dict(zip(choices, values, strict=True)), **recipe)
            kind_of(config)
        except Seq2SeqError:  # a combination that is refused
            continue
        yield config


# --- the templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_is_python_itself(path: Path) -> None:
    compile(path.read_text(encoding="utf-8"), path.name, "exec")


def test_every_kind_has_a_template() -> None:
    assert {path for path in TEMPLATES if path.parent.name != "parts"} == {kind.script for kind in KINDS.values()}


# --- the text


def test_every_script_stands_alone_and_fits_a_projector() -> None:
    scripts = {keras_script(config) for config in (*possible_configs(), *CONFIGS.values())}
    assert len(scripts) > 200
    for script in scripts:
        imported = set()
        for node in ast.walk(ast.parse(script)):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module))
        allowed = {"keras", "numpy", "json", "math", "random", "re", "unicodedata", "collections", "pathlib", "hashlib"}
        assert {"keras", "numpy", "pathlib"} <= imported <= allowed
        assert "seq2seq_" not in script
        assert max(map(len, script.splitlines())) < 110
        # what a template says to Jinja, an option looked up while running
        assert not any(mark in script for mark in ("{{", "}}", "# %", "## "))
        assert "config" not in script.replace("--config", "").replace("config.json", "")


def test_every_script_is_linted_and_formatted(tmp_path: Path) -> None:
    scripts = {keras_script(config) for config in (*possible_configs(), *CONFIGS.values(), *CASES.values())}
    for number, script in enumerate(sorted(scripts)):
        (tmp_path / f"script_{number}.py").write_text(script, encoding="utf-8")
    rules = "--select=E,F,I,B,UP,SIM,RUF,PTH,N,PT", "--ignore=RUF001,RUF002,RUF003"
    for command in (["check", *rules], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--quiet", "--line-length=110", "."],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_as_written_is_the_tutorials_own_script() -> None:
    script = keras_script(AS_WRITTEN)
    for line in [
        "BATCH_SIZE = 64  # Batch size for training.",
        "EPOCHS = 100  # Number of epochs to train for.",
        "LATENT_DIM = 256  # Latent dimensionality of the encoding space.",
        "NUM_SAMPLES = 10000  # Number of samples to train on.",
        "        decoder_input_data[i, t, target_token_index[char]] = 1.0",
        "encoder = keras.layers.LSTM(LATENT_DIM, return_state=True)",
        "encoder_outputs, *encoder_states = encoder(encoder_masked)",
        "decoder_lstm = keras.layers.LSTM(LATENT_DIM, return_sequences=True, return_state=True)",
        "decoder_outputs, *_ = decoder_lstm(decoder_inputs, initial_state=encoder_states)",
        'decoder_dense = keras.layers.Dense(num_decoder_tokens, activation="softmax")',
        "model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)",
        '    optimizer="rmsprop",',
        "    validation_split=VALIDATION_SPLIT,",
        'model.save("s2s_model.keras")',
        "encoder_model = keras.Model(encoder_inputs, encoder_states)",
        "def decode_sequence(input_seq):",
        "decoder_states_inputs = [keras.Input(shape=(LATENT_DIM,)) for _ in encoder_states]",
        "        sampled_token_index = np.argmax(output_tokens[0, -1, :])",
        '    print("Decoded sentence:", decoded_sentence)',
    ]:
        assert f"\n{line}\n" in script


# what a choice brings into a script, and what must then not be there
WORDS: dict[str, tuple[list[str], list[str]]] = {
    "as written": (
        ["LSTM", "Masking", "validation_split="],
        [
            "GRU",
            "Embedding",
            "RepeatVector",
            "FeedbackCell",
            "NUM_LAYERS",
            "LEARNING_RATE",
            "optimizer = ",
            "num_training",
            "clipnorm",
            "Muon",
            'name="softmax"',
            "import random",
        ],
    ),
    "gru": (
        ["GRU", "decoder_gru", "random.Random", "validation_data", '[" "]', 'optimizer="adam"'],
        ["LSTM", "lstm", "Masking", "validation_split=", "rmsprop"],
    ),
    "two layers": (
        ["NUM_LAYERS", "layers.LSTM", "CosineDecay", "Seq2Seq Lab", "Muon(", 'name="softmax"'],
        ["GRU", "FeedbackCell", "Embedding", "encoder_outputs"],
    ),
    "words": (
        ["Embedding", "mask_zero=True", "MAX_WORDS", "<unk>", "re.compile"],
        ["Masking", "_characters", "for t, char", "keras.Input(shape=(None, ", "FeedbackCell"],
    ),
    "free running": (
        ["FeedbackCell", "training_model.fit", "no teacher forcing"],
        ["NUM_LAYERS", "decoder_layers", " model.fit"],
    ),
    "free running, two layers of GRU": (
        ["FeedbackCell", "GRU", "for layer in decoder_layers"],
        ["LSTM", "lstm", "decoder_gru.cell"],
    ),
    "words, the rarest left out": (['"<unk>" is learnt', "sentences[:num_training]"], ["input_characters"]),
    "addition": (
        ["RepeatVector", "pairs.tsv", "[num_training:]"],
        ["fra.txt", "NUM_SAMPLES", "decoder_input", "return_state", "unicodedata"],
    ),
    "convolutions": (
        ["Conv1D", "keras.layers.Attention()", "NUM_LAYERS = 3", 'padding="causal"'],
        ["LSTM", "GRU", "states_value", "Masking", "Bidirectional", "encoder_model"],
    ),
    "two layers with dropout": (["NUM_LAYERS = 2", "if not is_top", "SpatialDropout1D(DROPOUT)"], ["Bidirectional"]),
    "dropout": (["SpatialDropout1D(DROPOUT)", "decoder_gru"], ["NUM_LAYERS", "is_top", "Smoothed"]),
    "labels smoothed": (
        ["LABEL_SMOOTHING = 0.1", "SmoothedCrossentropy(reduction=", '"val_sparse_categorical_crossentropy"'],
        ["SparseCategoricalCrossentropy", "DROPOUT"],
    ),
    "attention": (
        ["Bidirectional", "keras.layers.Attention()", "SpatialDropout1D(DROPOUT)", "NUM_LAYERS", "plain(text)"],
        ["GRU", "Embedding", "RepeatVector", "FeedbackCell"],
    ),
    "attention, words, GRU": (
        ["Bidirectional", "keras.layers.Attention()", "Embedding", "NUM_LAYERS = 1"],
        ["LSTM", "lstm", "Dropout", "DROPOUT", "plain("],
    ),
    "as people type": (
        ["TypedSentences()", "is_held_out", "typo(text)", "blake2b", "load_weights"],
        ["no_accents", "GRU", "random.Random", "The other way round", 'replace("œ"'],
    ),
    "the other way round": (
        ["TypedSentences()", "The other way round", 'replace("œ"', "(?=[!?:;])"],
        ["load_weights", "NUM_LAYERS = 2"],
    ),
    "same length": (
        ["[num_training:]", "target_text[1:-1]", "The trivial case"],
        ["decoder_input", "num_decoder_steps", "NUM_LAYERS", "RepeatVector", "return_state"],
    ),
    "same length, two layers of GRU": (["NUM_LAYERS", "layers.GRU"], ["LSTM", "lstm", "return_state"]),
    "reversed": (["reversed(input_text)", "clipnorm=CLIPNORM", "Adam("], ["Masking", "rmsprop", "RMSprop", "GRU"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_script_holds_what_its_config_needs_and_nothing_else(case: str) -> None:
    script = keras_script(CASES[case])
    present, absent = WORDS[case]
    assert [word for word in present if word not in script] == []
    assert [word for word in absent if word in script] == []


@pytest.mark.parametrize(
    "title",
    [
        '"""\nimport os',
        'ends with "',
        "back\\slash \\",
        "\x00\u2028",
        "{{config.name}} {{",
        "\n# % set trained = 1",
        "\n## x",
        "x" * 300,
    ],
)
def test_a_title_is_never_code(title: str) -> None:
    script = keras_script(replace(CASES["addition"], name=title.replace("/", ""), title=title))
    tree = ast.parse(script)
    assert ast.get_docstring(tree) is not None
    assert ast.dump(ast.Module(tree.body[1:], [])) == ast.dump(
        ast.Module(ast.parse(keras_script(CASES["addition"])).body[1:], [])
    )


def test_a_title_is_kept_as_it_is() -> None:
    title = "A GRU instead of an LSTM: {{config.name}} # % if x"
    assert keras_script(replace(CASES["gru"], title=title)).startswith(f'"""{title}\n\nThe encoder, one GRU layer,')


def test_the_data_command_is_one_that_gives_this_data() -> None:
    named = CONFIGS["addition-lstm"]
    assert "\n#     seq2seq data --config addition-lstm --out pairs.tsv\n" in keras_script(named)
    assert "--config addition-lstm " in keras_script(replace(named, units=32))
    assert "--config config.json " in keras_script(replace(named, num_samples=2_000))
    assert "--config config.json " in keras_script(replace(named, name="mine"))


# --- the data it makes


@pytest.mark.parametrize("case", CASES)
def test_arrays_are_those_of_the_package(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part of the script before the network, run here."""
    config = tiny(CASES[case])
    write_data(tmp_path, config)
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(compile(tiny_script(CASES[case]).split("# Define an input sequence")[0], "script", "exec"), made)

    training, validation = data_of(config)
    pairs = [*training, *validation]
    vocabularies = make_vocabularies(config, training, validation)
    ids = encode_pairs(pairs, vocabularies, config)
    batch = Batch(ids, (ids.decoder_target >= 0).astype(np.float32))
    (encoder_input, *decoder_input), target, weights = kind_of(config).training_arrays(batch, vocabularies)
    steps, counts = weights.shape[1], weights > 0
    if config.level == "word":
        hindi = "बिल्ली सोती है। ☕\ufe0f"
        assert made["split_words"](hindi) == split_words(hindi)
    assert made["input_texts"] == [pair.source for pair in pairs]
    assert tuple(made["input_tokens"]) == vocabularies.source.tokens
    assert tuple(made["target_tokens"]) == vocabularies.target.tokens
    assert made["max_encoder_seq_length"] == vocabularies.max_source_length
    assert made["max_decoder_seq_length"] == vocabularies.max_target_length
    if config.split in ("source", "hash") or config.task != "pairs":
        assert made["num_training"] == len(training)
    np.testing.assert_array_equal(made["encoder_input_data"], encoder_input)
    np.testing.assert_array_equal(made["sample_weight"][:, :steps], weights)
    np.testing.assert_array_equal(made["decoder_target_data"][:, :steps][counts], target[counts])
    assert not made["sample_weight"][:, steps:].any()
    if not decoder_input:
        assert "decoder_input_data" not in made
    elif config.teacher_forcing:  # the tutorial also feeds the end, to a step that does not count
        np.testing.assert_array_equal(made["decoder_input_data"][:, :steps][counts], decoder_input[0][counts])
    else:
        np.testing.assert_array_equal(made["decoder_input_data"][:, 0], decoder_input[0][:, 0])
        assert not made["decoder_input_data"][:, 1:].any()


# --- the whole of it, run


@dataclass(frozen=True)
class ScriptRun:
    config: ModelConfig
    folder: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def script_runs(
    tmp_path_factory: pytest.TempPathFactory, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> Iterator[Callable[[str], ScriptRun]]:
    """Each script in a fresh Python, in a folder of its own, two at a time."""

    def run(case: str) -> ScriptRun:
        folder = folders[case]
        write_data(folder, tiny(CASES[case]))
        (folder / "script.py").write_text(tiny_script(CASES[case]), encoding="utf-8")
        return ScriptRun(tiny(CASES[case]), folder, run_python("-I", "script.py", cwd=folder))

    folders = {case: tmp_path_factory.mktemp("script") for case in CASES}
    with ThreadPoolExecutor(2) as pool:
        runs = {case: pool.submit(run, case) for case in CASES}
        yield lambda case: runs[case].result()


@pytest.mark.parametrize("case", CASES)
def test_it_runs_and_saves_the_very_network(case: str, script_runs: Callable[[str], ScriptRun]) -> None:
    run = script_runs(case)
    assert run.done.returncode == 0, run.done.stderr
    file = run.folder / "s2s_model.keras"
    network = network_from_layers(read_keras_file(file))
    training, validation = data_of(run.config)
    vocabularies = make_vocabularies(run.config, training, validation)
    assert network.reads_padding == (run.config.source_padding != "mask")

    # what it printed is what the package decodes with the folder it left
    translator = load_model(run.folder)
    assert translator.vocabularies == vocabularies
    for field in (
        "task",
        "level",
        "clean",
        "architecture",
        "cell",
        "units",
        "layers",
        "source_padding",
        "reverse_source",
        "vocabulary_from",
    ):
        assert getattr(translator.config, field) == getattr(run.config, field), field
    # a network that was hardly trained may write the start token, which is no text
    said = run.done.stdout.replace("\t", "")
    printed = re.findall(r"^Input sentence: (.*)\nDecoded sentence: (.*)", said, re.MULTILINE)
    held_out_last = run.config.task == "pairs" and run.config.split == "last"
    shown = training[:NUM_DECODED] if held_out_last else validation[-NUM_DECODED:]
    assert printed == [(pair.source, translator.translate(pair.source).text) for pair in shown]

    import keras

    from seq2seq_core.models import build_network
    from seq2seq_core.training.optimizers import build_optimizer

    saved, built = keras.models.load_model(file), build_network(run.config, vocabularies)
    assert [type(layer).__name__ for layer in saved.layers] == [type(layer).__name__ for layer in built.layers]
    assert [weight.shape for weight in saved.weights] == [weight.shape for weight in built.weights]
    assert network.parameters == saved.count_params() == built.count_params()
    assert [tensor.shape for tensor in saved.inputs] == [tensor.shape for tensor in built.inputs]
    assert saved.output.shape == built.output.shape
    if run.config.teacher_forcing:  # else the model that was trained is another one
        steps = math.ceil(len(training) / BATCH_SIZE)
        expected = build_optimizer(run.config, steps)
        assert type(saved.optimizer) is type(expected)
        assert saved.optimizer.get_config() | {"name": ""} == expected.get_config() | {"name": ""}
        assert int(saved.optimizer.iterations) == steps
