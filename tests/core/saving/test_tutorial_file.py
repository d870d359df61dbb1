"""The very file that the tutorial's script saves opens, and decodes as the tutorial's own loop does."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from tutorial_script import Tutorial, TutorialData

from seq2seq_core import Translator, load_model
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.saving.load_model import pretrained_folder


def opened(run: Tutorial, **changes: Any) -> Translator:
    arguments: dict[str, Any] = {"pairs": run.pairs_file, "num_samples": run.num_samples, "padding": run.padding}
    return load_model(run.keras_file, **(arguments | changes))


def test_decoded_strings_are_the_tutorials_own(tutorial_file: Tutorial) -> None:
    """Character for character, on every different sentence the file has."""
    model = opened(tutorial_file)
    sentences = list(dict.fromkeys(tutorial_file.data.input_texts))
    assert len(sentences) >= 200
    theirs = [decoded.text for decoded in tutorial_file.decode(sentences)]
    # worth comparing: they differ, some end by themselves and some are cut off, one character past the longest
    assert len(set(theirs)) >= 100
    longest = tutorial_file.data.max_decoder_seq_length
    assert any(text.endswith("\n") for text in theirs)
    assert any(len(text) == longest + 1 for text in theirs)

    traces = [model.translate(sentence) for sentence in sentences]
    assert ["".join(trace.tokens) for trace in traces] == theirs
    assert [trace.text for trace in traces] == [text.replace("\t", "").replace("\n", "") for text in theirs]


def test_the_optimizers_state_is_in_the_file_and_not_in_the_way(tutorial_file: Tutorial) -> None:
    import h5py

    with zipfile.ZipFile(tutorial_file.keras_file) as archive, archive.open("model.weights.h5") as stream:
        assert "optimizer" in h5py.File(stream)
    assert opened(tutorial_file).network.parameters == tutorial_file.model.count_params()


def test_vocabulary_is_the_scripts(tutorial_file: Tutorial) -> None:
    vocabularies = opened(tutorial_file).vocabularies
    assert vocabularies.source.ids == tutorial_file.data.input_token_index
    assert vocabularies.target.ids == tutorial_file.data.target_token_index
    assert vocabularies.max_source_length == tutorial_file.data.max_encoder_seq_length
    assert vocabularies.max_target_length == tutorial_file.data.max_decoder_seq_length
    assert "\u0301" in vocabularies.target.ids  # a combining accent stays what it is


def test_the_encoder_reads_the_padding_it_was_trained_with(tutorial_file: Tutorial) -> None:
    tokens = opened(tutorial_file).translate("Go.").encoder.tokens
    padding = {"zeros": "", "space": " "}[tutorial_file.padding]
    assert tokens == ("G", "o", ".", *[padding] * (tutorial_file.data.max_encoder_seq_length - 3))


def test_the_wrong_padding_gives_other_translations(tutorial_file: Tutorial) -> None:
    """So it matters to say which: nothing in the file tells."""
    other = opened(tutorial_file, padding={"zeros": "space", "space": "zeros"}[tutorial_file.padding])
    right = opened(tutorial_file)
    sentences = tutorial_file.data.input_texts[::25]
    assert [right.translate(text).text for text in sentences] != [other.translate(text).text for text in sentences]


def test_a_padding_that_is_not_said_is_tried_and_whatever_is_taken_is_said(tutorial_file: Tutorial) -> None:
    """By what fifty of the pairs cost, so that a wrong choice is seen."""
    right = {"zeros": "zeros", "space": "spaces"}[tutorial_file.padding]
    wrong = {"zeros": "spaces", "space": "zeros"}[tutorial_file.padding]
    model = opened(tutorial_file, reverse_source=False)
    assert f"to the end and {right} behind it: as was asked for, 50 of them cost" in model.card
    cost = {
        padding: float(number)
        for padding, number in re.findall(
            r"to the end and (\w+) behind it\D*? (?:50 of them cost )?([\d.]+\d)", model.card
        )
    }
    assert cost.keys() == {right, wrong}
    tried = opened(tutorial_file, padding=None, reverse_source=False)
    taken = "spaces" if tried.config.source_padding == "space" else "zeros"
    assert cost[taken] == min(cost.values())
    assert f"to the end and {taken} behind it: so, 50 of them cost {cost[taken]:.3f}" in tried.card


def test_a_sentence_longer_than_any_in_training_is_read_whole(tutorial_file: Tutorial) -> None:
    text = "We want the red book. " * 3
    assert opened(tutorial_file).translate(text).encoder.tokens == tuple(text)


@pytest.fixture
def addition(tmp_path: Path) -> tuple[Path, Path]:
    """(a network that was trained to read backwards, as its bare file; pairs that its vocabulary can be made from)."""
    lines = [f"{source}\t{target}\n" for source, target in TASKS["addition"].pairs(400, seed=1)]
    (tmp_path / "addition.tsv").write_text("".join(lines), encoding="utf-8")
    file = shutil.copy(pretrained_folder() / "addition-lstm" / "model.keras", tmp_path / "addition.keras")
    return Path(file), tmp_path / "addition.tsv"


def test_a_network_that_reads_backwards_is_found_out(addition: tuple[Path, Path]) -> None:
    file, pairs = addition
    model = load_model(file, pairs=pairs)
    assert model.config.reverse_source
    assert model.translate("448+45").text == "493"
    cost = re.search(r"from the end to the beginning: so, 50 of them cost (\S+) nats a character", model.card)
    assert cost
    assert float(cost[1]) < 0.005


def test_the_direction_can_be_said(addition: tuple[Path, Path]) -> None:
    file, pairs = addition
    forwards = load_model(file, pairs=pairs, reverse_source=False)
    assert not forwards.config.reverse_source
    assert forwards.translate("448+45").text != "493"
    assert "from the beginning to the end: as was asked for" in forwards.card
    assert load_model(file, pairs=pairs, reverse_source=True).translate("448+45").text == "493"


def test_the_tutorials_own_network_reads_forwards(tutorial_file: Tutorial) -> None:
    model = opened(tutorial_file)
    assert not model.config.reverse_source
    assert "It reads a sentence from the beginning to the end and " in model.card
    assert "behind it: so, 50 of them cost" in model.card


def test_a_last_line_without_newline_is_left_out_as_the_script_does(tutorial_file: Tutorial, tmp_path: Path) -> None:
    """The longest sentence in it would lengthen the padding that the encoder reads, and so change every translation."""
    last = "Set it down or I shall sell the two red bags."
    pairs = tmp_path / "fra.txt"
    lines = tutorial_file.pairs_file.read_bytes().splitlines(keepends=True)[: tutorial_file.num_samples]
    pairs.write_bytes(b"".join(lines) + f"{last}\tVends-les !".encode())
    model = opened(tutorial_file, pairs=pairs, num_samples=10_000)
    assert model.vocabularies.max_source_length == tutorial_file.data.max_encoder_seq_length < len(last)
    assert model.translate("Be nice.").text == opened(tutorial_file).translate("Be nice.").text


# --- what is refused


def test_a_word_level_network_says_what_it_needs(tmp_path: Path, tutorial_run: Callable[[str], Tutorial]) -> None:
    import keras

    source, target = keras.Input((None,)), keras.Input((None,))
    _, *states = keras.layers.LSTM(4, return_state=True)(keras.layers.Embedding(60, 4, name="words")(source))
    x = keras.layers.LSTM(4, return_sequences=True)(keras.layers.Embedding(60, 4)(target), initial_state=states)
    keras.Model([source, target], keras.layers.Dense(60, activation="softmax")(x)).save(tmp_path / "words.keras")
    with pytest.raises(Seq2SeqError, match=r"is word level: its layer 'words'.*vocabulary\.json.*config\.json"):
        load_model(tmp_path / "words.keras", pairs=tutorial_run("space").pairs_file)


def test_without_pairs_it_says_what_is_missing(tutorial_file: Tutorial) -> None:
    with pytest.raises(Seq2SeqError, match=r"s2s_model\.keras holds weights but no vocabulary.*pairs.*num_samples"):
        load_model(tutorial_file.keras_file)


def test_the_wrong_number_of_samples_names_both_sizes(tutorial_file: Tutorial) -> None:
    with pytest.raises(Seq2SeqError) as raised:
        opened(tutorial_file, num_samples=20)
    first = tutorial_file.data.input_texts[:20]
    message = str(raised.value)
    assert f"have {len(set(''.join(first)))} source" in message
    data = tutorial_file.data
    assert f"made for {len(data.input_characters)} and {len(data.target_characters)}" in message
    assert "first 20 pairs of fra.txt" in message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"padding": "dots"}, "'dots'"),
        ({"num_samples": 0}, "at least 1"),
        ({"pairs": "nowhere.txt"}, r"nowhere\.txt"),
    ],
)
def test_wrong_arguments(tutorial_file: Tutorial, changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(Seq2SeqError, match=expected):
        opened(tutorial_file, **changes)


def test_a_pairs_file_that_is_bad_names_its_line(tutorial_file: Tutorial, tmp_path: Path) -> None:
    pairs = tmp_path / "mine.txt"
    pairs.write_bytes(b"Go.\tVa !\nbroken\n")
    with pytest.raises(Seq2SeqError, match=r"mine\.txt, line 2"):
        opened(tutorial_file, pairs=pairs)


@pytest.fixture(scope="module")
def strangers_file(tutorial_run: Callable[[str], Tutorial], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real Keras file with a Lambda layer that creates a file named "executed" wherever it runs."""
    import keras

    network = tutorial_run("space").model
    outputs = keras.layers.Lambda(lambda x: __import__("pathlib").Path("executed").touch() or x, name="harmless")(
        network.outputs[0]
    )
    path = tmp_path_factory.mktemp("stranger") / "s2s_model.keras"
    keras.Model(network.inputs, outputs).save(path)
    Path("executed").unlink(missing_ok=True)  # building the layer has run it, here
    return path


