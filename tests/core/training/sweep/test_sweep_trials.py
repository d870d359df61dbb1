"""`seq2seq sweep`, one trial after another. Side by side: test_ray.py."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seq2seq_core import Seq2SeqError, cli
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.recipes import load_config
from seq2seq_core.training.sweep.result import Sweep

CONFIG = replace(PRESETS["addition-two-digits"].config, num_samples=200, units=8, batch_size=64, epochs=2)


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG.to_dict()))
    monkeypatch.setenv("COLUMNS", "200")
    return path


def test_the_trials_are_trained_compared_and_written(config_file: Path, tmp_path: Path) -> None:
    out, best = tmp_path / "sweep.json", tmp_path / "best.json"
    options = ["--config", str(config_file), "--out", str(out), "--best", str(best), "--no-ray"]
    values = ["--try", "num_samples=150,100000000", "--try", "units=8,16"]
    done = CliRunner().invoke(cli.app, ["sweep", *options, *values])
    assert done.exit_code == 0, done.output
    sweep = Sweep.from_json(out.read_bytes(), "it")
    assert sweep.config == CONFIG
    assert [dict(trial.changes) for trial in sweep.trials] == [
        {"num_samples": number, "units": units} for number in (150, 100_000_000) for units in (8, 16)
    ]
    assert [len(trial.epochs) for trial in sweep.trials] == [2, 2, 0, 0]
    small, large, *refused = (trial.ended for trial in sweep.trials)
    assert small
    assert large
    assert 0 < small.parameters < large.parameters
    assert all(score.exact is not None and 0 <= score.exact <= 1 for score in (small, large))
    assert all(each and "were asked for" in each.message for each in refused)
    first = sweep.ranked[0]
    assert first.best
    assert load_config(best) == replace(CONFIG, **first.changes, title=f"{CONFIG.title}: {first.title}")
    rows = [line for line in done.output.splitlines() if line.startswith("│ 150")]
    assert f"{first.best.val_loss:.4f}" in rows[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--try", "units=0"], "units=0"),  # before anything is trained
        (["--try", "architecture=transformer"], "transformer"),
        (["--try", "units=8", "--ray"], "Ray is not installed here"),
    ],
)
def test_what_cannot_be_is_said_at_once(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.setattr(cli, "is_there", lambda package: False)
    out = tmp_path / "sweep.json"
    done = CliRunner().invoke(cli.app, ["sweep", "--config", str(config_file), "--out", str(out), *options])
    assert isinstance(done.exception, Seq2SeqError)
    assert said in str(done.exception)
    assert not out.exists()
