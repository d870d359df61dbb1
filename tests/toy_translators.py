"""Translators with random weights, made in NumPy alone: decoding and traces can be tested without any training."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np

from seq2seq_core.config import ModelConfig
from seq2seq_core.data.vocabulary import Vocabulary, VocabularyPair
from seq2seq_core.inference.translator import Translator
from seq2seq_core.layers.recurrent import RecurrentCell
from seq2seq_core.layers.stack import CELLS
from seq2seq_core.models.encoder_decoder.network import EncoderDecoder
from seq2seq_core.models.repeat_vector.network import RepeatVector


def toy_translator(
    seed: int = 0,
    source: str = " abcdé",
    target: str = "\t\n xyzé",
    units: int = 6,
    max_target_length: int = 8,
    scale: float = 1.0,
    cell: str = "LSTM",
    layers: int = 1,
    repeats: bool = False,
) -> Translator:
    """A masked encoder-decoder; a larger `scale` makes its distributions sharper.

    Args:
        repeats: a repeat_vector network instead; it writes as many steps as the others may.
    """
    rng = np.random.default_rng(seed)

    def weights(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) * scale).astype(np.float32)

    def stack(inputs: int) -> tuple[RecurrentCell, ...]:
        width = len(CELLS[cell].gates) * units
        bias = (2, width) if cell == "GRU" else (width,)
        sizes = [inputs] + [units] * (layers - 1)
        return tuple(CELLS[cell](weights(size, width), weights(units, width), weights(*bias)) for size in sizes)  # type: ignore[call-arg]

    kind = partial(RepeatVector, repeats=max_target_length + 1) if repeats else EncoderDecoder
    network = kind(
        encoder=stack(len(source)),
        decoder=stack(units if repeats else len(target)),
        output_kernel=weights(units, len(target)),
        output_bias=weights(len(target)),
        source_size=len(source),
        reads_padding=False,
    )
    vocabularies = VocabularyPair(
        Vocabulary(tuple(source)),
        Vocabulary(tuple(target)),
        max_source_length=10,
        max_target_length=max_target_length + 2 if repeats else max_target_length,
    )
    config = ModelConfig(
        name="toy",
        title="A toy",
        cell=cell.lower(),  # type: ignore[arg-type]
        units=units,
        layers=layers,
        architecture="repeat_vector" if repeats else "encoder_decoder",
    )
    return Translator(config, vocabularies, network)


def assert_equal(first: Any, second: Any, where: str = "trace") -> None:
    """The same types and values down to the last bit: arrays by dtype, shape and content, dataclasses by field."""
    assert type(first) is type(second), where
    if is_dataclass(first):
        for field in fields(first):
            assert_equal(getattr(first, field.name), getattr(second, field.name), f"{where}.{field.name}")
    elif isinstance(first, tuple):
        assert len(first) == len(second), where
        for index, (left, right) in enumerate(zip(first, second, strict=True)):
            assert_equal(left, right, f"{where}[{index}]")
    elif isinstance(first, np.ndarray):
        assert first.dtype == second.dtype, where
        assert first.shape == second.shape, where
        assert np.array_equal(first, second), where
    else:
        assert first == second, where
