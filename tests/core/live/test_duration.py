"""How long a run takes: the presets about a minute, others as their dials say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seq2seq_core.live.duration import expected_seconds
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.models import KINDS


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


def test_what_each_network_costs_follows_its_own_dials() -> None:
    """Attention reads twice and writes twice as wide; in step there is one stack; convolutions step over nothing."""
    config = replace(PRESETS["reverse-long"].config, architecture="encoder_decoder", optimizer="adam")
    seconds = {
        name: expected_seconds(kind.adapted(replace(config, epochs=100)), (), 1.0) for name, kind in KINDS.items()
    }
    assert seconds["attention"] > 1.2 * seconds["encoder_decoder"] == 1.2 * seconds["repeat_vector"]
    assert seconds["same_length"] < 0.6 * seconds["encoder_decoder"]
    for kind in KINDS.values():
        plain = kind.adapted(config)
        for change in ({"units": 256}, {"layers": plain.layers + 1}, {"epochs": 40}):
            assert expected_seconds(replace(plain, **change), (), 1.0) > expected_seconds(plain, (), 1.0) * 1.05
