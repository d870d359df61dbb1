"""What a sweep tries."""

from __future__ import annotations

import math
from typing import Any

import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.recipes import CONFIGS
from seq2seq_core.training.sweep.search import MOST_TRIALS, changed, combinations, tried


def search(*texts: str, trials: int | None = None, seed: int = 0) -> list[dict[str, Any]]:
    return combinations([tried(text) for text in texts], trials, seed)


def test_a_grid_has_every_combination_in_order() -> None:
    assert search("units=32, 64", "optimizer=adam,muon", "clipnorm=null,1.5", "reverse_source=true") == [
        {"units": units, "optimizer": optimizer, "clipnorm": clipnorm, "reverse_source": True}
        for units in (32, 64)
        for optimizer in ("adam", "muon")
        for clipnorm in (None, 1.5)
    ]


def test_what_is_drawn_is_drawn_again_by_the_same_seed_and_no_combination_twice() -> None:
    texts = ("learning_rate=0.0001..0.1", "units=16..256", "dropout=0..0.5", "cell=gru,lstm")
    drawn = search(*texts, trials=120, seed=4)
    assert drawn == search(*texts, trials=120, seed=4) != search(*texts, trials=120, seed=5)
    assert len(drawn) == 120
    assert {each["cell"] for each in drawn} == {"gru", "lstm"}
    assert all(isinstance(each["units"], int) and 16 <= each["units"] <= 256 for each in drawn)
    rates = [each["learning_rate"] for each in drawn]
    assert 0.0001 <= min(rates) < max(rates) <= 0.1
    assert math.log10(sorted(rates)[60]) == pytest.approx(-2.5, abs=0.4)  # as many below 0.003 as above
    assert sum(each["dropout"] for each in drawn) / 120 == pytest.approx(0.25, abs=0.05)
    assert search("units=1,2,3", "cell=gru,lstm", trials=50) != search("units=1,2,3", "cell=gru,lstm")  # another order
    assert len(search("units=1,2,3", "cell=gru,lstm", trials=50)) == 6


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((), "Say with --try"),
        (("units=1", "units=2"), "each field once"),
        (("colour=red",), "the fields are architecture, batch_size"),
        (("name=a,b",), "the fields are"),
        (("units",), "was expected"),
        (("units=32,,64",), "was expected"),
        (("units=..64",), "two numbers"),
        (("learning_rate=0.1..0.01",), "the lower one first"),
        (("learning_rate=0.01..0.1",), "--trials"),
        (("seed=" + ",".join(map(str, range(MOST_TRIALS + 1))),), f"up to {MOST_TRIALS}"),
    ],
)
def test_what_cannot_be_tried_is_said(texts: tuple[str, ...], said: str) -> None:
    with pytest.raises(Seq2SeqError, match=said):
        search(*texts)


def test_a_change_brings_what_it_needs_and_keeps_what_was_asked() -> None:
    config = CONFIGS["phrases-lstm"]
    assert changed(config, {"units": 32}).units == 32
    other = changed(config, {"architecture": "convolutional", "optimizer": "adam", "units": 48})
    assert (other.architecture, other.optimizer, other.units) == ("convolutional", "adam", 48)
    for changes in ({"units": 0}, {"cell": "elman"}, {"architecture": "transformer"}):
        with pytest.raises(Seq2SeqError):
            changed(config, changes)