OPEN = """
import sys
from seq2seq_core import Seq2SeqError, load_model
try:
    load_model(sys.argv[1], pairs=sys.argv[2], num_samples=250)
except Seq2SeqError as error:
    print(error)
print("keras" in sys.modules or "tensorflow" in sys.modules)
"""


def test_nothing_in_a_strangers_file_is_executed(
    strangers_file: Path,
    tutorial_run: Callable[[str], Tutorial],
    run_python: Callable[..., CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    done = run_python("-c", OPEN, str(strangers_file), str(tutorial_run("space").pairs_file), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    message, keras_was_loaded = done.stdout.splitlines()
    assert "'harmless' is a Lambda" in message
    assert keras_was_loaded == "False"
    assert list(tmp_path.iterdir()) == []


def bonus_model(data: TutorialData, recurrent: Any) -> Any:
    """A training model as the tutorial's bonus FAQ writes it for a GRU, with another layer in its place."""
    import keras

    encoder_inputs = keras.Input(shape=(None, len(data.input_characters)))
    _encoder_outputs, *states = recurrent(8, return_state=True)(encoder_inputs)
    decoder_inputs = keras.Input(shape=(None, len(data.target_characters)))
    decoder_outputs = recurrent(8, return_sequences=True)(decoder_inputs, initial_state=states)
    decoder_outputs = keras.layers.Dense(len(data.target_characters), activation="softmax")(decoder_outputs)
    return keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)


@pytest.mark.parametrize("padding", ["zeros", "space"])
def test_a_gru_of_the_bonus_faq_opens(tmp_path: Path, tutorial_run: Callable[[str], Tutorial], padding: str) -> None:
    import keras

    run = tutorial_run(padding)
    keras.utils.set_random_seed(5)
    network = bonus_model(run.data, keras.layers.GRU)
    network.set_weights([3 * weights for weights in network.get_weights()])
    network.save(tmp_path / "gru.keras")
    model = load_model(tmp_path / "gru.keras", pairs=run.pairs_file, num_samples=run.num_samples, padding=padding)  # type: ignore[arg-type]
    assert (model.config.cell, model.config.layers, model.config.units) == ("gru", 1, 8)
    assert model.config.source_padding == padding
    for row in (0, 60, 249):
        source, target = run.data.input_texts[row], run.data.target_texts[row]
        probabilities = np.asarray(network([run.data.encoder_input_data[[row]], run.data.decoder_input_data[[row]]]))
        trace = model.translate(source, prefix=target[1:])
        assert len(trace) == len(target) - 1
        np.testing.assert_allclose(trace.probabilities, probabilities[0, : len(trace)], rtol=0, atol=1e-5)


def test_another_recurrent_layer_is_refused_by_name(tmp_path: Path, tutorial_run: Callable[[str], Tutorial]) -> None:
    import keras

    run = tutorial_run("space")
    bonus_model(run.data, keras.layers.SimpleRNN).save(tmp_path / "rnn.keras")
    with pytest.raises(Seq2SeqError, match=r"'simple_rnn\w*' is a SimpleRNN"):
        load_model(tmp_path / "rnn.keras", pairs=run.pairs_file)


def test_the_networks_layers_are_looked_at_before_its_pairs(tmp_path: Path) -> None:
    """What is no model at all is said first."""
    path = tmp_path / "s2s_model.keras"
    path.write_bytes(b"<html>")
    with pytest.raises(Seq2SeqError, match=r"not a \.keras file"):
        load_model(path, pairs="nowhere.txt")
