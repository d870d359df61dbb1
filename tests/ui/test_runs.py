"""A visitor's runs in one chart: which lines stay, what they are called, and the two runs of a race."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from seq2seq_core import load_model
from seq2seq_core.charts import CURVES, Figure
from seq2seq_core.config import ModelConfig
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.run import Run
from seq2seq_core.shares import percent
from seq2seq_core.training.curves import Curves
from seq2seq_core.training.events import BatchTrained
from seq2seq_ui.runs import told_of, version_of
from seq2seq_ui.visitors import PAST_EACH, VISITORS, PastRun, Visitor

DATES = PRESETS["dates"].config
SMALL = replace(DATES, units=64, title="Dates → ISO 8601, dials changed")


def curves() -> dict[str, Figure]:
    measured = Curves()
    measured.add(BatchTrained(1, 1, 2.0, 0.5, 640, 0.1, 1.5, 1e-3))
    return {name: chart.build(measured) for name, chart in CURVES.items()}


def run_of(config: ModelConfig) -> Run:
    return Run(config, (), "", 10.0, 1.0)


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    found = VISITORS.of_session("somebody with runs")
    yield found
    VISITORS.forget(found)


def keep(visitor: Visitor, run: Run, exact: float = 0.5) -> None:
    """The run is over, and left a model."""
    run.state = "kept"
    visitor.runs += 1
    model = VISITORS.add_model(visitor, load_model("dates-gru"), "yours", (), run=run.number)
    visitor.keep_run(PastRun(visitor.runs, run.number, run.config, curves(), model.key, exact))


def test_earlier_runs_of_the_same_data_stay_and_say_what_differed(visitor: Visitor) -> None:
    assert told_of(visitor)["runs"] == []
    for config in (DATES, PRESETS["phrases"].config):
        visitor.start(run_of(config))
        assert visitor.run
        keep(visitor, visitor.run)
    visitor.start(run_of(SMALL))
    first, other, now = told_of(visitor)["runs"]
    assert (first["number"], first["differs"], first["model"]) == (1, "128 units", True)
    assert first["says"] == f"{percent(0.5, 1)} of the held-out examples right"
    assert {name: len(lines) for name, lines in first["lines"].items()} == {"loss": 2, "accuracy": 1}
    assert first["lines"]["loss"][0]["line"]["color"] == first["color"]
    # nats of other tokens are not to be compared
    assert (other["differs"], other["lines"], other["color"]) == (PRESETS["phrases"].config.title, {}, "")
    assert (now["number"], now["differs"], now["says"], now["lines"]) == (3, "64 units", "in the charts", {})
    assert now["model"] is False


def test_the_last_few_stay_and_their_models_may_have_gone(visitor: Visitor) -> None:
    for number in range(PAST_EACH + 2):
        visitor.start(run_of(replace(DATES, seed=number)))
        assert visitor.run
        keep(visitor, visitor.run)
    rows = told_of(visitor)["runs"]
    assert len(rows) == PAST_EACH
    assert [row["differs"] for row in rows[-2:]] == [f"seed {PAST_EACH}", f"seed {PAST_EACH + 1}"]
    assert rows[-1]["lines"] == {}  # the charts are its own
    VISITORS._drop(visitor.models[-PAST_EACH])
    assert [row["model"] for row in told_of(visitor)["runs"]] == [False] + [True] * (PAST_EACH - 1)


def test_a_races_second_run_follows_the_first_and_both_are_in_full_colour(visitor: Visitor) -> None:
    first, second = run_of(DATES), run_of(SMALL)
    visitor.start(first, second)
    assert [row["says"] for row in told_of(visitor)["runs"]] == ["in the charts", "next"]
    assert [row["differs"] for row in told_of(visitor)["runs"]] == ["128 units", "64 units"]
    visitor.move_on()
    assert visitor.run is first  # which is not over yet

    before = version_of(visitor)
    second.state, second.curves = "running", curves()  # there was room for both at once
    assert version_of(visitor) != before
    now, beside = told_of(visitor)["runs"]
    assert beside["says"] == "training, too"
    assert beside["lines"]["loss"][0]["opacity"] == 1

    keep(visitor, first)
    assert visitor.trains
    visitor.move_on()
    assert (visitor.run, visitor.rival) == (second, None)
    done, now = told_of(visitor)["runs"]
    assert (done["number"], now["number"]) == (1, 2)
    assert done["lines"]["loss"][0]["opacity"] == 1
    keep(visitor, second)
    assert not visitor.trains
    assert [row["model"] for row in told_of(visitor)["runs"]] == [True, True]

    visitor.start(run_of(DATES))  # what was raced is an earlier run now
    assert {row["lines"]["loss"][0]["opacity"] for row in told_of(visitor)["runs"][:2]} == {0.6}


def test_a_first_run_that_failed_leaves_nothing_but_its_rival(visitor: Visitor) -> None:
    first, second = run_of(DATES), run_of(SMALL)
    visitor.start(first, second)
    first.state = "failed"
    assert [row["differs"] for row in told_of(visitor)["runs"]] == [""]
    visitor.move_on()
    assert [(row["number"], row["says"]) for row in told_of(visitor)["runs"]] == [(1, "in the charts")]
