"""Phrases: a small grammar of English and French, subject × verb × complement, with agreement, negation and elision."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import product

from ..pairs import Pair
from .base import Task

VOWELS = "aeiouyhàâéèêëîïôœ"  # the h of these words is mute


@dataclass(frozen=True)
class Subject:
    english: str
    french: str
    person: int  # 0 to 5: je, tu, il/elle, nous, vous, ils/elles
    feminine: bool = False

    @property
    def plural(self) -> bool:
        return self.person >= 3

    @property
    def adds_s(self) -> bool:
        """English third person singular: he sings."""
        return self.person == 2


@dataclass(frozen=True)
class Verb:
    english: str
    english_s: str  # third person singular
    french: tuple[str, str, str, str, str, str]
    complements: tuple[tuple[str, str], ...]
    at_times: bool = True  # whether “now” or “every day” goes with it


SUBJECTS = (
    Subject("I", "je", 0),
    Subject("he", "il", 2),
    Subject("she", "elle", 2, feminine=True),
    Subject("we", "nous", 3),
    Subject("they", "ils", 5),
    Subject("Tom", "Tom", 2),
    Subject("Mary", "Marie", 2, feminine=True),
    Subject("my brother", "mon frère", 2),
    Subject("my sister", "ma sœur", 2, feminine=True),
    Subject("the children", "les enfants", 5),
    Subject("my parents", "mes parents", 5),
    Subject("the girls", "les filles", 5, feminine=True),
)


def _er(stem: str, nous: str | None = None) -> tuple[str, str, str, str, str, str]:
    """Present tense of a regular verb in -er; `nous` where its spelling changes (mangeons)."""
    return (f"{stem}e", f"{stem}es", f"{stem}e", f"{nous or stem}ons", f"{stem}ez", f"{stem}ent")


_FOOD = (
    ("the bread", "le pain"),
    ("the apple", "la pomme"),
    ("the cheese", "le fromage"),
    ("the soup", "la soupe"),
    ("an orange", "une orange"),
    ("a cake", "un gâteau"),
)
_THINGS = (
    ("the car", "la voiture"),
    ("the house", "la maison"),
    ("a book", "un livre"),
    ("the keys", "les clés"),
    ("a map", "une carte"),
    ("the tickets", "les billets"),
    ("an umbrella", "un parapluie"),
)
_TEXTS = (
    ("a letter", "une lettre"),
    ("the newspaper", "le journal"),
    ("a poem", "un poème"),
    ("the message", "le message"),
    ("the answer", "la réponse"),
)
_DRINKS = (("the milk", "le lait"), ("the water", "l’eau"), ("a coffee", "un café"), ("the tea", "le thé"))
_ARTS = (
    ("the music", "la musique"),
    ("the film", "le film"),
    ("the song", "la chanson"),
    ("this story", "cette histoire"),
    ("this city", "cette ville"),
)
_PLACES = (
    ("at school", "à l’école"),
    ("in Paris", "à Paris"),
    ("at home", "à la maison"),
    ("here", "ici"),
    ("in the garden", "dans le jardin"),
)

VERBS = (
    Verb("eat", "eats", _er("mang", "mange"), _FOOD),
    Verb("buy", "buys", (*_er("achèt", "achet")[:4], "achetez", "achètent"), _FOOD + _THINGS),
    Verb("look for", "looks for", _er("cherch"), _THINGS),
    Verb("find", "finds", _er("trouv"), _THINGS),
    Verb("sell", "sells", ("vends", "vends", "vend", "vendons", "vendez", "vendent"), _THINGS),
    Verb("see", "sees", ("vois", "vois", "voit", "voyons", "voyez", "voient"), _THINGS),
    Verb("read", "reads", ("lis", "lis", "lit", "lisons", "lisez", "lisent"), _TEXTS),
    Verb("write", "writes", ("écris", "écris", "écrit", "écrivons", "écrivez", "écrivent"), _TEXTS),
    Verb("drink", "drinks", ("bois", "bois", "boit", "buvons", "buvez", "boivent"), _DRINKS),
    Verb("love", "loves", _er("ador"), _ARTS, at_times=False),
    Verb("like", "likes", _er("aim"), _ARTS, at_times=False),
    Verb(
        "know",
        "knows",
        ("connais", "connais", "connaît", "connaissons", "connaissez", "connaissent"),
        _ARTS,
        at_times=False,
    ),
    Verb("work", "works", _er("travaill"), _PLACES),
    Verb("sing", "sings", _er("chant"), _PLACES),
    Verb(
        "live",
        "lives",
        _er("habit"),
        (*_PLACES[1:2], ("here", "ici"), ("in this house", "dans cette maison")),
        at_times=False,
    ),
    Verb("sleep", "sleeps", ("dors", "dors", "dort", "dormons", "dormez", "dorment"), _PLACES),
)

TO_BE = ("am", "are", "is", "are", "are", "are")
ETRE = ("suis", "es", "est", "sommes", "êtes", "sont")
# English, and the French masculine; the feminine adds an e unless it is given
ADJECTIVES = (
    ("tired", "fatigué", None),
    ("happy", "heureux", "heureuse"),
    ("ready", "prêt", None),
    ("alone", "seul", None),
    ("tall", "grand", None),
    ("sick", "malade", "malade"),
    ("late", "en retard", "en retard"),
    ("strong", "fort", None),
    ("busy", "occupé", None),
    ("polite", "poli", None),
    ("nice", "gentil", "gentille"),
    ("young", "jeune", "jeune"),
)
TIMES = (("", ""), ("", ""), (" today", " aujourd’hui"), (" now", " maintenant"), (" every day", " tous les jours"))


class Phrases(Task):
    """About nine thousand sentences, all correct. A sentence and its negation are two problems."""

    name = "phrases"
    title = "Phrases: she reads a poem → elle lit un poème"
    source = "A phrase of the small grammar, such as “she reads a poem”"
    languages = "en-fr"
    examples = ("she reads a poem", "I love this city", "the girls are not late", "we eat an orange every day")

    @property
    def size(self) -> int:
        return len(_sentences())

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        subject = rng.choice(SUBJECTS)
        negative = rng.random() < 0.4
        time = rng.choice(TIMES)
        if rng.random() < 0.25:
            english, french = be(subject, rng.choice(ADJECTIVES), negative)
        else:
            verb = rng.choice(VERBS)
            english, french = act(subject, verb, rng.choice(verb.complements), negative)
            if not verb.at_times:
                time = ("", "")
        pair = Pair(english + time[0], french + time[1])
        return pair.source, pair

    def fits(self, text: str) -> bool:
        return text in _sentences()


@cache
def _sentences() -> frozenset[str]:
    """All English sides."""
    bare = {be(subject, adjective, no)[0] for subject in SUBJECTS for adjective in ADJECTIVES for no in (False, True)}
    timed = set(bare)
    for subject, verb, no in product(SUBJECTS, VERBS, (False, True)):
        said = {act(subject, verb, complement, no)[0] for complement in verb.complements}
        bare |= said
        if verb.at_times:
            timed |= said
    return frozenset(bare | {sentence + time for sentence in timed for time, _ in TIMES})


def be(subject: Subject, adjective: tuple[str, str, str | None], negative: bool) -> tuple[str, str]:
    """“she is not tired”, “elle n’est pas fatiguée”."""
    english, masculine, feminine = adjective
    french = masculine if not subject.feminine else feminine or f"{masculine}e"
    if subject.plural and french[-1] not in "sx" and " " not in french:
        french += "s"
    not_ = " not" if negative else ""
    return (
        f"{subject.english} {TO_BE[subject.person]}{not_} {english}",
        f"{conjugated(subject, ETRE[subject.person], negative)} {french}",
    )


def act(subject: Subject, verb: Verb, complement: tuple[str, str], negative: bool) -> tuple[str, str]:
    """“Tom does not read a book”, “Tom ne lit pas de livre”."""
    thing = complement[1]
    if negative:
        english = f"{subject.english} {'does' if subject.adds_s else 'do'} not {verb.english}"
        article, _, noun = thing.partition(" ")
        if article in ("un", "une"):  # what is not there has no article
            thing = f"d’{noun}" if noun[0] in VOWELS else f"de {noun}"
    else:
        english = f"{subject.english} {verb.english_s if subject.adds_s else verb.english}"
    french = conjugated(subject, verb.french[subject.person], negative)
    return f"{english} {complement[0]}", f"{french} {thing}"


def conjugated(subject: Subject, verb: str, negative: bool) -> str:
    """Subject and verb with negation and elision: “je n’aime pas”, “j’aime”."""
    if negative:
        return f"{subject.french} {'n’' if verb[0] in VOWELS else 'ne '}{verb} pas"
    if subject.french == "je" and verb[0] in VOWELS:
        return f"j’{verb}"
    return f"{subject.french} {verb}"
