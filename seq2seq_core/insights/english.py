"""What is told of an English sentence by plain rules: no parser, and so at times wrong. Its words for it are translated
where they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..language import later

_FIRST = {"i", "we", "i'm", "we're", "i'll", "we'll", "i've", "i'd"}
_SECOND = {"you", "you're", "you'll", "you've"}
_THIRD = {"he", "she", "it", "they", "he's", "she's", "it's", "they're", "tom", "mary", "john", "my", "the", "this"}
_PERSONS = ((later("I, we"), _FIRST), (later("you"), _SECOND), (later("he, she, it, they"), _THIRD))
_FUTURE = re.compile(r"\b(will|won't|shall)\b|'ll\b|\bgoing to\b")
_PAST = re.compile(
    r"\b(was|were|did|had|wasn't|weren't|didn't|hadn't|sang|ate|bought|saw|went|won|gave|came|took|made|said|got|knew|"
    r"found|left|told|wrote|thought|lost|met|ran|sat|slept|spoke|stood|swam|fell|felt|kept|began)\b"
    r"|\b(?!tired\b)\w{2,}[^e\W]ed\b"
)
NO_SENTENCE = later("no sentence")


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower().replace("’", "'"))


def is_sentence(text: str) -> bool:
    """It ends as one, or begins with who it is about."""
    words = _words(text)
    return bool(words) and (text.rstrip()[-1] in ".!?" or (len(words) > 2 and words[0] in _FIRST | _SECOND | _THIRD))


def tense(text: str) -> str:
    """Future: will, shall, going to. Past: was, did, went, …, or a word in -ed. All other sentences: present."""
    if not is_sentence(text):
        return NO_SENTENCE
    folded = " ".join(_words(text))
    if _FUTURE.search(folded):
        return later("future")
    return later("past") if _PAST.search(folded) else later("present")


def person(text: str) -> str:
    """Of the first of I, we, you, he, she, it, they and the like: who the sentence is about."""
    if not is_sentence(text):
        return NO_SENTENCE
    for word in _words(text):
        for name, words in _PERSONS:
            if word in words:
                return name
    return later("nobody named")


def question(text: str) -> str:
    """It ends with a question mark."""
    return later("question") if text.rstrip().endswith("?") else later("no question")


PROPERTIES: dict[str, Callable[[str], str]] = {
    later("tense"): tense,
    later("person"): person,
    later("question"): question,
}
