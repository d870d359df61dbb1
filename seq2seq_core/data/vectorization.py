"""Vectorization: pairs to the tutorial's three one-hot arrays, and to the integer ids that training uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..config import ModelConfig
from ..errors import Seq2SeqError
from ..language import later, tr
from .pairs import Pair
from .source_folding import fold_source
from .vocabulary import END, PADDING_ID, START, Vocabulary, VocabularyPair

NO_SPACE = {
    "source": later("The source vocabulary has no space to pad with: use padding='zeros'."),
    "target": later("The target vocabulary has no space to pad with: use padding='zeros'."),
}


@dataclass(frozen=True)
class IdArrays:
    """Pairs as integer ids, padded at the end with PADDING_ID (-1)."""

    encoder_input: np.ndarray  # int32 (pairs, longest source)
    decoder_input: np.ndarray  # int32 (pairs, longest target): start token, then the target
    decoder_target: np.ndarray  # int32 (pairs, longest target): the target, then the end token

    def __len__(self) -> int:
        return len(self.encoder_input)

    def __getitem__(self, rows: np.ndarray | slice) -> IdArrays:
        return IdArrays(self.encoder_input[rows], self.decoder_input[rows], self.decoder_target[rows])


@dataclass(frozen=True)
class OneHotArrays:
    """The tutorial's three arrays, by the names it gives them."""

    encoder_input_data: np.ndarray  # float32 (pairs, max_source_length, source vocabulary)
    decoder_input_data: np.ndarray  # float32 (pairs, max_target_length, target vocabulary)
    decoder_target_data: np.ndarray  # float32, same shape: decoder_input_data one step ahead


def pad_ids(rows: Sequence[Sequence[int]], length: int | None = None) -> np.ndarray:
    """int32 (rows, length), filled up with PADDING_ID; `length` defaults to the longest row's."""
    length = max(map(len, rows), default=0) if length is None else length
    padded = np.full((len(rows), length), PADDING_ID, np.int32)
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return padded


def read_as(text: str, vocabulary: Vocabulary, config: ModelConfig) -> str:
    """A source as its network reads it: where training folded typography (`clean`), what is typed is folded too."""
    return fold_source(text, vocabulary.ids) if config.clean else text


def encode_source(text: str, vocabularies: VocabularyPair, config: ModelConfig) -> list[int]:
    """The ids that the encoder reads, in its order: the one way from a text to them, in training and in use.

    Unknown characters are left out, unknown words stand in. A config with another source_padding than "mask" has the
    encoder read on, to the longest source of the vocabularies' data.

    Raises:
        Seq2SeqError: the text has no token that the vocabulary knows, or padding with spaces where it has no space.
    """
    vocabulary = vocabularies.source
    ids = vocabulary.encode(read_as(text, vocabulary, config))
    if not ids:
        raise Seq2SeqError(
            tr("The source {text!r} has no {token} that the vocabulary knows.", text=text, token=tr(vocabulary.kind))
        )
    if config.reverse_source:
        ids.reverse()
    if config.source_padding != "mask":
        ids += [_padding(config.source_padding, vocabulary, "source")] * (vocabularies.max_source_length - len(ids))
    return ids


def encode_pairs(pairs: Sequence[Pair], vocabularies: VocabularyPair, config: ModelConfig) -> IdArrays:
    """The id form of the pairs. Characters a vocabulary does not have are left out.

    Raises:
        Seq2SeqError: as `encode_source`.
    """
    sources = [encode_source(pair.source, vocabularies, config) for pair in pairs]
    # one row in full (start … end); input and target are its two views, offset by one step
    start, end = vocabularies.target.ids[START], vocabularies.target.ids[END]
    targets = [[start, *vocabularies.target.encode(pair.target), end] for pair in pairs]
    return IdArrays(pad_ids(sources), pad_ids([t[:-1] for t in targets]), pad_ids([t[1:] for t in targets]))


def _padding(padding: str, vocabulary: Vocabulary, side: str) -> int:
    if padding == "zeros":
        return PADDING_ID
    if " " not in vocabulary.ids:
        raise Seq2SeqError(tr(NO_SPACE[side]))
    return vocabulary.ids[" "]


def one_hot(ids: np.ndarray, size: int, dtype: type = np.float32) -> np.ndarray:
    """(…) ids to (…, size); PADDING_ID becomes all zeros."""
    table: np.ndarray = np.zeros((size + 1, size), dtype)  # row -1, the last, is the padding's
    np.fill_diagonal(table, 1)
    return table[ids]


def network_inputs(ids: IdArrays, vocabularies: VocabularyPair) -> list[np.ndarray]:
    """What the encoder and the decoder of a network are called with: one-hot vectors of characters, ids of words."""
    sides = [(ids.encoder_input, vocabularies.source), (ids.decoder_input, vocabularies.target)]
    return [
        # a word vocabulary's padding token has id 0
        np.maximum(rows, 0) if vocabulary.kind == "word" else one_hot(rows, len(vocabulary))
        for rows, vocabulary in sides
    ]


def one_hot_arrays(
    pairs: Sequence[Pair], vocabularies: VocabularyPair, padding: Literal["zeros", "space"] = "zeros"
) -> OneHotArrays:
    """The three arrays of the tutorial, shapes and offset as in its text.

    Args:
        padding: what stands after a sentence's end: "zeros", as the 2017 text has it, or "space", the space
            character, as the script has been published since 2019 (there the target's padding starts right
            after its end token).

    Raises:
        Seq2SeqError: padding with spaces where a vocabulary has no space, or an unknown padding.
    """
    if padding not in ("zeros", "space"):
        raise Seq2SeqError(tr("The padding {padding!r} is not known: it is 'zeros' or 'space'.", padding=padding))
    source_length, target_length = vocabularies.max_source_length, vocabularies.max_target_length
    source, target = vocabularies.source, vocabularies.target
    framed = [[START, *target.split(pair.target), END] for pair in pairs]
    rows = [[target.ids[token] for token in tokens if token in target.ids] for tokens in framed]
    encoder = pad_ids([source.encode(pair.source) for pair in pairs], source_length)
    decoder_input = pad_ids(rows, target_length)  # the end token is an input too, as in the tutorial
    decoder_target = pad_ids([row[1:] for row in rows], target_length)
    for ids, vocabulary, side in (
        (encoder, source, "source"),
        (decoder_input, target, "target"),
        (decoder_target, target, "target"),
    ):
        ids[ids == PADDING_ID] = _padding(padding, vocabulary, side)
    return OneHotArrays(
        one_hot(encoder, len(source)), one_hot(decoder_input, len(target)), one_hot(decoder_target, len(target))
    )
