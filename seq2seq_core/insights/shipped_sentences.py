"""The sentences that are shipped: what instruments ask a network about besides the visitor's own.

None is anybody's data: a small grammar, templates and a generated task's problems, drawn the same at every start.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from weakref import WeakKeyDictionary

from ..data.tasks import TASKS
from ..inference.translator import Translator
from ..language import later

COUNT = 1_000  # sentences, of all kinds together

# who, what they do (now, in the past) and the rest of the sentence; in three tenses, told and asked
_WHO = ("I", "you", "we", "they", "he", "she", "Tom", "Mary")
_DO = (
    ("work", "worked", "here"),
    ("sing", "sang", "well"),
    ("eat", "ate", "fish"),
    ("buy", "bought", "bread"),
    ("see", "saw", "him"),
    ("go", "went", "home"),
    ("win", "won", "again"),
    ("help", "helped", "us"),
)


@dataclass(frozen=True)
class Sentence:
    """One of them, as a network reads it."""

    text: str
    english: str = ""  # the same in English, from which its properties are told; "": it says nothing in a language


_SHIPPED: WeakKeyDictionary[Translator, dict[str, tuple[Sentence, ...]]] = WeakKeyDictionary()


def shipped_sentences(model: Translator) -> dict[str, tuple[Sentence, ...]]:
    """By what they are (`language.later`), up to 1,000 different sentences of which a model knows every token: a
    generated task's own problems; in English and French those of `_pairs`; none in other languages."""
    if model not in _SHIPPED:
        kinds = _problems(model) if model.task else _in_language(model.languages[0])
        unknown, seen, known = model.vocabularies.source.unknown, set[str](), {}
        for kind, sentences in kinds.items():
            texts = {one.text: one for one in reversed(sentences)}  # two English ones may be one in French: the first
            distinct = [texts.pop(one.text) for one in sentences if one.text in texts]
            new = (one for one in distinct if one.text not in seen and not unknown(model.read_as(one.text)))
            known[kind] = tuple(islice(new, COUNT // len(kinds)))
            seen.update(one.text for one in known[kind])
        _SHIPPED[model] = {kind: found for kind, found in known.items() if found}
    return _SHIPPED[model]


def _problems(model: Translator) -> dict[str, list[Sentence]]:
    assert model.task
    english = model.languages[0] == "en"
    texts = dict.fromkeys(pair.source for pair in model.task.pairs(COUNT))
    return {later("problems of its task"): [Sentence(text, text if english else "") for text in texts]}


def _in_language(language: str) -> dict[str, list[Sentence]]:
    if language == "en":
        return {kind: [Sentence(english, english) for english in pairs] for kind, pairs in _pairs().items()}
    if language == "fr":  # of those that have a French side
        found = {
            kind: [Sentence(french, english) for english, french in pairs.items() if french]
            for kind, pairs in _pairs().items()
        }
        return {kind: sentences for kind, sentences in found.items() if sentences}
    return {}


@cache
def _pairs() -> dict[str, dict[str, str]]:
    """English sentences of each kind, and their French where there is one."""
    from ..data.templates import template_pairs  # Babel and num2words: only who asks pays for them

    phrases = TASKS["phrases"].pairs(4 * COUNT)
    tenses = list(_in_tenses())
    random.Random(0).shuffle(tenses)
    return {
        later("sentences of a small grammar of ours"): {_written(one.source): _written(one.target) for one in phrases},
        later("of our numbers, times, places and languages"): {
            one.source: one.target for one in template_pairs(4 * COUNT, random.Random(0))
        },
        later("in three tenses, told and asked"): dict.fromkeys(tenses, ""),
    }


def _written(phrase: str) -> str:
    return f"{phrase[0].upper()}{phrase[1:]}."


def _in_tenses() -> Iterable[str]:
    for who, (now, past, rest) in product(_WHO, _DO):
        third = who not in _WHO[:4]
        name = who[0].upper() + who[1:]
        yield f"{name} {now + ('es' if now == 'go' else 's') if third else now} {rest}."
        yield f"{name} {past} {rest}."
        yield f"{name} will {now} {rest}."
        yield f"{'Does' if third else 'Do'} {who} {now} {rest}?"
        yield f"Did {who} {now} {rest}?"
        yield f"Will {who} {now} {rest}?"
