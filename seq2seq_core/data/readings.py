"""Readings: what somebody in a hurry may have meant by a text: its chat spellings written out, with the accents,
apostrophes, the capital and the mark that were left away.

They are candidates, no corrections: the network reads the one whose translation it finds the likeliest
(inference/meant.py). As in a noisy channel, with the network itself as the judge of what makes sense.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping

from .splits import fold_sentence
from .typed_views import CHAT_SPELLINGS
from .typos import WORD

MARK = "."
ASKED = 0.5  # share of the sentences beginning with a word that end with a question mark …
OFTEN = 10  # … where it begins as many at least: then it may begin a question
_ENDED = re.compile(r"[.!?…:;,\"»”)]\s*$")
_WRITTEN: dict[str, str] = {}
for _written, _typed in CHAT_SPELLINGS:
    _WRITTEN.setdefault(_typed, _written)
_CHAT = re.compile(
    r"(?<![\w'])(?:" + "|".join(map(re.escape, sorted(_WRITTEN, key=len, reverse=True))) + r")(?![\w'])", re.IGNORECASE
)
_I = re.compile(r"(?<![\w'])i(?![\w])")


def question_words(texts: Iterable[str]) -> list[str]:
    """Words that begin questions, in lower case; the oftenest first."""
    begun, asked = Counter[str](), Counter[str]()
    for text in set(texts):
        word = _first_word(text)
        begun[word] += 1
        asked[word] += text.rstrip().endswith("?")
    return [word for word, count in asked.most_common() if word and count >= max(OFTEN, ASKED * begun[word])]


def readings(text: str, questions: Container[str], spellings: Mapping[str, str], chat: bool) -> list[str]:
    """The text itself, and what else may have been meant by it; it alone where nothing is left away.

    Args:
        text: with ' for every apostrophe.
        questions: as `question_words` finds them in what the network was trained on.
        spellings: as `spellings_of` finds them there.
        chat: whether English chat spellings are written out.
    """
    text = text.strip()
    written = written_out(text) if chat else text
    found = list(dict.fromkeys((text, written, respelled(written, spellings))))
    if text and not _ENDED.search(text):
        for each in tuple(found):
            sentence = each[0].upper() + each[1:]
            found.append(sentence + MARK)
            if _first_word(each) in questions:
                found.append(sentence + "?")
    return list(dict.fromkeys(found))


def written_out(text: str) -> str:
    """English as a book has it: “where r u” is “where are you”, “i” is “I”."""
    return _I.sub("I", _CHAT.sub(lambda found: _WRITTEN[found[0].lower()], text))


def spellings_of(words: Iterable[str]) -> dict[str, str]:
    """How words are spelt that somebody may type without accents and apostrophes: deja: déjà.

    Args:
        words: of the data, the oftenest first.
    """
    words = list(words)
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(fold_sentence(word), word)
    for word in words:  # what is a word as it stands is left as it stands
        found.pop(word, None)
    return found


def respelled(text: str, spellings: Mapping[str, str]) -> str:
    """With the accents and apostrophes of the data's words."""

    def spelt(found: re.Match[str]) -> str:
        word = spellings.get(found[0].lower())
        if word is None:
            return found[0]
        return word[0].upper() + word[1:] if found[0][0].isupper() else word

    return WORD.sub(spelt, text)


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].lower().rstrip(",.!?") if text.strip() else ""
