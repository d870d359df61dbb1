"""Vocabulary: text to integer ids and back.

The tutorial's conventions are the canonical ones here: the sorted characters that occur, "\\t" starts a target
sentence, "\\n" ends it, and a character that never occurred has no id.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from .errors import Seq2SeqError
from .pairs import Pair

START, END = "\t", "\n"
PADDING_ID = -1  # has no row in any table: its one-hot vector is all zeros


# what the screen and tables write for characters that cannot be seen; ␣ and ⍽ are Unicode's own symbols for them
_VISIBLE = {START: "⇥", END: "⏎", " ": "␣", "\u00a0": "⍽", "\u202f": "⍽", "\u2009": "⎵"}


def show_token(token: str) -> str:
    """The token as it can be seen: ␣ for a space, ⍽ for a no-break space, ⇥ for the start, ⏎ for the end."""
    return _VISIBLE.get(token, token)


def name_token(token: str) -> str:
    """Words for a token that its symbol alone does not tell, else the token itself in quotes."""
    names = {START: "start", END: "end of sentence", " ": "space", "\u00a0": "no-break space"}
    names |= {"\u202f": "narrow no-break space", "\u2009": "thin space"}
    return names.get(token, f"“{token}”")


@dataclass(frozen=True)
class Unknown:
    """A piece of text that the vocabulary does not have, and where it stood."""

    position: int
    text: str


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of one side of the pairs, in the order of their ids."""

    tokens: tuple[str, ...]
    kind: Literal["character"] = "character"
    normalization: Literal["NFC"] | None = "NFC"  # typed text is brought to this Unicode form first

    def __post_init__(self) -> None:
        if not self.tokens:
            raise Seq2SeqError("A vocabulary without tokens cannot be used.")
        if len(set(self.tokens)) != len(self.tokens):
            raise Seq2SeqError("A vocabulary lists each token once, but this one repeats some.")

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    @classmethod
    def from_texts(cls, texts: Iterable[str], normalization: Literal["NFC"] | None = "NFC") -> Vocabulary:
        """The tutorial's: every character that occurs, sorted by code point."""
        characters: set[str] = set()
        for text in texts:
            characters.update(_normalize(text, normalization))
        return cls(tuple(sorted(characters)), normalization=normalization)

    def split(self, text: str) -> list[str]:
        """The tokens of a text, known or not. Characters: of the normalised text."""
        return list(_normalize(text, self.normalization))

    def encode(self, text: str) -> list[int]:
        """Ids of the known tokens; unknown ones are left out (`unknown` names them)."""
        return [self.ids[token] for token in self.split(text) if token in self.ids]

    def unknown(self, text: str) -> tuple[Unknown, ...]:
        """What `encode` leaves out, in order."""
        return tuple(Unknown(i, token) for i, token in enumerate(self.split(text)) if token not in self.ids)

    def decode(self, ids: Iterable[int]) -> str:
        """Text of the ids, without start and end tokens."""
        return "".join(self.tokens[i] for i in ids if self.tokens[i] not in (START, END))

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "normalization": self.normalization, "tokens": list(self.tokens)}

    @classmethod
    def from_dict(cls, values: Any) -> Vocabulary:
        """Raises Seq2SeqError when the values are not a vocabulary's."""
        if not isinstance(values, dict) or not isinstance(values.get("tokens"), list):
            raise Seq2SeqError("A vocabulary with a list of tokens was expected.")
        if not all(isinstance(token, str) and token for token in values["tokens"]):
            raise Seq2SeqError("Each token of a vocabulary must be a non-empty text.")
        if values.get("kind") != "character":
            raise Seq2SeqError(f"Vocabularies of kind {values.get('kind')!r} are not known, only 'character'.")
        if values.get("normalization") not in (None, "NFC"):
            raise Seq2SeqError(f"The normalization {values.get('normalization')!r} is not known, only 'NFC'.")
        return cls(tuple(values["tokens"]), "character", values.get("normalization"))


@dataclass(frozen=True)
class VocabularyPair:
    """Both sides of a model, and the lengths its data had (the target's with start and end tokens)."""

    source: Vocabulary
    target: Vocabulary
    max_source_length: int  # tokens; the tutorial's max_encoder_seq_length
    max_target_length: int  # tokens; the tutorial's max_decoder_seq_length

    def __post_init__(self) -> None:
        for token, name in ((START, "start (a tab)"), (END, "end (a newline)")):
            if token not in self.target.ids:
                raise Seq2SeqError(f"The target vocabulary has no {name} token.")
        if self.max_source_length < 1 or self.max_target_length < 2:
            raise Seq2SeqError("The lengths of a vocabulary must be positive.")

    @classmethod
    def from_pairs(cls, pairs: Sequence[Pair], normalization: Literal["NFC"] | None = "NFC") -> VocabularyPair:
        """Built exactly as the tutorial does: sorted characters, "\\t" and "\\n" among the target's."""
        sources = {_normalize(pair.source, normalization) for pair in pairs}
        targets = {START + _normalize(pair.target, normalization) + END for pair in pairs}
        return cls(
            Vocabulary.from_texts(sources, normalization),
            Vocabulary.from_texts(targets, normalization),
            max(map(len, sources)),
            max(map(len, targets)),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "start": START,
            "end": END,
            "max_source_length": self.max_source_length,
            "max_target_length": self.max_target_length,
            "source": self.source.to_dict(),
            "target": self.target.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Any) -> VocabularyPair:
        """Raises Seq2SeqError when the values are not those of `to_dict`."""
        if not isinstance(values, dict):
            raise Seq2SeqError("A vocabulary.json with an object in it was expected.")
        source_length, target_length = values.get("max_source_length"), values.get("max_target_length")
        if not isinstance(source_length, int) or not isinstance(target_length, int):
            raise Seq2SeqError("A vocabulary.json needs whole numbers max_source_length and max_target_length.")
        return cls(
            Vocabulary.from_dict(values.get("source")),
            Vocabulary.from_dict(values.get("target")),
            source_length,
            target_length,
        )


def _normalize(text: str, form: Literal["NFC"] | None) -> str:
    return unicodedata.normalize(form, text) if form else text
