"""Readings: what somebody in a hurry may have meant by a text: its chat spellings written out, with the accents,
apostrophes, hyphens, the capital and the mark that were left away.

They are candidates, no corrections: the network reads the one whose translation it finds the likeliest
(inference/meant.py). As in a noisy channel, with the network itself as the judge of what makes sense.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from functools import cache

from .splits import fold_sentence
from .typed_views import CHAT_SPELLINGS, MORE_SPELLINGS
from .typos import WORD

ENGLISH_CHAT = "english"  # the mix of typed views that has chat spellings
MARK = "."
ASKED = 0.5  # share of the sentences beginning with a word that end with a question mark …
OFTEN = 10  # … where it begins as many at least: then it may begin a question
_ENDED = re.compile(r"[.!?…:;,\"»”)]\s*$")
_PART = re.compile(r"[,;:]\s+")
_I = re.compile(r"(?<![\w'])i(?![\w])")


def question_words(texts: Iterable[str]) -> list[str]:
    """Words that begin questions, in lower case; the oftenest first."""
    begun, asked = Counter[str](), Counter[str]()
    for text in set(texts):
        word = _first_word(text)
        begun[word] += 1
        asked[word] += text.rstrip().endswith("?")
    return [word for word, count in asked.most_common() if word and count >= max(OFTEN, ASKED * begun[word])]


def readings(text: str, questions: Container[str], spellings: Mapping[str, str], chat: str) -> list[str]:
    """The text itself, and what else may have been meant by it; it alone where nothing is left away.

    Args:
        text: with ' for every apostrophe.
        questions: as `question_words` finds them in what the network was trained on.
        spellings: as `spellings_of` finds them there.
        chat: whose chat spellings are written out: the mix of typed views that the network was trained on.
    """
    text = text.strip()
    written = written_out(text, chat)
    spelt = respelled(written, spellings)
    found = list(dict.fromkeys((text, written, spelt, hyphenated(spelt, questions))))
    if text and not _ENDED.search(text):
        for each in tuple(found):
            sentence = each[0].upper() + each[1:]
            found.append(sentence + MARK)
            if _asks(each, questions):
                found.append(sentence + "?")
    return list(dict.fromkeys(found))


def written_out(text: str, chat: str) -> str:
    """As a book has it: “where r u” is “where are you”, “i” is “I”."""
    written = _written(chat)
    if not written:
        return text
    text = _typed(chat).sub(lambda typed: written[typed[0].lower()], text)
    return _I.sub("I", text) if chat == ENGLISH_CHAT else text


@cache
def _written(chat: str) -> dict[str, str]:
    """What chat spellings stand for; {}: there are none in this language."""
    known = (*(CHAT_SPELLINGS if chat == ENGLISH_CHAT else ()), *MORE_SPELLINGS.get(chat, ()))
    return {typed: written for written, typed in reversed(known)}  # the first one it may stand for


@cache
def _typed(chat: str) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_written(chat), key=len, reverse=True)))
    return re.compile(rf"(?<![\w'])(?:{words})(?![\w'])", re.IGNORECASE)


def hyphenated(text: str, questions: Container[str]) -> str:
    """“peux tu” is “peux-tu”, where that begins questions."""
    words = text.split(" ")
    for place in range(len(words) - 1, 0, -1):
        joined = f"{words[place - 1]}-{words[place]}"
        if _first_word(joined) in questions:
            words[place - 1 : place + 1] = [joined]
    return " ".join(words)


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


def _asks(text: str, questions: Container[str]) -> bool:
    """Whether it may be a question: it, or what stands behind a comma, begins as one does, or has one's “peux-tu”."""
    words = [_first_word(part) for part in _PART.split(text)]
    return any(word in questions for word in (*words, *re.findall(r"[^\s,;:]+-[^\s,;:]+", text.lower())))


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].lower().rstrip(",.!?") if text.strip() else ""
