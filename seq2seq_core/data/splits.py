"""Splits: which pairs are trained on and which are held out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from ..errors import Seq2SeqError
from .pairs import Pair


def split_pairs(
    pairs: Sequence[Pair], split: Literal["source", "last"], validation_split: float, seed: int = 0
) -> tuple[list[Pair], list[Pair]]:
    """Training and validation pairs.

    "source" draws whole source sentences at random, so that no source is on both sides. "last" is the tutorial's
    own `validation_split`: the last share of the file, where a source with several translations may straddle the
    cut.

    Raises:
        Seq2SeqError: when one side would be empty.
    """
    if split == "last":
        cut = int(len(pairs) * (1 - validation_split))
        training, validation = list(pairs[:cut]), list(pairs[cut:])
    else:
        sources = list(dict.fromkeys(pair.source for pair in pairs))
        random.Random(seed).shuffle(sources)
        held_out = set(sources[: round(len(sources) * validation_split)])
        training = [pair for pair in pairs if pair.source not in held_out]
        validation = [pair for pair in pairs if pair.source in held_out]
    if not training or not validation:
        raise Seq2SeqError(
            f"{len(pairs)} pairs cannot be split with {validation_split:.0%} held out: one side would be empty."
        )
    return training, validation
