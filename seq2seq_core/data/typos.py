"""Typos: a word that no training sentence has, and that is one slip away from a word that many have.

The noisy channel of Kernighan, Church & Gale (1990): of the words that a slip could have turned into what is typed, the
one that is often meant and whose slip is often made. Only words that are not known are touched, and only where one
answer is clearly the likeliest; what is left to the network are slips that make another word of it (“form”, “from”).
So are names: no data has all of them, and in four letters each is near another word (“Ben”, “been”).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping

from .splits import fold_sentence
from .typed_views import CHAT_SPELLINGS, MORE_SPELLINGS, NEIGHBOURS

SHORTEST = 3  # letters: a shorter word is one slip from too many others
SHORT = 4  # letters: in so short a word only a slip that keyboards explain is taken back
RARE = 0.1  # how often a slip is that keyboards do not explain, against one that they do; or one in the first letter
EVIDENCE = 6.0  # sentences that have the word (times RARE) from which it may be what was meant …
CLEARLY = 2.0  # … and so many times as many as the next likely one
_LETTERS = "abcdefghijklmnopqrstuvwxyz'àâçéèêëîïôùûüœ"
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
# a word of a sentence: no part of an address, of HTML or of code
_OF_A_SENTENCE = re.compile(rf"(?<![^\s\"'(]){WORD.pattern}(?=[\"').,;:!?]*(?:\s|$))")
_BEGINS = re.compile(r"(?:^|[.!?…:])[\s\"'(]*$")
_CHAT = frozenset(
    word for spellings in (CHAT_SPELLINGS, *MORE_SPELLINGS.values()) for _, typed in spellings for word in typed.split()
)


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """In how many of the distinct texts each word stands, in lower case; the oftenest first."""
    counts = Counter(word for text in set(texts) for word in {found.lower() for found in WORD.findall(text)})
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def mend_typos(text: str, words: Mapping[str, int], known: Container[str]) -> str:
    """The text with each typo in it taken back. Three words or more of which it
    knows none are another language, and stay.

    Args:
        text: with ' for every apostrophe.
        words: as `count_words` counts them in what the network was trained on.
        known: the same, folded: what people leave out (“dont”, “deja”) is no slip.
    """

    def strange(word: str) -> bool:
        return not (word in words or word in _CHAT or fold_sentence(word) in known)

    typed_words = [found.group().lower() for found in _OF_A_SENTENCE.finditer(text)]
    if len(typed_words) > 2 and all(map(strange, typed_words)):
        return text

    def mended(found: re.Match[str]) -> str:
        typed = found.group()
        word = typed.lower()
        if len(word) < SHORTEST or not strange(word):
            return typed
        if typed[0].isupper() and not _BEGINS.search(text, 0, found.start()):  # a name
            return typed
        meant = _meant(word, words)
        return meant if typed[0].islower() else meant[0].upper() + meant[1:]

    return _OF_A_SENTENCE.sub(mended, text)


def _meant(word: str, words: Mapping[str, int]) -> str:
    """The word that was meant; the word itself where that is not clear."""
    evidence = sorted(
        ((words[other] * share, other) for other, share in _before_typos(word, words).items()), reverse=True
    )
    if not evidence or evidence[0][0] < EVIDENCE:
        return word
    return evidence[0][1] if len(evidence) == 1 or evidence[0][0] >= CLEARLY * evidence[1][0] else word


def _before_typos(word: str, words: Mapping[str, int]) -> dict[str, float]:
    """The known words that one slip turns into this one, and how often that slip is made (1: keyboards explain it)."""
    found: dict[str, float] = {}

    def add(other: str, share: float) -> None:
        if other in words and share:
            share *= 1.0 if other[0] == word[0] else RARE
            found[other] = max(share, found.get(other, 0.0))

    unexplained = RARE if len(word) > SHORT else 0.0

    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in _LETTERS:  # one was left out; an “s” at the end makes another word more often
            add(before + letter + after, RARE if not after and letter == "s" else 1.0)
        if not after:
            break
        key, rest = after[0], after[1:]
        if rest:  # two were swapped
            add(before + rest[0] + key + rest[1:], 1.0)
        around = {before[-1:], rest[:1]} - {""}
        add(before + rest, 1.0 if key in around else unexplained)  # typed twice, or one too many
        for letter in _LETTERS:  # another key was hit
            add(before + letter + rest, 1.0 if letter in NEIGHBOURS.get(key, "") else unexplained)
    return found
