"""The language of what a person reads: English as the code has it, others from `languages/`, a catalogue each.

    tr("It ended after {steps} steps.", steps=3)

Which one is spoken belongs to the request that is being answered: the page says it with `speaking`, and whoever says
nothing gets English. Texts that stand in constants are translated where they are shown, by `tr(chart.help)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Any

CATALOGUES = Path(__file__).with_name("languages")  # gettext's .po files, which Babel reads and writes
ENGLISH = "en"

_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """Their codes (BCP 47), English first."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


def spoken() -> str:
    """The code of the language that is spoken here and now."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speaks another one; English where that has no catalogue."""
    token = _SPOKEN.set(language if language in languages() else ENGLISH)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def tr(text: str, /, **values: Any) -> str:
    """The text in the language that is spoken, with the values for its {names}; English where it is not translated."""
    language = _SPOKEN.get()
    if language != ENGLISH:
        text = _catalogue(language).texts.get(text, text)
    return text.format(**values) if values else text


def tr_n(one: str, many: str, count: float, /, **values: Any) -> str:
    """The text for this count, by the language's own rule, with {count} and the values."""
    text = one if count == 1 else many
    language = _SPOKEN.get()
    if language != ENGLISH:
        forms = _catalogue(language).forms.get(one)
        if forms:
            text = forms[_catalogue(language).form_of(int(count))]
    return text.format(count=count, **values)


def decimal_sign() -> str:
    """What stands between a number's whole part and the rest."""
    language = _SPOKEN.get()
    return "." if language == ENGLISH else _catalogue(language).decimal_sign


def later(text: str, /) -> str:
    """The text itself, which whoever shows it translates: for constants."""
    return text


def words_of(language: str, files: str) -> dict[str, str]:
    """English texts and what they are in a language: those of files whose names end like this, without plurals."""
    if language not in languages() or language == ENGLISH:
        return {}
    return {
        text: translated
        for text, translated in _catalogue(language).texts.items()
        if any(name.endswith(files) for name in _catalogue(language).files[text])
    }


@dataclass(frozen=True)
class _Catalogue:
    texts: dict[str, str]  # by the English one
    files: dict[str, tuple[str, ...]]  # that a text stands in
    forms: dict[str, tuple[str, ...]]  # by the English singular
    form_of: Callable[[int], int]
    decimal_sign: str


@cache
def _catalogue(language: str) -> _Catalogue:
    from babel.messages.pofile import read_po
    from babel.numbers import get_decimal_symbol

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    texts: dict[str, str] = {}
    files: dict[str, tuple[str, ...]] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for message in read:
        if not message.id or message.fuzzy or not all(message.string or ("",)):
            continue
        if isinstance(message.id, list | tuple):
            forms[message.id[0]] = tuple(map(str, message.string or ()))
        else:
            texts[message.id] = str(message.string)
            files[message.id] = tuple(name for name, _ in message.locations)
    sign = get_decimal_symbol(language)
    return _Catalogue(texts, files, forms, c2py(read.plural_expr), sign)
