"""The kinds of network, seen from outside: whichever is chosen, it trains or says in a sentence why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sample_pairs import PAIRS

from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.models import KINDS, kind_of, kind_of_layers
from seq2seq_core.recipes import check

REFUSED = {  # (kind, preset): what is said
    **{("same_length", name): "choose another network for such pairs" for name in PRESETS if name != "reverse-long"},
    ("convolutional", "phrases-words"): "convolutional reads characters",
}


@pytest.fixture
def at_once() -> Iterator[None]:
    """A single batch is trained sooner than its graph is built."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_trains_as_every_kind_or_is_refused(kind: str, preset: str) -> None:
    """What the Train tab offers, its dials left as they are."""
    from seq2seq_core.keras_file.reader import layers_in_memory
    from seq2seq_core.training.events import BatchTrained, TrainingStarted
    from seq2seq_core.training.train import train

    config = KINDS[kind].adapted(PRESETS[preset].config)
    assert config.architecture == kind
    small = replace(config, units=4, num_samples=40, batch_size=8, length_buckets=1)
    events = train(small, PAIRS, jit_compile=False)
    if (kind, preset) in REFUSED:
        with pytest.raises(Seq2SeqError, match=REFUSED[kind, preset]):
            next(events)
        return
    started = next(events)
    assert isinstance(started, TrainingStarted)
    assert isinstance(next(events), BatchTrained)
    assert kind_of(check(small)) is kind_of_layers(layers_in_memory(started.network)) is KINDS[kind]
