"""A watched run: what can be seen of it is what the finished model does, and watching changes nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sample_pairs import PAIRS, many_pairs

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.config import ModelConfig
from seq2seq_core.live.presets import PRESETS, expected_seconds

if TYPE_CHECKING:
    from seq2seq_core.live.watched_run import LiveTraining

CONFIG = replace(
    PRESETS["addition-two-digits"].config, num_samples=600, units=24, batch_size=64, epochs=8, learning_rate=0.01
)


def live_training(config: ModelConfig = CONFIG, pairs: Any = (), probe: str = "") -> LiveTraining:
    from seq2seq_core.live.watched_run import LiveTraining

    return LiveTraining(config, pairs, probe)


@pytest.fixture(scope="module")
def whole_run() -> LiveTraining:
    live = live_training()
    for _ in live.events():
        pass
    return live


def test_the_same_seed_gives_the_same_curve_however_it_is_watched(whole_run: LiveTraining) -> None:
    again = live_training()
    for number, _ in enumerate(again.events()):
        if number % 7 == 3:  # looked at, at moments of its own
            again.look()
            again.set_probe(f"{number}+1")
            again.history()
    assert list(again.curves.loss) == list(whole_run.curves.loss)
    assert list(again.curves.gradient_norm) == list(whole_run.curves.gradient_norm)
    assert again.curves.exact == whole_run.curves.exact
    other = live_training(replace(CONFIG, seed=1, epochs=1))
    for _ in other.events():
        pass
    assert list(other.curves.loss) != list(whole_run.curves.loss)[: len(other.curves)]


def test_the_dial_changes_nothing_until_it_is_turned(whole_run: LiveTraining) -> None:
    from seq2seq_core.training.events import BatchTrained
    from seq2seq_core.training.train import train

    plain = [event.loss for event in train(CONFIG, jit_compile=False) if isinstance(event, BatchTrained)]
    np.testing.assert_allclose(plain, whole_run.curves.loss, rtol=1e-5)


def test_a_turned_rate_holds_from_the_next_batch_on() -> None:
    live = live_training(replace(CONFIG, schedule="constant", epochs=1))
    for _ in live.events():
        if len(live.curves) == 3:
            live.turn_rate(0.002)
    assert list(live.curves.learning_rate) == pytest.approx([0.01] * 3 + [0.002] * (len(live.curves) - 3))
    for rate in (0, -1, 5, float("nan")):
        with pytest.raises(Seq2SeqError, match="above 0 and up to 1"):
            live.turn_rate(rate)


def test_a_schedule_goes_on_from_a_turned_rate(whole_run: LiveTraining) -> None:
    live = live_training()
    for _ in live.events():
        if len(live.curves) == 5:
            live.turn_rate(0.004)
        if len(live.curves) == 12:
            break
    turned, falling = list(live.curves.learning_rate)[5:12], list(whole_run.curves.learning_rate)[5:12]
    assert turned[0] == pytest.approx(0.004, rel=0.01)
    assert np.divide(turned, falling) == pytest.approx([turned[0] / falling[0]] * 7, rel=1e-5)


@pytest.mark.parametrize(
    "changes", [{}, {"cell": "gru", "layers": 2}, {"level": "word"}, {"teacher_forcing": False}], ids=str
)
def test_gradient_norms_are_those_of_a_pass_of_its_own(changes: dict[str, Any]) -> None:
    """The first batch: the loss of the same rows by a network with the same weights, differentiated here."""
    import keras
    import tensorflow as tf

    from seq2seq_core.data.training_data import make_vocabularies, training_data
    from seq2seq_core.data.vectorization import encode_pairs, network_inputs
    from seq2seq_core.models import build_network
    from seq2seq_core.training.free_running import free_running

    config = replace(CONFIG, **changes, num_samples=70, epochs=1, validation_split=0.1, batch_size=63)
    live = live_training(config)
    for _ in live.events():
        if len(live.curves):
            break
    training, validation = training_data(config)
    vocabularies = make_vocabularies(config, [*training, *validation])
    keras.utils.set_random_seed(config.seed)
    network = build_network(config, vocabularies)
    network = network if config.teacher_forcing else free_running(network)
    ids = encode_pairs(training, vocabularies, config)
    target = np.maximum(ids.decoder_target, 0)
    weights = (ids.decoder_target >= 0).astype(np.float32)
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(target, network(network_inputs(ids, vocabularies)))
        loss = tf.reduce_sum(losses * weights) / weights.sum()
    gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, network.trainable_variables)]
    assert live.curves.gradient_norm[0] == pytest.approx(float(tf.linalg.global_norm(gradients)), rel=1e-4)


def test_the_network_in_memory_is_the_one_that_is_saved(whole_run: LiveTraining, tmp_path: Path) -> None:
    from seq2seq_core.saving.model_folder import save_checkpoint

    save_checkpoint(tmp_path, whole_run.network, CONFIG, whole_run.started.vocabularies)
    saved = load_model(tmp_path)
    for text in whole_run.examples:
        np.testing.assert_array_equal(whole_run.model.translate(text).logits, saved.translate(text).logits)


def test_held_out_examples_are_held_out_and_judged(whole_run: LiveTraining) -> None:
    held_out = {pair.source: pair.target for pair in whole_run.started.validation}
    assert whole_run.started.validation_pairs == len(held_out)
    model = whole_run.model
    right = [model.translate(source).text == target for source, target in held_out.items()]
    assert whole_run.examine_at_the_end() == pytest.approx(np.mean(right))
    batches = [batch for batch, _ in whole_run.curves.exact]
    epochs = [batch for batch, _ in whole_run.curves.epochs]
    assert set(epochs) <= set(batches)
    assert batches == sorted(set(batches))
    for sample in whole_run.look()["samples"]:
        assert sample["reference"] == held_out[sample["source"]]
        assert "".join(text for text, _ in sample["written"]) == model.translate(sample["source"]).text
        assert sample["right"] == (sample["written"] == [(sample["reference"], True)])


def test_the_probe_can_be_followed_back_to_the_first_batch(whole_run: LiveTraining) -> None:
    from seq2seq_core.live.watched_run import MOMENTS

    whole_run.set_probe("12+34")
    history = whole_run.history()
    batches = [moment["batch"] for moment in history]
    assert batches[0] == 0
    assert batches[-1] == len(whole_run.curves)
    assert batches == sorted(set(batches))
    assert len(batches) <= MOMENTS
    first, last = history[0], history[-1]
    assert last["text"] == whole_run.moments[-1].model.translate("12+34").text
    assert last["strips"]["writes"][0]["probability"] > first["strips"]["writes"][0]["probability"]
    with pytest.raises(Seq2SeqError, match="never seen"):
        whole_run.set_probe("zwölf")
    assert whole_run.probe == "12+34"


def test_figures_and_charts_are_plain_data(whole_run: LiveTraining) -> None:
    import orjson
    import plotly.graph_objects as go

    look = whole_run.look()
    charts = {**whole_run.charts(), "gates": look["gates"]}
    orjson.dumps([whole_run.figures(), charts, look], option=orjson.OPT_SERIALIZE_NUMPY)
    for figure in charts.values():
        go.Figure(figure["data"], figure["layout"])  # refuses what Plotly does not know
    shares = [sum(line["y"]) for line in charts["gates"]["data"]]
    assert shares == pytest.approx([1, 1, 1], abs=0.01)
    assert charts["loss"]["data"][1]["x"] == [batch for batch, _ in whole_run.curves.epochs]


def test_a_chart_of_many_batches_has_few_points_and_the_same_mean(whole_run: LiveTraining) -> None:
    x, y = whole_run.curves.thinned("loss", 10)
    assert len(x) <= 10
    size = -(-len(whole_run.curves) // 10)
    assert y[0] == pytest.approx(np.mean(whole_run.curves.loss[:size]))
    assert x[0] == (size + 1) / 2
    assert whole_run.curves.thinned("loss", 10_000) == (
        [float(batch) for batch in range(1, len(whole_run.curves) + 1)],
        list(whole_run.curves.loss),
    )


def test_curves_as_a_table(whole_run: LiveTraining) -> None:
    rows = list(csv.DictReader(io.StringIO(whole_run.curves.to_csv())))
    assert [float(row["loss"]) for row in rows] == list(whole_run.curves.loss)
    measured = {int(row["batch"]): float(row["val_loss"]) for row in rows if row["val_loss"]}
    assert measured == {batch: epoch.val_loss for batch, epoch in whole_run.curves.epochs}
    exact = {int(row["batch"]): float(row["exact_match"]) for row in rows if row["exact_match"]}
    assert exact == dict(whole_run.curves.exact)


def test_pairs_of_a_file_are_trained_on_just_so() -> None:
    config = replace(CONFIG, task="pairs", num_samples=None, validation_split=0.2, epochs=1)
    live = live_training(config, PAIRS[:60], probe="Go.")
    for _ in live.events():
        pass
    assert live.look()["now"]["strips"]["reads"][0]["token"] == "G"
    assert {pair.source for pair in live.started.validation} <= {pair.source for pair in PAIRS[:60]}


def test_batches_of_several_shapes() -> None:
    """After some, TensorFlow traces the step for any shape: what watches the gradients must bear that."""
    config = replace(CONFIG, task="pairs", num_samples=None, validation_split=0.1, length_buckets=3, epochs=2)
    live = live_training(config, many_pairs())
    for _ in live.events():
        pass
    assert len(live.curves.epochs) == 2
    assert np.isfinite(live.curves.gradient_norm).all()


@pytest.mark.parametrize(
    ("written", "reference", "pieces"),
    [
        ("596", "596", [("596", True)]),
        ("59", "596", [("59", True)]),
        ("586", "596", [("5", True), ("8", False), ("6", True)]),
        ("Va ici", "Viens ici", [("V", True), ("a", False), (" ici", True)]),
        ("", "7", []),
        ("12", "7", [("12", False)]),
    ],
)
def test_right_and_wrong_characters(written: str, reference: str, pieces: list[tuple[str, bool]]) -> None:
    from seq2seq_core.live.watched_run import marked

    assert marked(written, reference) == pieces


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_named_and_finish_in_about_a_minute(name: str) -> None:
    preset = PRESETS[name]
    assert preset.name == preset.config.name == name
    assert preset.help.endswith((".", "?"))
    assert 10 < expected_seconds(preset.config, (), 1.0) < 90


def test_expected_times_follow_the_dials() -> None:
    config = PRESETS["addition-two-digits"].config
    plain = expected_seconds(config, (), 1.0)
    assert expected_seconds(config, (), 2.0) == pytest.approx(plain / 2)
    for change in ({"units": 256}, {"layers": 2}, {"epochs": 90}, {"batch_size": 32}, {"task": "addition"}):
        assert expected_seconds(replace(config, **change), (), 1.0) > plain * 1.05
    assert expected_seconds(replace(config, optimizer="adam"), (), 1.0) < plain * 0.95
