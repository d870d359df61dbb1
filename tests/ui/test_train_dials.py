"""The dials of the Train tab, and the config that they make."""

from typing import Any

import gradio as gr
import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.config import ModelConfig
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.keras_script.render import keras_script
from seq2seq_core.live.presets import PRESETS, for_own_pairs
from seq2seq_core.models import KINDS
from seq2seq_ui.dials import (
    BY_FIELD,
    DIALS,
    RACES,
    dialled,
    differences,
    race_values,
    rival_of,
    same_data,
    turned_of,
    values_of,
)
from seq2seq_ui.links import OWN

FIELDS = [dial.field for row in DIALS for dial in row]


def values(config: ModelConfig, **turned: Any) -> dict[str, Any]:
    return {field: getattr(config, field) for field in FIELDS} | turned


@pytest.mark.parametrize("name", PRESETS)
def test_dials_left_alone_are_the_preset(name: str) -> None:
    config = PRESETS[name].config
    assert dialled(config, values(config), 0) == config


def test_a_turned_dial_is_the_field_and_in_the_title() -> None:
    config = PRESETS["dates"].config
    turned = dialled(config, values(config, units=32.0, learning_rate=0.5, cell="lstm"), 0)
    assert (turned.units, turned.learning_rate, turned.cell) == (32, 0.5, "lstm")
    assert turned.title == "Dates → ISO 8601, dials changed"
    assert dialled(config, values(config, task="phrases"), 0).title == TASKS["phrases"].title


def test_no_dial_goes_beyond_its_limit() -> None:
    config = PRESETS["dates"].config
    most = {field: 10**9 for field in ("units", "layers", "epochs", "num_samples", "batch_size")}
    turned = dialled(config, values(config, **most), 0)
    assert (turned.units, turned.layers, turned.epochs) == (256, 3, 200)
    assert (turned.num_samples, turned.batch_size) == (20_000, 256)


@pytest.mark.parametrize("kind", KINDS)
def test_another_network_brings_what_has_no_dial(kind: str) -> None:
    """Its padding, and not the dials that come with it: they are on screen, and may have been turned since."""
    config = PRESETS["phrases"].config
    adapted = KINDS[kind].adapted(config)
    turned = dialled(config, values(config, architecture=kind), 0)
    assert (turned.architecture, turned.source_padding) == (kind, adapted.source_padding)
    assert (turned.optimizer, turned.layers) == (config.optimizer, config.layers)
    assert dialled(config, values(adapted), 0).to_dict() | {"title": ""} == adapted.to_dict() | {"title": ""}


def test_what_a_network_cannot_be_is_a_sentence() -> None:
    config = PRESETS["phrases-words"].config
    with pytest.raises(Seq2SeqError, match="reads characters"):
        dialled(config, values(config, architecture="convolutional"), 0)
    assert dialled(config, values(config, architecture="convolutional", level="character"), 0).level == "character"


def test_own_pairs_must_have_been_brought() -> None:
    config = PRESETS["dates"].config
    with pytest.raises(Seq2SeqError, match="no pairs of your own yet"):
        dialled(config, values(config, task=OWN), 0)
    own = dialled(config, values(config, task=OWN), 300)
    assert (own.task, own.num_samples, own.name, own.title) == ("pairs", 300, "own-pairs", "Your own pairs")


@pytest.mark.parametrize("count", [10, 12, 60, 300, 1_500, 20_000])
def test_own_pairs_have_a_recipe_that_suits_their_number(count: int) -> None:
    """Enough steps to learn something; the dials as they are set then are that recipe, and within their limits."""
    config = for_own_pairs(count)
    own = dialled(config, values(config, task=OWN), count)
    assert own == config
    assert own.num_samples == count
    assert own.epochs * max(1, count / own.batch_size) >= (200 if count <= 16 else 590)
    assert dialled(config, values(config, task=OWN, units=64), count).title == "Your own pairs, dials changed"
    dials = {dial.field: dial.options for row in DIALS for dial in row}
    assert own.batch_size in dials["batch_size"]["choices"]
    for field in ("num_samples", "epochs", "units"):
        assert dials[field]["minimum"] <= getattr(own, field) <= dials[field]["maximum"]


def test_a_number_out_of_range_is_our_sentence_and_not_gradios() -> None:
    """A gr.Number with limits raises before any of our code, with a stack trace in the log."""
    config = PRESETS["dates"].config
    for dial in (dial for row in DIALS for dial in row if dial.component is gr.Number):
        assert not {"minimum", "maximum"} & dial.options.keys()
    for field, value in (("learning_rate", -1), ("seed", -1)):
        with pytest.raises(Seq2SeqError, match=f"{field}="):
            dialled(config, values(config, **{field: value}), 0)


