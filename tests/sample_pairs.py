"""Sentence pairs written for these tests: real English, real French, and a template for when hundreds are needed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from seq2seq_core.data.pairs import Pair

# as in the public file: the same sentence comes with several translations, one after the other
_WRITTEN = [
    ("Go.", "Va !"),
    ("Go.", "Marche."),
    ("Go.", "Bouge !"),
    ("Hi.", "Salut !"),
    ("Hi.", "Salut."),
    ("Run!", "Cours !"),
    ("Run!", "Courez !"),
    ("Who?", "Qui ?"),
    ("Wow!", "Ça alors !"),
    ("Help!", "À l'aide !"),
    ("Jump.", "Saute."),
    ("Stop!", "Arrête-toi !"),
    ("Stop!", "Arrêtez-vous !"),
    ("Wait!", "Attends !"),
    ("Wait!", "Attendez !"),
    ("I see.", "Je comprends."),
    ("I try.", "J'essaye."),
    ("I won!", "J'ai gagné !"),
    ("Smile.", "Souriez !"),
    ("Sorry?", "Pardon ?"),
    ("Be nice.", "Sois gentil !"),
    ("Be nice.", "Soyez gentille !"),
    ("Come in.", "Entre."),
    ("Come in.", "Entrez !"),
    ("Get out!", "Sors d'ici !"),
    ("Get out!", "Dehors !"),
    ("Keep it.", "Garde-le."),
    ("Thanks.", "Merci !"),
    ("We won.", "Nous avons gagné."),
    ("Ask Tom.", "Demande à Tom."),
    ("Call me.", "Appelle-moi !"),
    ("I'm ill.", "Je suis malade."),
    ("I'm old.", "Je suis âgé."),
    ("It's me!", "C'est moi !"),
    ("Where am I?", "Où suis-je ?"),
    ("Is it far?", "Est-ce loin ?"),
    ("It snows.", "Il neige."),
    ("She cried.", "Elle a pleuré."),
    ("My sister sings.", "Ma sœur chante."),
    ("It was Christmas.", "C'était Noël."),
    ("See you tomorrow!", "À demain !"),
    ("We like the sea.", "Nous aimons la mer."),
    ("How are you?", "Comment allez-vous ?"),
    ("How are you?", "Ça va ?"),
]


def _french(text: str) -> str:
    """French puts a narrow no-break space before ! and ?; it is typed above as a plain one, to be seen."""
    return text.replace(" !", "\u202f!").replace(" ?", "\u202f?")


PAIRS = tuple(Pair(source, _french(target)) for source, target in _WRITTEN)

_SUBJECTS = ["I Je", "You Tu", "He Il", "She Elle", "We Nous", "They Elles"]
_VERBS = {  # one form a subject; English only tells the third person singular apart
    "see": "vois vois voit voit voyons voient",
    "want": "veux veux veut veut voulons veulent",
    "sell": "vends vends vend vend vendons vendent",
    "take": "prends prends prend prend prenons prennent",
}
_OBJECTS = {
    "the dog": "le chien",
    "the bread": "le pain",
    "a house": "une maison",
    "two cats": "deux chats",
    "an apple": "une pomme",
    "my keys": "mes clés",
    "this bag": "ce sac",
    "her ring": "sa bague",
    "the red book": "le livre rouge",
}


def many_pairs() -> list[Pair]:
    """The pairs above, then 216 from a template: 250 different sources in all."""
    made = []
    for (number, subject), (verb, forms), (thing, french_thing) in product(
        enumerate(_SUBJECTS), _VERBS.items(), _OBJECTS.items()
    ):
        english, french = subject.split()
        ending = "s" if english in ("He", "She") else ""
        made.append(Pair(f"{english} {verb}{ending} {thing}.", f"{french} {forms.split()[number]} {french_thing}."))
    return [*PAIRS, *made]


def as_tsv(pairs: Iterable[Pair], third_column: str | None = None, newline: str = "\n") -> bytes:
    """The pairs as a file's bytes; with `third_column` the form that manythings.org serves since 2020."""
    more = "" if third_column is None else f"\t{third_column}"
    return "".join(f"{source}\t{target}{more}{newline}" for source, target in pairs).encode()


def write_tsv(path: Path, pairs: Iterable[Pair], third_column: str | None = None) -> Path:
    path.write_bytes(as_tsv(pairs, third_column))
    return path


def write_zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path
