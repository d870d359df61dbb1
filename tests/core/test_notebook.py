"""Traces in notebooks: what they show of themselves, and what charts and instruments give there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from toy_translators import toy_translator

import seq2seq_core
from seq2seq_core import DecodeTrace, Seq2SeqError, load_model
from seq2seq_core.charts import CHARTS
from seq2seq_core.charts.style import CELL_SCALE
from seq2seq_core.insights import INSTRUMENTS

TEXTS = {"en-fr-char-attention": "I see.", "en-fr-word-lstm": "I see.", "addition-lstm": "12+3", "reverse-lstm": "abc"}


@pytest.fixture(scope="module", params=TEXTS)
def trace(request: pytest.FixtureRequest) -> DecodeTrace:
    return load_model(request.param).translate(TEXTS[request.param])


def test_each_chart_is_plotlys_or_a_sentence(trace: DecodeTrace) -> None:
    for name, chart in CHARTS.items():
        step = min(1, len(trace) - 1)
        expected = chart.build(trace, step=step)
        if not expected["data"]:
            with pytest.raises(Seq2SeqError, match=re.escape(expected["help"][:40])):
                trace.chart(name)
            continue
        figure = trace.chart(name, step=step)
        assert figure.layout.title.text.startswith(chart.title.split("{")[0])
        frame = expected["frames"][step + trace.steps_before]
        assert len(figure.data) == len(frame.get("data", expected["data"]))
        assert [shape.x0 for shape in figure.layout.shapes] == [x["x0"] for x in frame["layout"].get("shapes", [])]


def test_each_instrument_is_plotlys_or_a_sentence(trace: DecodeTrace) -> None:
    assert dir(trace.inside) == sorted(name.replace("-", "_") for name in INSTRUMENTS)
    for name in dir(trace.inside):
        instrument = INSTRUMENTS[name.replace("_", "-")]
        if reason := instrument.refuses(load_model(trace.model)):
            with pytest.raises(Seq2SeqError, match=re.escape(reason)):
                getattr(trace.inside, name)()
        else:
            figure = getattr(trace.inside, name)(step=1)
            assert len(figure.data)
            assert figure.layout.title.subtitle.text


def test_a_frames_changes_reach_what_they_name() -> None:
    trace = load_model("en-fr-char-lstm").translate("Be nice.")
    said = [trace.inside.map(step=step).layout.annotations[0].text for step in (0, 1)]
    assert said[0] != said[1]
    assert all(text.startswith("After writing “") for text in said)
    assert trace.inside.cell(step=2).layout.title.text.startswith("The cell, opened · f = ")


def test_what_does_not_exist_is_said() -> None:
    trace = toy_translator(1).translate("ab")
    with pytest.raises(Seq2SeqError, match="There is no chart 'xray': it is one of attention, "):
        trace.chart("xray")
    with pytest.raises(AttributeError, match="There is no instrument 'xray': it is one of beam_tree, "):
        trace.inside.xray()
    with pytest.raises(Seq2SeqError, match="deletion has no dial 'colour': it is one of step, layer, "):
        trace.inside.deletion(colour=1)


def test_a_trace_from_a_file_is_looked_into_with_the_shipped_network() -> None:
    trace = load_model("en-fr-char-lstm").translate("Be nice.")
    again = DecodeTrace.from_json(trace.to_json())
    assert again.inside.deletion() == trace.inside.deletion()
    own = DecodeTrace.from_json(toy_translator(1).translate("ab").to_json())
    with pytest.raises(Seq2SeqError, match="is not among the shipped models: translate the text again"):
        own.inside.deletion()


def test_a_trace_shows_text_and_strip_escaped_and_in_colours_of_its_own() -> None:
    trace = load_model("en-fr-char-lstm").translate("<b>Be nice.</b> 猫")
    shown = trace._repr_html_()
    assert "<b>" not in shown
    assert "猫" in shown  # never seen: struck through
    assert shown.count("line-through") == sum(item.text in "<>/猫" for item in trace.unknown)
    cells = re.findall(r'<span style="([^"]*)" title="wrote [^"]*">', shown)
    assert len(cells) == len(trace)
    # readable on white and on black: a cell with a ground has its own text colour, and nothing else has either
    assert all("background:#" in cell and ";color:#" in cell for cell in cells)
    assert shown.count("background:") == shown.count(";color:") == len(cells)


def test_cells_have_the_pages_colours() -> None:
    script = Path(seq2seq_core.__file__).parents[1] / "seq2seq_ui" / "components" / "base.js"
    (scale,) = re.findall(r"SCALE = \[(.*)\];", script.read_text())
    assert tuple(re.findall(r'"(#\w+)"', scale)) == CELL_SCALE


def test_to_look_costs_nothing_before_somebody_looks(run_python) -> None:  # type: ignore[no-untyped-def]
    told = run_python(
        "-c",
        "import sys; from seq2seq_core import load_model; t = load_model('en-fr-char-lstm').translate('Be nice.');"
        "late = ('plotly', 'seq2seq_core.notebook', 'seq2seq_core.insights', 'seq2seq_core.charts');"
        "print([name for name in late if name in sys.modules]); t._repr_html_(); print('plotly' in sys.modules)",
    )
    assert told.stdout.split() == ["[]", "True"], told.stderr
