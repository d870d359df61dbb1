"""Vocabulary: text to integer ids and back.

The tutorial's conventions are the canonical ones here: the sorted characters that occur, "\\t" starts a target
sentence, "\\n" ends it, and a character that never occurred has no id.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal

from ..errors import Seq2SeqError
from ..language import later, tr
from .pairs import Pair

START, END = "\t", "\n"
PADDING_ID = -1  # has no row in any table: its one-hot vector is all zeros
PADDING, UNKNOWN = "<pad>", "<unk>"  # a word vocabulary's ids 0 and 1: an embedding layer needs a row for padding

# what the screen and tables write for characters that cannot be seen; ␣ and ⍽ are Unicode's own symbols for them
_VISIBLE = {START: "⇥", END: "⏎", " ": "␣", "\u00a0": "⍽", "\u202f": "⍽", "\u2009": "⎵"}

_NAMES = {START: later("start"), END: later("end of sentence"), " ": later("space")}
_NAMES |= {"\u00a0": later("no-break space"), "\u202f": later("narrow no-break space"), "\u2009": later("thin space")}

# what a token is called, by the kind of its vocabulary
CHARACTER, WORD = later("character"), later("word")


def show_token(token: str) -> str:
    """The token as it can be seen: ␣ a space, ⍽ a no-break one, ⇥ start, ⏎ end; a word without the space before it."""
    return _VISIBLE.get(token) or token.strip() or token


def name_token(token: str) -> str:
    """Words for a token that its symbol alone does not tell, else the token itself in quotes."""
    name = _NAMES.get(token)
    return tr(name) if name else quoted(token.strip() or token)


def quoted(text: str) -> str:
    """The text in quotation marks."""
    return tr("“{text}”", text=text)


def signs(tokens: Container[str]) -> dict[str, str]:
    """Of those tokens that cannot be seen: the symbol that stands for each, and its name."""
    found: dict[str, str] = {}
    for token in _VISIBLE:
        if token in tokens:
            found.setdefault(show_token(token), name_token(token))
    return found


@dataclass(frozen=True)
class Unknown:
    """A piece of text that the vocabulary does not have, and where it stood."""

    position: int
    text: str


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of one side of the pairs, in the order of their ids."""

    tokens: tuple[str, ...]
    kind: Literal["character", "word"] = "character"
    normalization: Literal["NFC"] | None = "NFC"  # typed text is brought to this Unicode form first
    # tokens that no training pair has: what they mean was never learnt. Which vocabulary this is, they do not change
    untrained: frozenset[str] = field(default=frozenset(), compare=False)

    def __post_init__(self) -> None:
        if not self.tokens:
            raise Seq2SeqError(tr("A vocabulary without tokens cannot be used."))
        if len(set(self.tokens)) != len(self.tokens):
            raise Seq2SeqError(tr("A vocabulary lists each token once, but this one repeats some."))

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

    @classmethod
    def of_words(
        cls, texts: Iterable[str], size: int, extra: Sequence[str] = (), unknown_share: float = 0.0
    ) -> Vocabulary:
        """Padding, the unknown-word token, `extra`, then the most frequent words, up to `size` tokens in all.

        Args:
            unknown_share: of the words of the texts, at least this share is left unknown: the rarest ones.
        """
        counts = Counter(token for text in texts for token in split_words(_normalize(text, "NFC")))
        special = (PADDING, UNKNOWN, *extra)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        words = [word for word in ranked if word not in special]
        wanted = unknown_share * sum(counts[word] for word in words)
        words, rare = words[: max(0, size - len(special))], words[max(0, size - len(special)) :]
        unknown = sum(counts[word] for word in rare)
        while unknown < wanted and len(words) > 1:
            unknown += counts[words.pop()]
        return cls((*special, *words), kind="word")

    def split(self, text: str) -> list[str]:
        """The tokens of the normalised text, known or not."""
        normalized = _normalize(text, self.normalization)
        return split_words(normalized) if self.kind == "word" else list(normalized)

    def encode(self, text: str) -> list[int]:
        """Ids of the tokens. Unknown characters are left out, unknown words get the id of `<unk>`."""
        found = (self.ids.get(token, self.unknown_id) for token in self.split(text))
        return [token_id for token_id in found if token_id is not None]

    @property
    def unknown_id(self) -> int | None:
        """What stands for an unknown token; None: nothing does."""
        return self.ids.get(UNKNOWN) if self.kind == "word" else None

    def unknown(self, text: str) -> tuple[Unknown, ...]:
        """What the vocabulary does not have, in order."""
        return tuple(Unknown(i, token) for i, token in enumerate(self.split(text)) if token not in self.ids)

    def trained_on(self, texts: Iterable[str]) -> Vocabulary:
        """The same tokens, with those marked that none of the training texts has. Padding, start and end are learnt."""
        seen = {token for text in texts for token in self.split(text)}
        if not seen.issubset(self.ids):
            seen.add(UNKNOWN)
        return replace(self, untrained=frozenset(self.tokens) - seen - {PADDING, START, END})

    def decode(self, ids: Iterable[int]) -> str:
        """Text of the ids, without start and end tokens."""
        return "".join(self.tokens[i] for i in ids if self.tokens[i] not in (START, END))

    def to_dict(self) -> dict[str, Any]:
        values = {"kind": self.kind, "normalization": self.normalization, "tokens": list(self.tokens)}
        return values | ({"untrained": sorted(self.untrained)} if self.untrained else {})

    @classmethod
    def from_dict(cls, values: Any) -> Vocabulary:
        """Raises Seq2SeqError when the values are not a vocabulary's."""
        if not isinstance(values, dict) or not isinstance(values.get("tokens"), list):
            raise Seq2SeqError(tr("A vocabulary with a list of tokens was expected."))
        if not all(isinstance(token, str) and token for token in values["tokens"]):
            raise Seq2SeqError(tr("Each token of a vocabulary must be a non-empty text."))
        kind = values.get("kind")
        if kind not in (CHARACTER, WORD):
            raise Seq2SeqError(
                tr("Vocabularies of kind {kind!r} are not known, only 'character' and 'word'.", kind=kind)
            )
        if kind == "word" and values["tokens"][:2] != [PADDING, UNKNOWN]:
            raise Seq2SeqError(
                tr(
                    "A word vocabulary begins with {padding} and {unknown}; this one does not.",
                    padding=PADDING,
                    unknown=UNKNOWN,
                )
            )
        if values.get("normalization") not in (None, "NFC"):
            raise Seq2SeqError(
                tr("The normalization {form!r} is not known, only 'NFC'.", form=values.get("normalization"))
            )
        untrained = values.get("untrained", [])
        if not isinstance(untrained, list) or not all(isinstance(token, str) for token in untrained):
            raise Seq2SeqError(tr("The untrained tokens of a vocabulary must be a list of texts."))
        return cls(tuple(values["tokens"]), kind, values.get("normalization"), frozenset(untrained))


