"""Round trip: a translation translated back, and where it differs from what was typed.

For somebody who cannot read the other language, this shows whether the sentence was understood. A difference may have
been made on either way, and a text that comes back whole may still have been wrong in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from ..data.splits import fold_sentence
from ..inference.translator import Translator


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or one that they do not."""

    same: bool
    typed: str  # "" where the way back added something
    back: str  # "" where something was lost


@dataclass(frozen=True)
class RoundTrip:
    """One text, there and back."""

    typed: str
    there: str  # in the other language
    back: str
    pieces: tuple[Piece, ...]  # typed and back, side by side, from the beginning to the end

    @property
    def kept(self) -> float:
        """Share of the typed words that came back, in their order."""
        words = sum(len(piece.typed.split()) for piece in self.pieces)
        return sum(len(piece.typed.split()) for piece in self.pieces if piece.same) / max(1, words)


def round_trip(way_back: Translator, typed: str, there: str) -> RoundTrip:
    """Translates `there` back, greedily, and aligns the words with those that were typed.

    Args:
        way_back: a model that reads what the other one writes.

    Raises:
        Seq2SeqError: the way back cannot read the translation.
    """
    back = way_back.translate(there, mend=False).text  # as it was written, whatever is wrong with it
    return RoundTrip(typed, there, back, align_words(typed, back))


def align_words(typed: str, back: str) -> tuple[Piece, ...]:
    """The words of both texts in runs that are equal, but for case, marks and apostrophes, and runs that are not.

    Of all alignments it is `difflib`'s: the longest run that both have, then the same on its left and on its right
    (Ratcliff & Obershelp 1988).
    """
    one, other = typed.split(), back.split()
    folded_one, folded_other = ([fold_sentence(word) for word in words] for words in (one, other))
    return tuple(
        Piece(tag == "equal", " ".join(one[start:end]), " ".join(other[first:last]))
        for tag, start, end, first, last in SequenceMatcher(None, folded_one, folded_other, False).get_opcodes()
    )
