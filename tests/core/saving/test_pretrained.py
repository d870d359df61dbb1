"""What is shipped under pretrained/."""

from pathlib import Path

import numpy as np
import pytest

from seq2seq_core import DEFAULT_MODEL, TUTORIAL_MODEL, list_pretrained, load_model
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.inference.translate_many import translate_batch
from seq2seq_core.insights.quality_by_length import read_quality
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_folder import read_history

ROOT = Path(__file__).parents[3]

# the data set's translations of the tutorial's three examples (fra-eng.zip of 2017-09-29)
EXAMPLES = {
    "Be nice.": {
        f"{verb} {word}\u00a0!".replace("\u00a0", space)
        for verb, words in (("Sois", ("gentil", "gentille")), ("Soyez", ("gentil", "gentille", "gentils", "gentilles")))
        for word in words
        for space in (" ", "\u202f")
    },
    "Drop it!": {
        f"{words}{space}!"
        for words in ("Laisse tomber", "Laissez tomber", "Laisse-le tomber", "Laissez-le tomber")
        for space in (" ", "\u202f")
    },
    "Get out!": {f"{word}{space}!" for word in ("Sortez", "Sors") for space in (" ", "\u202f")},
}


@pytest.mark.parametrize("source", EXAMPLES)
def test_the_tutorials_examples_are_translated(source: str) -> None:
    assert load_model("en-fr-char-lstm").translate(source).text in EXAMPLES[source]


@pytest.mark.parametrize("name", list_pretrained())
def test_every_model_opens_has_a_card_and_fits_a_space(name: str) -> None:
    model = load_model(name)
    assert model.config.name == name
    for heading in ("Data", "Recipe", "Quality", "What it cannot do"):
        assert f"## {heading}" in model.card
    sizes = {path.name: path.stat().st_size for path in (pretrained_folder() / name).iterdir()}
    needed = {"README.md", "config.json", "history.json", "model.keras", "vocabulary.json"}
    assert needed <= set(sizes) <= needed | {"quality_by_length.json", "confidence.json", "thoughts.npz"}
    assert max(sizes.values()) < 10_000_000


@pytest.mark.parametrize("name", sorted(set(list_pretrained()) & set(CONFIGS)))
def test_a_named_config_is_the_one_its_folder_was_trained_with(name: str) -> None:
    assert load_model(name).config == CONFIGS[name]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("number-words-lstm", 0.98),
        ("dates-gru", 0.98),
        ("addition-lstm", 0.98),
        ("phrases-lstm", 0.97),
        ("digit-sums-lstm", 0.98),
    ],
)
def test_generated_tasks_are_solved_where_they_were_not_trained(name: str, least: float) -> None:
    model = load_model(name)
    pairs = TASKS[model.config.task].pairs(200, seed=1, held_out=True)
    right = [text == pairs[index].target for index, text in translate_batch(model, [pair.source for pair in pairs])]
    assert np.mean(right) >= least


def test_in_step_only_what_was_read_can_be_reversed() -> None:
    """Half of the letters are to come, and guessed; half have been read, and right. And digit sums are a rule."""
    pairs = TASKS["reverse"].pairs(300, seed=1, held_out=True)
    written = dict(translate_batch(load_model("reverse-lstm"), [pair.source for pair in pairs]))
    right = np.array([[a == b for a, b in zip(written[i], pair.target, strict=True)] for i, pair in enumerate(pairs)])
    assert (right[:, :4].mean(axis=0) < 0.1).all()
    assert (right[:, 4:].mean(axis=0) > 0.98).all()
    long = "".join("19" for _ in range(30)) + "00"  # 11…1 + 99…9, four times as long as any it was trained on
    assert load_model("digit-sums-lstm").translate(long).text == "·0" + "·1" * 30


def test_the_default_comes_first_then_the_tutorials() -> None:
    assert list_pretrained()[:2] == [DEFAULT_MODEL, TUTORIAL_MODEL]


# everyday sentences and some right translations of each, punctuation left out
EVERYDAY = {
    "I don't know what to do.": {"Je ne sais pas quoi faire", "Je ne sais que faire"},
    "I love you.": {"Je t'aime", "Je vous aime"},
    "Thank you very much.": {"Merci beaucoup"},
    "My sister is reading a book.": {"Ma sœur lit un livre", "Ma sœur est en train de lire un livre"},
}


def test_the_flagship_translates_everyday_sentences() -> None:
    model = load_model(DEFAULT_MODEL)
    written = {source: model.translate(source, "beam").text.rstrip(" .!\u202f\u00a0") for source in EVERYDAY}
    right = sum(written[source] in targets for source, targets in EVERYDAY.items())
    assert right >= 3, written


def test_quality_by_length_is_of_both_sides_of_the_lesson() -> None:
    """On the same sentences, and the network with attention is better at every length."""
    one_vector, looks_back = (
        read_quality(pretrained_folder() / name) for name in ("en-fr-char-no-attention", "en-fr-char-attention-twin")
    )
    assert one_vector is not None
    assert looks_back is not None
    assert one_vector.sentences == looks_back.sentences
    assert all(better > worse for better, worse in zip(looks_back.chrf, one_vector.chrf, strict=True))


def test_the_benchmarks_quality_is_placed_in_the_shipped_run() -> None:
    """Two runs are called “as written”: where the benchmark's 0.57 stands in the one that is shipped is said."""
    history = read_history(pretrained_folder() / "en-fr-char-lstm-as-written")
    reached, last = next(epoch for epoch in history if epoch["loss"] <= 0.57), history[-1]
    validation = f"{reached['val_loss']:.2f}"
    said = f"0.57 at epoch {reached['epoch']}, with validation {validation}, and ends at {last['loss']:.3f}"
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *ROOT.glob("docs/*.md"))]
    assert any(said in " ".join(text.split()) for text in texts)
