"""The numbers of a figure as a table."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from toy_translators import toy_translator

from seq2seq_core import load_model
from seq2seq_core.charts import CHARTS, Figure
from seq2seq_core.charts.numbers import numbers
from seq2seq_core.charts.style import share_ticks
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.insights.deletion import deletion


def read(figure: Figure) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(numbers(figure))))


def test_a_heatmaps_cells_are_rows_with_the_names_of_their_axes() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Be nice.")
    rows = read(INSTRUMENTS["deletion"].build(model, trace))
    values = np.array([float(row["value"]) for row in rows]).reshape(8, len(trace))
    np.testing.assert_allclose(values.T, deletion(model, trace), atol=6e-4)
    assert [row["row"] for row in rows[:: len(trace)]] == list("Be␣nice.")
    assert "".join(row["column"] for row in rows[: len(trace)]) == "Soyez␣gentille␣!⏎"
    assert rows[0]["says"] == "“B” / “S”"


def test_where_each_step_has_a_picture_all_of_them_are_there() -> None:
    model = load_model("en-fr-char-gru")
    trace = model.translate("Be nice.")
    rows = read(INSTRUMENTS["cell"].build(model, trace, Focus(unit=3)))
    assert {int(row["step"]) for row in rows} == set(range(8 + len(trace)))
    kept = [row["says"] for row in rows if row["series"] == "kept"]
    assert len(kept) == 8 + len(trace)
    assert all(said.endswith("of h is kept") for said in kept)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_has_its_numbers(name: str) -> None:
    model = toy_translator(3, scale=0.8)
    figure = INSTRUMENTS[name].build(model, model.translate("a<b"), Focus(unit=2))
    rows = read(figure)
    assert bool(rows) == bool(figure["data"])
    for row in rows:
        assert not {"<br>", "<b>", "&lt;"} & set(row.get("says", "").split())
        assert any(row.get(number) for number in ("x", "y", "value"))


def test_the_ticks_of_a_scale_name_nothing() -> None:
    line = {"type": "scatter", "x": [0.5, 1.0], "y": [1, 2]}
    layout = {"xaxis": share_ticks(), "yaxis": {"tickvals": [1], "ticktext": ["a"]}}
    rows = read({"data": [line], "layout": layout, "frames": []})
    assert rows == [{"x": "0.5", "y": "1", "row": "a"}, {"x": "1.0", "y": "2", "row": ""}]


def test_every_chart_has_them_too() -> None:
    trace = load_model("en-fr-char-attention").translate("Be nice.")
    assert all(read(chart.build(trace)) for chart in CHARTS.values())
