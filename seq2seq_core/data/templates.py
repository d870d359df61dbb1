"""Numbers, times, dates, countries, languages and weekdays with their French names, in small templates.

From num2words and from Babel's copy of Unicode's CLDR: nobody's dictionary, and no word typed in by hand but the
templates themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from babel import Locale
from num2words import num2words

from .pairs import Pair

# territories and languages that people talk about; CLDR knows hundreds
_COUNTRIES = (
    *("FR", "DE", "ES", "IT", "PT", "GB", "US", "CA", "MX", "BR", "AR", "CL", "PE", "CO", "CU", "CN", "JP", "KR", "IN"),
    *("RU", "UA", "PL", "SE", "NO", "FI", "DK", "NL", "BE", "CH", "AT", "GR", "TR", "EG", "MA", "DZ", "TN", "SN", "NG"),
    *("KE", "ZA", "IL", "IQ", "IR", "SA", "AU", "NZ", "TH", "VN", "ID", "IE", "IS", "HU", "CZ", "RO", "BG", "HR"),
)
_LANGUAGES = (
    *("fr", "en", "de", "es", "it", "pt", "ru", "zh", "ja", "ko", "ar", "hi", "pl", "sv", "no", "fi", "da", "nl", "el"),
    *("tr", "he", "th", "vi", "cs", "hu", "ro", "uk"),
)
_MASCULINE_IN_E = {"MX", "KH", "ZW", "MZ"}  # countries whose French name ends in -e are feminine but for these
_WITHOUT_ARTICLE = {"CU", "IL", "SG"}
_PLURAL = {"US", "NL", "PH", "AE"}
_ENGLISH, _FRENCH = Locale("en"), Locale("fr")


@cache
def _number(value: int, language: str) -> str:
    words = num2words(value, lang=language)
    return words.replace(" and ", " ") if language == "en" and value > 100 else words


def _drawn_number(rng: random.Random) -> int:
    """Small ones far more often."""
    return rng.randrange(rng.choice((13, 21, 101, 101, 1001)))


def _feminine(text: str) -> str:
    """A French number before a feminine noun: “vingt et une heures”."""
    return text + "e" if text == "un" or text.endswith((" un", "-un")) else text


def number(rng: random.Random) -> Pair:
    value = _drawn_number(rng)
    return Pair(_number(value, "en"), _number(value, "fr"))


def oclock(rng: random.Random) -> Pair:
    hour = rng.randint(1, 12)
    french = f"{_feminine(_number(hour, 'fr'))} heure{'s' if hour > 1 else ''}"
    english = rng.choice((_number(hour, "en"), str(hour))) + " o'clock"
    if hour == 12:
        return Pair(*rng.choice((("at noon", "à midi"), ("at midnight", "à minuit"))))
    return Pair(
        *rng.choice(((english, french), (f"at {english}", f"à {french}"), (f"It's {english}.", f"Il est {french}.")))
    )


def clock_time(rng: random.Random) -> Pair:
    """“It's half past two.”"""
    hour = rng.randint(1, 11)
    french = f"{_feminine(_number(hour, 'fr'))} heure{'s' if hour > 1 else ''}"
    english, added = rng.choice((("half past", "et demie"), ("a quarter past", "et quart"), ("ten past", "dix")))
    english = f"{english} {_number(hour, 'en')}"
    return Pair(*rng.choice(((english, f"{french} {added}"), (f"It's {english}.", f"Il est {french} {added}."))))


def weekday(rng: random.Random) -> Pair:
    place = rng.randrange(7)
    english, french = (locale.days["format"]["wide"][place] for locale in (_ENGLISH, _FRENCH))
    return Pair(
        *rng.choice(
            (
                (english, french),
                (f"on {english}", french),
                (f"next {english}", f"{french} prochain"),
                (f"last {english}", f"{french} dernier"),
                (f"{english} morning", f"{french} matin"),
                (f"{english} evening", f"{french} soir"),
                (f"every {english}", f"tous les {french}s"),
                (f"Today is {english}.", f"Aujourd'hui, nous sommes {french}."),
                (f"See you on {english}.", f"À {french} !"),
            )
        )
    )


def month(rng: random.Random) -> Pair:
    place = rng.randint(1, 12)
    english, french = (locale.months["format"]["wide"][place] for locale in (_ENGLISH, _FRENCH))
    day = rng.randint(1, 28)
    first = "1er" if day == 1 else str(day)
    return Pair(
        *rng.choice(
            (
                (english, french),
                (f"in {english}", f"en {french}"),
                (f"{english} {day}", f"le {first} {french}"),
                (f"on {english} {day}", f"le {first} {french}"),
            )
        )
    )


def _the(code: str, name: str) -> tuple[str, str, bool]:
    """(with its article, with the preposition “in”, feminine) of a country's French name."""
    vowel = name[0] in "AEIOUYÉÎ" and not name.startswith("Y")
    feminine = name.endswith("e") and code not in _MASCULINE_IN_E
    if code in _WITHOUT_ARTICLE:
        return name, f"{'à' if code == 'CU' else 'en'} {name}", feminine
    if code in _PLURAL:
        return f"les {name}", f"aux {name}", False
    article = "l'" if vowel else "la " if feminine else "le "
    return article + name, f"{'en' if vowel or feminine else 'au'} {name}", feminine


def country(rng: random.Random) -> Pair:
    code = rng.choice(_COUNTRIES)
    english, french = (locale.territories[code] for locale in (_ENGLISH, _FRENCH))
    the, within, _ = _the(code, french)
    if code in ("US", "GB", "NL"):
        english = f"the {english}"
    return Pair(
        *rng.choice(
            (
                (english, french if code not in _PLURAL else the),
                (f"in {english}", within),
                (f"I live in {english}.", f"Je vis {within}."),
                (f"to {english}", within),
            )
        )
    )


def language(rng: random.Random) -> Pair:
    code = rng.choice(_LANGUAGES)
    english, french = (locale.languages[code] for locale in (_ENGLISH, _FRENCH))
    french = french.split(" ")[0]
    return Pair(
        *rng.choice(
            (
                (english, french),
                (f"in {english}", f"en {french}"),
                (f"I speak {english}.", f"Je parle {french}."),
                (f"Do you speak {english}?", f"Parlez-vous {french} ?"),
                (f"I don't speak {english}.", f"Je ne parle pas {french}."),
            )
        )
    )


TEMPLATES: tuple[Callable[[random.Random], Pair], ...] = (
    number,
    oclock,
    clock_time,
    weekday,
    month,
    country,
    language,
)


def template_pairs(count: int, rng: random.Random) -> list[Pair]:
    """So many English-French pairs, as many of each template; the same for the same generator."""
    return [TEMPLATES[place % len(TEMPLATES)](rng) for place in range(count)]