@dataclass(frozen=True)
class VocabularyPair:
    """Both sides of a model, and the lengths its data had (the target's with start and end tokens)."""

    source: Vocabulary
    target: Vocabulary
    max_source_length: int  # tokens; the tutorial's max_encoder_seq_length
    max_target_length: int  # tokens; the tutorial's max_decoder_seq_length

    def __post_init__(self) -> None:
        if START not in self.target.ids:
            raise Seq2SeqError(tr("The target vocabulary has no start (a tab) token."))
        if END not in self.target.ids:
            raise Seq2SeqError(tr("The target vocabulary has no end (a newline) token."))
        if self.max_source_length < 1 or self.max_target_length < 2:
            raise Seq2SeqError(tr("The lengths of a vocabulary must be positive."))

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

    @classmethod
    def of_words(cls, pairs: Sequence[Pair], size: int, unknown_share: float = 0.0) -> VocabularyPair:
        """The most frequent words of each side, `size` tokens at most; `unknown_share` as of a `Vocabulary`."""
        sources, targets = {pair.source for pair in pairs}, {pair.target for pair in pairs}
        source = Vocabulary.of_words((pair.source for pair in pairs), size, (), unknown_share)
        target = Vocabulary.of_words((pair.target for pair in pairs), size, (START, END), unknown_share)
        longest = max(len(target.split(text)) for text in targets)
        return cls(source, target, max(len(source.split(text)) for text in sources), longest + 2)

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
            raise Seq2SeqError(tr("A vocabulary.json with an object in it was expected."))
        source_length, target_length = values.get("max_source_length"), values.get("max_target_length")
        if not isinstance(source_length, int) or not isinstance(target_length, int):
            raise Seq2SeqError(tr("A vocabulary.json needs whole numbers max_source_length and max_target_length."))
        return cls(
            Vocabulary.from_dict(values.get("source")),
            Vocabulary.from_dict(values.get("target")),
            source_length,
            target_length,
        )


def split_words(text: str) -> list[str]:
    """Words, marks and white space; joined, they are the text again.

    A token is a word with the white space before it, a mark, or more white space. An apostrophe ends a word: l'|eau,
    n'|est. What combines with a letter or joins two, as in Hindi and Tamil, belongs to the word.
    """
    return _words().findall(text)


@cache
def _words() -> re.Pattern[str]:
    # Unicode's category M, and the joiners; \w knows neither. Beyond this range are variants of ideographs alone
    combining = "".join(char for char in map(chr, range(0x300, 0x1F000)) if unicodedata.category(char)[0] == "M")
    combining += "\u200c\u200d"
    return re.compile(rf"\s?\w+(?:[{combining}]+\w*)*['’]?|\s?[^\w\s][{combining}]*|\s+")


def _normalize(text: str, form: Literal["NFC"] | None) -> str:
    return unicodedata.normalize(form, text) if form else text
