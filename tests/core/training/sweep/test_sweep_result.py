"""What a sweep has found: gathered, ranked, written and read, drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts import SWEEP_CURVES
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.training.events import EpochTrained
from seq2seq_core.training.sweep.result import Ended, Sweep, Trial
from seq2seq_core.training.sweep.table import columns, rows


def epoch(number: int, val_loss: float) -> EpochTrained:
    return EpochTrained(number, val_loss + 0.1, 0.5, val_loss, 0.5, 2.0 * number, True)


def trial(units: int, *losses: float, message: str = "") -> Trial:
    epochs = tuple(epoch(number, loss) for number, loss in enumerate(losses, start=1))
    return Trial(
        {"units": units}, epochs, Ended(units * 100, 0.5, 61.25, message) if losses else Ended(message=message)
    )


@pytest.fixture
def sweep() -> Sweep:
    trials = (trial(16, 2.0, 1.5, 1.6), trial(32, 1.9, 0.9), trial(0, message="No such network."), trial(64, 1.2, 1.1))
    return Sweep(CONFIGS["dates-gru"], (*trials, trial(128, 30.0, float("nan")), trial(48, 1.8)))


def test_the_best_comes_first_and_what_never_trained_last(sweep: Sweep) -> None:
    assert [each.changes["units"] for each in sweep.ranked] == [32, 64, 16, 48, 128, 0]
    assert columns(sweep)[0] == "units"
    assert rows(sweep)[2] == ["16", "1.5000", "2 of 3", "50.0 %", "61.2", "1,600", "6", ""]
    assert rows(sweep)[-1] == ["0", "–", "–", "–", "–", "–", "–", "No such network."]


def test_what_is_heard_is_gathered_and_a_trial_that_begins_anew_begins_anew() -> None:
    sweep = Sweep(CONFIGS["dates-gru"], (Trial({"units": 16}), Trial({"units": 32})))
    for said in (epoch(1, 3.0), epoch(2, 2.0), Ended(message="lost"), epoch(1, 2.9), epoch(2, 1.9), epoch(3, 1.8)):
        sweep = sweep.heard(1, said)
    assert sweep.trials[0] == Trial({"units": 16})
    assert [each.val_loss for each in sweep.trials[1].epochs] == [2.9, 1.9, 1.8]
    assert sweep.trials[1].ended is None
    assert rows(sweep)[0][-1] == "not ended"


def test_its_file_is_read_as_it_was_written(sweep: Sweep) -> None:
    again = Sweep.from_json(sweep.to_json(), "sweep.json")
    assert repr(again) == repr(sweep)  # NaN is not equal to itself


@pytest.mark.parametrize(
    "change",
    [
        lambda values: [],
        lambda values: {"trials": []},
        lambda values: values | {"trials": {}},
        lambda values: values | {"trials": []},
        lambda values: values | {"trials": values["trials"] * 40},
        lambda values: values | {"trials": [{"changes": {}, "epochs": [{"epoch": 1}], "ended": None}]},
        lambda values: values | {"trials": [{"changes": {}, "epochs": 5, "ended": None}]},
        lambda values: values | {"trials": [values["trials"][0] | {"ended": {"exact": "all"}}]},
        lambda values: values | {"config": {"name": "x"}},
    ],
)
def test_another_file_is_refused_in_a_sentence(sweep: Sweep, change: Any) -> None:
    data = json.dumps(change(json.loads(sweep.to_json()))).encode()
    with pytest.raises(Seq2SeqError, match=r"^mine\.json"):
        Sweep.from_json(data, "mine.json")


def test_the_chart_has_the_three_best_in_colour_and_names_the_others_once(sweep: Sweep) -> None:
    figure = SWEEP_CURVES.build(sweep)
    names = [line["name"] for line in figure["data"] if line.get("showlegend", True)]
    assert names == ["the others", "units 16", "units 64", "units 32"]  # the best is drawn last, over all others
    assert len({line["line"]["color"] for line in figure["data"]}) == 4
    assert [line["text"][0] for line in figure["data"][:2]] == ["units 48", "units 128"]
    assert figure["layout"]["yaxis"]["range"][1] < 3  # not thirty: what diverged does not flatten the rest
    assert figure["data"][-1]["y"] == [1.9, 0.9]
    assert figure["data"][1]["y"] == [30.0]


def test_a_sweep_that_found_nothing_has_a_chart_and_a_table() -> None:
    nothing = Sweep(CONFIGS["dates-gru"], (Trial({"units": 16}),))
    assert SWEEP_CURVES.build(nothing)["data"] == []
    assert rows(nothing)[0][:2] == ["16", "–"]
    assert replace(nothing).ranked == list(nothing.trials)