@pytest.mark.parametrize("preset", ["dates", "english-french"])
def test_the_code_of_a_run_reads_the_pairs_that_it_was_trained_on(preset: str) -> None:
    config = PRESETS[preset].config
    own = keras_script(dialled(config, values(config, task=OWN), 300))
    assert "pairs.tsv" in own
    assert "fra.txt" not in own
    assert "manythings" not in own
    assert "fra.txt" in keras_script(dialled(config, values(config, task="pairs"), 0))
    assert "seq2seq data" in keras_script(dialled(config, values(config, task="dates"), 0))


@pytest.mark.parametrize("emptied", ["learning_rate", "units"])
def test_an_emptied_number_is_a_sentence(emptied: str) -> None:
    config = PRESETS["dates"].config
    with pytest.raises(Seq2SeqError, match=emptied):
        dialled(config, values(config, **{emptied: None}), 0)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("units", 128, "128 units"),
        ("num_samples", 9_000, "9,000 examples"),
        ("seed", 12_345, "seed 12345"),
        ("cell", "gru", "GRU"),
        ("architecture", "attention", "Encoder-decoder with attention"),
        ("teacher_forcing", False, "no teacher forcing"),
        ("reverse_source", True, "source reversed"),
        ("batch_size", 64, "batches of 64"),
        ("dropout", 0.1, "dropout 0.1"),
        ("label_smoothing", 0.0, "label smoothing 0.0"),
        ("learning_rate", 0.003, "learning rate 0.003"),
    ],
)
def test_a_dial_says_its_value(field: str, value: Any, says: str) -> None:
    assert BY_FIELD[field].says(value) == says


def test_dropout_and_label_smoothing_are_dials_and_in_the_link() -> None:
    config = PRESETS["reverse-long"].config
    # as a slider adds up its steps
    turned = dialled(config, values(config, dropout=0.1 + 0.2, label_smoothing=0.15000000000000002), 0)
    assert (turned.dropout, turned.label_smoothing) == (0.3, 0.15)
    held = values(config, dropout=0.1 + 0.2, label_smoothing=0.1)
    assert turned_of("reverse-long", held) == (("dropout", "0.3"), ("label_smoothing", "0.1"))
    assert BY_FIELD["dropout"].of_link("0.3") == 0.3
    with pytest.raises(Seq2SeqError, match="dropout is not known for repeat_vector"):
        dialled(config, values(config, architecture="repeat_vector", dropout=0.1), 0)


@pytest.mark.parametrize("field", RACES)
def test_every_race_is_between_two_runs_of_one_data_and_one_seed(field: str) -> None:
    config = PRESETS["dates"].config
    held = values(config)
    choices = race_values(field, held[field])
    assert choices
    for says, text in choices:
        rival = rival_of(held, field, text)
        assert rival[field] != held[field]
        assert {name for name in FIELDS if rival[name] != held[name]} == {field}
        assert says == BY_FIELD[field].says(rival[field])
    assert not {"task", "num_samples", "level", "seed"} & RACES.keys()
    with pytest.raises(Seq2SeqError, match="both would have"):
        rival_of(held, field, str(held[field]))


def test_a_race_may_be_to_any_value_that_a_link_has() -> None:
    assert ("48 units", "48") in race_values("units", 128, "48")
    assert rival_of(values_of("dates"), "units", "48")["units"] == 48
    for field, text, message in (
        ("seed", "3", "A race cannot be about 'seed'"),
        ("cell", "rnn", "cell='rnn': one of lstm, gru"),
        ("units", "", "units=''"),
    ):
        with pytest.raises(Seq2SeqError, match=message):
            rival_of(values_of("dates"), field, text)


def test_runs_are_told_apart_by_what_differs_alone() -> None:
    first = PRESETS["dates"].config
    second = dialled(first, values(first, units=64), 0)
    third = dialled(first, values(first, units=64, teacher_forcing=False, cell="lstm"), 0)
    assert differences([first]) == differences([first, first])[:1] == [""]
    assert differences([first, second]) == ["128 units", "64 units"]
    assert differences([first, second, third])[2] == "LSTM, 64 units, no teacher forcing"
    assert same_data(first, third)
    assert not same_data(first, PRESETS["phrases"].config)
    own = dialled(first, values(first, task=OWN), 300)
    assert not same_data(own, PRESETS["english-french"].config)
    assert differences([own, PRESETS["english-french"].config])[0].startswith("Your own pairs, 300 examples")
