"""What is shipped under pretrained/."""

from pathlib import Path

import pytest

from seq2seq_core import DEFAULT_MODEL, list_pretrained, load_model
from seq2seq_core.models import pretrained_folder

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
    assert set(sizes) == {"README.md", "config.json", "history.json", "model.keras", "vocabulary.json"}
    assert max(sizes.values()) < 10_000_000


def test_the_default_comes_first() -> None:
    assert list_pretrained()[0] == DEFAULT_MODEL


def test_requirements_are_those_of_the_package() -> None:
    import tomllib

    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = (root / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == project["dependencies"]
