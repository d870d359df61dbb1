"""Source folding: what is typed, in the characters that a model was trained on.

The same for training and for what a visitor types: a phone's ’ was once deleted, and “I can’t swim.” became “Je sais
nager.”
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_TABLE = str.maketrans(
    {
        **dict.fromkeys("’‘`´ʼ′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑–—−", "-"),
        "…": "...",
        "¿": "",
        "¡": "",
    }
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)[^\w]*\w")


def fold_source(text: str, known: Container[str]) -> str:
    """One kind of apostrophe, quotation mark, dash and space, none at the ends; a text in capitals throughout as a
    sentence; then letters that are not known as their small or capital form or without their accent, where that is
    known.

    Any other character that is known stays as it is. What is left unknown stays too: whoever reads it can say so.

    Args:
        known: the characters of the source vocabulary.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = "".join(char if char in known else char.translate(_TABLE) for char in text)
    if is_shouted(text):
        text = _SENTENCE_START.sub(lambda found: found.group().upper(), text.lower())
    text = "".join(char if char in known or char.isspace() else _known_form(char, known) for char in text)
    return _SPACES.sub(" ", text).strip()


def is_shouted(text: str) -> bool:
    """Whether it is in capitals throughout: two letters or more, and none of them small."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters)


def _known_form(char: str, known: Container[str]) -> str:
    plain = unicodedata.normalize("NFKD", char)[:1]
    for other in (char.swapcase(), plain, plain.swapcase()):
        if len(other) == 1 and other in known:
            return other
    return char
