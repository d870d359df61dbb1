"""What is shown of a watched run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import pytest

from seq2seq_core.config import ModelConfig
from seq2seq_core.live.protocol import Report, decode_message, encode
from seq2seq_core.models import KINDS, Kind

if TYPE_CHECKING:
    from seq2seq_core.live.watched_run import WatchedRun


def test_samples_are_translated_as_the_network_is_now(whole_run: WatchedRun) -> None:
    from seq2seq_core.live import report

    model = whole_run.model_now()
    samples = report.look(whole_run).samples
    assert [sample.source for sample in samples] == whole_run.samples
    for sample in samples:
        assert whole_run.references[sample.source] == [sample.reference]
        assert "".join(text for text, _ in sample.written) == model.translate(sample.source).text
        assert sample.right == (sample.written == [(sample.reference, True)])


def test_the_probe_can_be_followed_back(whole_run: WatchedRun) -> None:
    from seq2seq_core.live import report

    history = report.history(whole_run)
    assert [(shown.batch, shown.epoch) for shown in history] == [(kept.batch, kept.epoch) for kept in whole_run.moments]
    first, last = history[0], history[-1]
    assert last.text == whole_run.moments[-1].model.translate("12+34").text
    assert first.strips
    assert last.strips
    assert "".join(cell["token"] for cell in first.strips["reads"]) == "12+34"
    assert last.strips["writes"][0]["probability"] > first.strips["writes"][0]["probability"]
    assert report.history(whole_run, len(history) - 1)[0].text == last.text


def test_a_report_is_plain_data_with_figures_that_plotly_knows(whole_run: WatchedRun) -> None:
    from seq2seq_core.live import report

    look = report.look(whole_run)
    charts = report.charts(whole_run)
    line = encode(Report("running", report.figures(whole_run), charts, look, "12+34", report.history(whole_run)))
    assert encode(decode_message(line)) == line
    gates = look.charts["gates"]
    assert look.now.charts
    for figure in (*charts.values(), gates, *look.now.charts.values()):
        go.Figure(figure["data"], figure["layout"])  # refuses what Plotly does not know
    shares = [sum(line["y"]) for line in gates["data"]]
    assert shares == pytest.approx([1, 1, 1], abs=0.01)
    assert charts["loss"]["data"][1]["x"] == [batch for batch, _ in whole_run.curves.epochs]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_network_can_be_looked_at(watched_config: ModelConfig, kind: Kind) -> None:
    from seq2seq_core.live import report
    from seq2seq_core.live.watched_run import WatchedRun

    run = WatchedRun(kind.adapted(replace(watched_config, task="reverse", num_samples=100)))
    for _ in run.events():
        if len(run.curves):
            break
    look = report.look(run)
    assert bool(look.charts["gates"]["data"]) == kind.claims.recurrent
    assert look.now.text is not None
    assert look.now.charts
    where = look.now.charts["attention"]
    assert where["title"] == ("Attention" if kind.claims.looks_back else "What mattered?")
    assert bool(where["data"]) != kind.claims.in_step
    assert where["help"]
    assert encode(Report("running", report.figures(run), {}, look, run.probe, report.history(run)))


def test_figures_are_the_curves_last(whole_run: WatchedRun) -> None:
    from seq2seq_core.live import report

    figures, curves = report.figures(whole_run), whole_run.curves
    assert (figures.batches_done, figures.epoch, figures.epochs) == (figures.batches_all, 8, 8)
    assert figures.batch == figures.batches
    assert figures.loss == pytest.approx(sum(curves.loss[-10:]) / 10)
    assert figures.val_loss == curves.epochs[-1][1].val_loss
    assert figures.exact == curves.exact[-1][1]
    assert figures.seconds_left == 0
    assert (figures.examples_per_second or 0) > 0


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
    from seq2seq_core.live.report import marked

    assert marked(written, reference) == pieces
