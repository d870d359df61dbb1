"""What is held out: decided by the sentence itself, not by where it stands in a file.

A sentence is folded to what is left when case, marks, apostrophes, accents and spaces are not counted, and the hash of
that decides. So the same sentences stay held out whatever edition of a corpus somebody trains on, and two that
differ in a comma never stand on both sides.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from ..errors import Seq2SeqError
from ..language import tr
from ..shares import percent
from .pairs import Pair

_APOSTROPHES = re.compile("['’‘´`ʼ′]")
_NOT_A_WORD = re.compile(r"[\W_]+")


def fold_sentence(text: str) -> str:
    """Lower case, no accents, no apostrophes; whatever is no letter or digit is one space.

    A text of marks alone folds to itself, lest all such texts be one.
    """
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_A_WORD.sub(" ", letters).strip() or text.strip()


def held_out_by_hash(text: str, share: float) -> bool:
    """Whether a sentence belongs to the share that is held out; a larger share holds out all that a smaller one does.

    The hash is BLAKE2b (RFC 7693) of the folded sentence: the same on every machine, in every run and every edition.
    """
    digest = hashlib.blake2b(fold_sentence(text).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64


def split_by_hash(pairs: Sequence[Pair], share: float) -> tuple[list[Pair], list[Pair]]:
    """Training and held-out pairs, each in the file's order.

    Raises:
        Seq2SeqError: one side would be empty.
    """
    decided = {source: held_out_by_hash(source, share) for source in {pair.source for pair in pairs}}
    training = [pair for pair in pairs if not decided[pair.source]]
    held_out = [pair for pair in pairs if decided[pair.source]]
    if not training or not held_out:
        raise _one_side(pairs, share)
    return training, held_out


def _one_side(pairs: Sequence[Pair], share: float) -> Seq2SeqError:
    return Seq2SeqError(
        tr(
            "{count} pairs cannot be split with {share} held out: one side would be empty.",
            count=len(pairs),
            share=percent(share),
        )
    )


def unseen_pairs(pairs: Sequence[Pair], seen: Iterable[Pair]) -> list[Pair]:
    """The pairs whose folded source is that of none that was seen."""
    folded = {fold_sentence(source) for source in {pair.source for pair in seen}}
    return [pair for pair in pairs if fold_sentence(pair.source) not in folded]


def near_duplicates(held_out: Sequence[Pair], training: Sequence[Pair]) -> int:
    """How many held-out sources equal a training source but for case, marks, apostrophes, accents and spaces."""
    folded = {fold_sentence(source) for source in {pair.source for pair in training}}
    return sum(fold_sentence(source) in folded for source in {pair.source for pair in held_out})


def split_pairs(
    pairs: Sequence[Pair], split: Literal["hash", "source", "last"], validation_split: float, seed: int = 0
) -> tuple[list[Pair], list[Pair]]:
    """Training and validation pairs.

    "hash" is `split_by_hash`. "source" draws whole source sentences of this file at random, so that no source is on
    both sides. "last" is the tutorial's own `validation_split`: the last share of the file, where a source with several
    translations may straddle the cut.

    Raises:
        Seq2SeqError: when one side would be empty.
    """
    if split == "hash":
        return split_by_hash(pairs, validation_split)
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
        raise _one_side(pairs, validation_split)
    return training, validation
