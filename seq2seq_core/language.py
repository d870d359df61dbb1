"""The language of what a person reads: English as the code has it, others from `languages/`, a catalogue each.

    tr("It ended after {steps} steps.", steps=3)

Which one is spoken belongs to the request that is being answered: the page says it with `speaking`, and whoever says
nothing gets English. Texts that stand in constants are translated where they are shown, by `tr(chart.help)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
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


def speak(language: str) -> None:
    """Another one from here on, to the end of `speaking`."""
    _SPOKEN.set(language)


def tr(text: str, /, **values: Any) -> str:
    """The text in the language that is spoken, with the values for its {names}; English where it is not translated."""
    language = _SPOKEN.get()
    if language != ENGLISH:
        text = catalogue(language).texts.get(text, text)
    return text.format(**values) if values else text


def tr_n(one: str, many: str, count: float, /, **values: Any) -> str:
    """The text for this count, by the language's own rule, with {count} and the values."""
    text = one if count == 1 else many
    language = _SPOKEN.get()
    if language != ENGLISH:
        forms = catalogue(language).forms.get(one)
        if forms:
            text = forms[catalogue(language).form_of(int(count))]
    return text.format(count=count, **values)


def decimal_sign() -> str:
    """What stands between a number's whole part and the rest."""
    language = _SPOKEN.get()
    return "." if language == ENGLISH else catalogue(language).decimal_sign


def group_sign() -> str:
    """What stands between thousands."""
    language = _SPOKEN.get()
    return "," if language == ENGLISH else catalogue(language).group_sign


def later(text: str, /) -> str:
    """The text itself, which whoever shows it translates: for constants."""
    return text


@dataclass(frozen=True)
class Said:
    """A text that outlives the request in which it is made: `str` of it is in the language that is spoken then."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)  # texts of this kind, too

    def __str__(self) -> str:
        return tr(self.text, **self.values)


@dataclass(frozen=True)
class Catalogue:
    """What English texts are in another language."""

    texts: dict[str, str]  # by the English one
    forms: dict[str, tuple[str, ...]]  # by the English singular
    files: dict[str, frozenset[str]]  # that a text stands in, by either
    rule: str  # which of the forms is taken for n, in C
    decimal_sign: str
    group_sign: str

    @cached_property
    def form_of(self) -> Callable[[int], int]:
        return c2py(self.rule)

    def of_files(self, kind: str) -> Catalogue:
        """With the texts of those files alone whose names end like this."""
        there = {text for text, files in self.files.items() if any(name.endswith(kind) for name in files)}
        texts = {text: translated for text, translated in self.texts.items() if text in there}
        return replace(self, texts=texts, forms={one: forms for one, forms in self.forms.items() if one in there})


@cache
def catalogue(language: str) -> Catalogue:
    """Of one of the `languages` besides English."""
    from babel.messages.pofile import read_po
    from babel.numbers import get_decimal_symbol, get_group_symbol

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    texts: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    files: dict[str, frozenset[str]] = {}
    for message in read:
        if not message.id or message.fuzzy or not all(message.string or ("",)):
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        files[one] = frozenset(name for name, _ in message.locations)
        if isinstance(message.id, str):
            texts[one] = str(message.string)
        else:
            forms[one] = tuple(map(str, message.string or ()))
    signs = get_decimal_symbol(language), get_group_symbol(language)
    return Catalogue(texts, forms, files, read.plural_expr, *signs)
