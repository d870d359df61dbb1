"""Typed views: a sentence as people really type it.

Each kind is a function of a text and a random generator, registered by name. A mix of them rewrites the sources of an
epoch: seeded, and another one every epoch, so that a network meets no two copies of a sentence alike. One kind alone is
what a model is judged by.

Sources: Belinkov & Bisk 2018 (arXiv:1711.02173): networks that read characters break on noise they were not trained on,
and hold where they were. Karpukhin et al. 2019 (arXiv:1902.01509): swaps, drops, doublings and substitutions, made
afresh all the time, teach them what natural typing errors need.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import Seq2SeqError
from ..language import tr

# the letters around each one on a QWERTY keyboard
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
CURLY = "’‘`´"  # what keyboards and word processors put where an apostrophe is meant
_END_MARKS = re.compile(r"[\s.!?…]+$")
_INNER_MARKS = re.compile(r"\s*[,;:\"]+")
_APOSTROPHES = re.compile("['’‘`´]")
_WORD = re.compile(r"[^\W\d_]+")

# spellings of a chat that stand for one word or two, whatever is said; longer ones first
CHAT_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("what are you", "wat r u"),
    ("thank you", "thx"),
    ("thank you", "ty"),
    ("see you", "cu"),
    ("going to", "gonna"),
    ("want to", "wanna"),
    ("got to", "gotta"),
    ("don't know", "dunno"),
    ("let me", "lemme"),
    ("kind of", "kinda"),
    ("you are", "ur"),
    ("you're", "ur"),
    ("are you", "r u"),
    ("can't", "cant"),
    ("don't", "dont"),
    ("didn't", "didnt"),
    ("doesn't", "doesnt"),
    ("isn't", "isnt"),
    ("won't", "wont"),
    ("i'm", "im"),
    ("it's", "its"),
    ("that's", "thats"),
    ("what's", "whats"),
    ("where's", "wheres"),
    ("let's", "lets"),
    ("your", "ur"),
    ("you", "u"),
    ("are", "r"),
    ("why", "y"),
    ("please", "pls"),
    ("please", "plz"),
    ("thanks", "thx"),
    ("thanks", "thanx"),
    ("because", "cuz"),
    ("because", "bc"),
    ("people", "ppl"),
    ("tomorrow", "tmrw"),
    ("tomorrow", "tomorow"),
    ("tonight", "tonite"),
    ("really", "rly"),
    ("something", "smth"),
    ("someone", "sb"),
    ("with", "w"),
    ("for", "4"),
    ("and", "n"),
    ("and", "&"),
    ("okay", "ok"),
    ("love", "luv"),
    ("what", "wat"),
    ("have", "hav"),
    ("about", "abt"),
    ("before", "b4"),
    ("great", "gr8"),
    ("message", "msg"),
)
# what is read so as well, by the mix that a model was trained on: it has not met these, but knows what they stand for
MORE_SPELLINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "english": (
        ("I don't know", "idk"),
        ("give me", "gimme"),
        ("right now", "rn"),
        ("night", "nite"),
        ("by the way", "btw"),
        ("though", "tho"),
        ("through", "thru"),
    ),
    "french": (
        ("s'il vous plaît", "svp"),
        ("s'il te plaît", "stp"),
        ("je ne sais pas", "jsp"),
        ("je suis", "chuis"),
        ("parce que", "pcq"),
        ("quelque chose", "qqch"),
        ("quelqu'un", "qqn"),
        ("rendez-vous", "rdv"),
        ("aujourd'hui", "auj"),
        ("maintenant", "mtn"),
        ("beaucoup", "bcp"),
        ("pourquoi", "pk"),
        ("pourquoi", "pq"),
        ("pourquoi", "pourkoi"),
        ("toujours", "tjs"),
        ("bonjour", "bjr"),
        ("bonsoir", "bsr"),
        ("d'accord", "dac"),
        ("jamais", "jms"),
        ("désolé", "dsl"),
        ("salut", "slt"),
        ("c'est", "c"),
        ("quand", "qd"),
        ("quoi", "koi"),
        ("tout", "tt"),
    ),
}
_ALTERNATIVES: dict[str, list[str]] = {}
for _written, _typed in CHAT_SPELLINGS:
    _ALTERNATIVES.setdefault(_written, []).append(_typed)
_CHAT = re.compile(
    r"\b(?:" + "|".join(map(re.escape, sorted(_ALTERNATIVES, key=lambda text: (-len(text), text)))) + r")\b",
    re.IGNORECASE,
)


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for number, row in enumerate(_KEY_ROWS):
        for place, key in enumerate(row):
            around = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            for other in (number - 1, number + 1):
                if 0 <= other < len(_KEY_ROWS):
                    # the row below stands half a key to the right
                    left = place - 1 if other > number else place
                    around += _KEY_ROWS[other][max(0, left) : left + 2]
            near[key] = around
    return near


NEIGHBOURS = _neighbours()


def lower(text: str, rng: random.Random) -> str:
    """All in lower case."""
    return text.lower()


def upper(text: str, rng: random.Random) -> str:
    """All in capitals."""
    return text.upper()


def no_end_mark(text: str, rng: random.Random) -> str:
    """Without the mark at its end; a text of marks alone stays."""
    return _END_MARKS.sub("", text) or text


def no_inner_marks(text: str, rng: random.Random) -> str:
    """Without commas, colons and quotation marks."""
    return _INNER_MARKS.sub("", text).strip() or text


def more_end_marks(text: str, rng: random.Random) -> str:
    """The mark at its end two or three times, or with a space before it."""
    mark = text[-1:]
    if mark not in ("!", "?", "."):
        return text
    return text[:-1].rstrip() + rng.choice((mark * 2, mark * 3, " " + mark))


def no_space_before_marks(text: str, rng: random.Random) -> str:
    """Without the space that French has before its marks: “ça va?”."""
    return re.sub(r" (?=[!?:;])", "", text)


def no_apostrophes(text: str, rng: random.Random) -> str:
    """Apostrophes left out: “dont”."""
    return _APOSTROPHES.sub("", text) or text


def curly_apostrophes(text: str, rng: random.Random) -> str:
    """Each apostrophe as some keyboard writes it: ’ ‘ ` ´."""
    return _APOSTROPHES.sub(lambda found: rng.choice(CURLY), text)


def double_spaces(text: str, rng: random.Random) -> str:
    """One space doubled, or one more at its beginning or end."""
    places = [place for place, char in enumerate(text) if char == " "] + [0, len(text)]
    place = rng.choice(places)
    return text[:place] + " " + text[place:]


def no_accents(text: str, rng: random.Random) -> str:
    """Letters without accents and cedillas, ligatures in two letters: “ca va”, “soeur”."""
    plain = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    return "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))


def chat_spellings(text: str, rng: random.Random) -> str:
    """Words as in a chat: “u”, “im”, “pls”. Each that has such a spelling gets it, one of its spellings at random."""

    def typed(found: re.Match[str]) -> str:
        return rng.choice(_ALTERNATIVES[found.group().lower()])

    return _CHAT.sub(typed, text)


def typo(text: str, rng: random.Random) -> str:
    """One slip in a word of three letters or more: a neighbouring key, two letters swapped, one dropped or doubled.

    The first letter of a word is kept, as it mostly is. A text without such a word stays.
    """
    words = [found.span() for found in _WORD.finditer(text) if found.end() - found.start() >= 3]
    if not words:
        return text
    # a long word has more places to go wrong
    start, end = rng.choices(words, weights=[end - start for start, end in words])[0]
    place = rng.randrange(start + 1, end)
    before, char, after = text[:place], text[place], text[place + 1 :]
    slip = rng.randrange(4)
    if slip == 0 and char.lower() in NEIGHBOURS:
        other = rng.choice(NEIGHBOURS[char.lower()])
        return before + (other.upper() if char.isupper() else other) + after
    if slip == 1 and place + 1 < end and text[place + 1] != char:
        return before + text[place + 1] + char + text[place + 2 :]
    if slip == 2:
        return before + char + char + after
    return before + after


@dataclass(frozen=True)
class TypedView:
    """One way in which people's typing differs from a book's."""

    name: str
    title: str  # in a table
    rewrite: Callable[[str, random.Random], str]


TYPED_VIEWS: dict[str, TypedView] = {
    view.name: view
    for view in (
        TypedView("lower", "lower case", lower),
        TypedView("upper", "upper case", upper),
        TypedView("no_end_mark", "end mark dropped", no_end_mark),
        TypedView("no_inner_marks", "commas dropped", no_inner_marks),
        TypedView("no_space_before_marks", "no space before marks", no_space_before_marks),
        TypedView("more_end_marks", "end mark repeated", more_end_marks),
        TypedView("no_apostrophes", "no apostrophes", no_apostrophes),
        TypedView("curly_apostrophes", "curly apostrophes", curly_apostrophes),
        TypedView("double_spaces", "a space doubled", double_spaces),
        TypedView("no_accents", "no accents", no_accents),
        TypedView("chat_spellings", "chat spellings", chat_spellings),
        TypedView("typo", "one typo", typo),
    )
}


@dataclass(frozen=True)
class TypedMix:
    """How often each view is taken, of the texts that are rewritten at all. Views are applied in this order."""

    name: str
    rewritten: float  # share of the texts that are rewritten
    chances: tuple[tuple[str, float], ...]  # (name of a view, share of those)
    exclusive: tuple[tuple[str, str], ...] = (("lower", "upper"), ("no_end_mark", "more_end_marks"))  # never both

    def rewrite(self, text: str, rng: random.Random) -> str:
        """A text as somebody might type it; never empty where it was not."""
        if rng.random() >= self.rewritten:
            return text
        drawn = {name for name, chance in self.chances if rng.random() < chance}
        for one, other in self.exclusive:
            if one in drawn:
                drawn.discard(other)
        for name, _ in self.chances:
            if name in drawn:
                text = TYPED_VIEWS[name].rewrite(text, rng)
        return text


TYPED_MIXES: dict[str, TypedMix] = {
    mix.name: mix
    for mix in (
        TypedMix(
            "english",
            0.65,
            (
                ("chat_spellings", 0.1),
                ("no_inner_marks", 0.2),
                ("no_end_mark", 0.55),
                ("more_end_marks", 0.06),
                ("no_apostrophes", 0.5),
                ("typo", 0.5),
                ("lower", 0.66),
                ("upper", 0.2),  # of what is not in lower case; read as a sentence (source_folding.py)
            ),
        ),
        TypedMix(
            "french",
            0.55,
            (
                ("no_accents", 0.4),
                ("no_space_before_marks", 0.5),
                ("no_inner_marks", 0.2),
                ("no_end_mark", 0.55),
                ("more_end_marks", 0.06),
                ("no_apostrophes", 0.2),
                ("typo", 0.3),
                ("lower", 0.66),
                ("upper", 0.2),
            ),
        ),
    )
}


def typed_view(text: str, names: Sequence[str], seed: int = 0) -> str:
    """A text through these views, one after the other; the same seed, the same text.

    Raises:
        Seq2SeqError: there is no such view.
    """
    if unknown := [name for name in names if name not in TYPED_VIEWS]:
        known = ", ".join(TYPED_VIEWS)
        raise Seq2SeqError(tr("The view {view!r} is not known: it is one of {known}.", view=unknown[0], known=known))
    rng = random.Random(f"{seed} {text}")
    for name in names:
        text = TYPED_VIEWS[name].rewrite(text, rng)
    return text


def typed_epoch(texts: Sequence[str], mix: str, seed: int, epoch: int) -> list[str]:
    """The texts of an epoch, each as somebody might type it: a function of these arguments alone.

    Raises:
        Seq2SeqError: there is no such mix.
    """
    if mix not in TYPED_MIXES:
        known = ", ".join(TYPED_MIXES)
        raise Seq2SeqError(tr("The mix of views {mix!r} is not known: it is one of {known}.", mix=mix, known=known))
    rng = random.Random(f"{mix} {seed} {epoch}")
    return [TYPED_MIXES[mix].rewrite(text, rng) for text in texts]
