"""Generated tasks: every pair is right, the same seed gives the same ones, and no problem is on both sides."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable
from functools import cache

import pytest
from num2words import num2words

from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.tasks import TASKS, Task
from seq2seq_core.data.tasks.base import HELD_OUT, is_held_out
from seq2seq_core.data.training_data import training_data
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.recipes import CONFIGS

# each task's problem in a form of its own, told from the pair alone
PROBLEMS: dict[str, Callable[[Pair], object]] = {
    "addition": lambda pair: tuple(sorted(int(number) for number in pair.source.split("+"))),
    "addition-two-digits": lambda pair: tuple(sorted(int(number) for number in pair.source.split("+"))),
    "dates": lambda pair: pair.target,
    "number-words": lambda pair: pair.source,
    "phrases": lambda pair: pair.source,
    "digit-sums": lambda pair: tuple(sorted((pair.source[::2], pair.source[1::2]))),
    "reverse": lambda pair: pair.source,
    "reverse-long": lambda pair: pair.source,
    "sort-letters": lambda pair: pair.source,
}


@cache
def side(name: str, held_out: bool, seed: int = 0) -> list[Pair]:
    return TASKS[name].pairs(400 if held_out else 4_000, seed, held_out=held_out)


def both(name: str) -> list[Pair]:
    return side(name, False) + side(name, True)


def test_tasks_are_registered_by_their_names() -> None:
    assert [task.name for task in TASKS.values()] == list(TASKS) == list(PROBLEMS)
    for task in TASKS.values():
        assert task.title
        assert task.source
        assert len(task.examples) >= 3


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("held_out", [False, True])
def test_the_same_seed_gives_the_same_pairs(name: str, held_out: bool) -> None:
    task = TASKS[name]
    first, again, other = (task.pairs(60, seed, held_out) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert task.pairs(20, 1, held_out) == first[:20]  # asking for more only adds
    assert len(set(first)) == 60


@pytest.mark.parametrize("name", TASKS)
def test_no_problem_is_on_both_sides_whatever_the_seed(name: str) -> None:
    problem = PROBLEMS[name]
    training = {problem(pair) for pair in side(name, False, 3)}
    held_out = {problem(pair) for seed in (3, 4) for pair in side(name, True, seed)}
    assert training
    assert held_out
    assert not training & held_out


@pytest.mark.parametrize("name", TASKS)
def test_about_a_tenth_of_all_problems_is_held_out(name: str) -> None:
    task, rng = TASKS[name], random.Random(5)
    keys = {task.draw(rng)[0] for _ in range(3_000)}
    assert sum(map(is_held_out, keys)) / len(keys) == pytest.approx(1 / HELD_OUT, abs=0.03)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_knows_its_own_sources(name: str) -> None:
    task = TASKS[name]
    assert all(task.fits(pair.source) for pair in both(name)[::5])
    assert all(map(task.fits, task.examples))


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("addition", ["1234+5678", "12", "1+2+3", "007+1", "1 + 2", "-1+2", ""]),
        ("addition-two-digits", ["535+61", "100+1"]),
        (
            "dates",
            ["tomorrow", "1 Jan 1900", "Friday, September 30, 2017", "30 Feb 2017", "4/5/2017", "9" * 99],
        ),
        ("number-words", ["10000", "-5", "042", "forty-two", "1 000", "٣"]),
        ("phrases", ["I love you", "she reads a poems", "she love this city now", "Two dogs bark", ""]),
        ("digit-sums", ["864", "8642", "86420000", "48+26", "11" * 9 + "00", ""]),
        ("reverse", ["seq", "sequences", "Sequence", "12345678"]),
    ],
)
def test_a_task_knows_what_it_was_not_made_for(name: str, others: list[str]) -> None:
    assert [text for text in others if TASKS[name].fits(text)] == []


@pytest.mark.parametrize("name", TASKS)
def test_every_source_has_one_answer(name: str) -> None:
    pairs = both(name)
    assert len({pair.source for pair in pairs}) == len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_at_once_how_many_pairs_it_has(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without drawing one: until there are no more, that would take minutes, or for ever."""
    task = TASKS[name]
    assert len(set(both(name))) <= task.size
    monkeypatch.setattr(type(task), "draw", None)
    with pytest.raises(Seq2SeqError, match=rf"{name} has no more than {task.size:,} pairs in all; "):
        task.pairs(task.size + 1)
    with pytest.raises(Seq2SeqError, match="1,000,000,000 were asked for"):
        task.pairs(10**9)


@pytest.mark.parametrize("name", ["addition-two-digits", "number-words", "phrases"])
def test_a_small_task_has_about_as_many_pairs_as_it_says(name: str) -> None:
    task, rng = TASKS[name], random.Random(1)
    assert 0.7 * task.size < len({task.draw(rng)[1].source for _ in range(60_000)}) <= task.size


@pytest.mark.parametrize("name", TASKS)
def test_pairs_can_be_written_to_a_file(name: str) -> None:
    assert not [pair for pair in both(name) if re.search(r"[\t\r\n]", "".join(pair)) or "" in pair]


@pytest.mark.parametrize("name", TASKS)
def test_examples_are_made_of_known_characters(name: str) -> None:
    """A visitor's first click must not meet an unknown character."""
    known = set("".join(pair.source for pair in side(name, False)))
    assert set("".join(TASKS[name].examples)) <= known


class Few(Task):
    """Thirty problems."""

    name = title = source = "few"
    examples = ("1",)
    size = 1_000

    def draw(self, rng: random.Random) -> tuple[str, Pair]:
        number = str(rng.randrange(30))
        return number, Pair(number, number)

    def fits(self, text: str) -> bool:
        return text.isdecimal() and int(text) < 30


def test_asking_for_more_than_there_are_says_how_many_there_are() -> None:
    sides = {held_out: sum(is_held_out(str(number)) == held_out for number in range(30)) for held_out in (False, True)}
    assert sum(sides.values()) == 30
    for held_out, name in ((False, "training"), (True, "held-out")):
        assert len(Few().pairs(sides[held_out], 0, held_out)) == sides[held_out]
        with pytest.raises(Seq2SeqError, match=f"few has about {sides[held_out]} {name} pairs; 31 were asked for"):
            Few().pairs(31, 0, held_out)


@pytest.mark.parametrize("name", ["phrases", "number-words"])
def test_asking_a_small_task_for_too_many_is_refused(name: str) -> None:
    with pytest.raises(Seq2SeqError, match=rf"{name} has about [89]\d\d held-out pairs; 5,000 were asked for"):
        TASKS[name].pairs(5_000, held_out=True)


@pytest.mark.parametrize("name", [name for name, config in CONFIGS.items() if config.task != "pairs"])
def test_every_named_config_has_as_many_pairs_as_it_asks_for(name: str) -> None:
    config = CONFIGS[name]
    training, validation = training_data(config)
    assert len(training) + len(validation) == config.num_samples
    assert len(validation) == pytest.approx(config.validation_split * config.num_samples, abs=1)


# --- addition


def test_sums_are_right() -> None:
    for source, target in both("addition"):
        found = re.fullmatch(r"(0|[1-9]\d{0,2})\+(0|[1-9]\d{0,2})", source)  # no leading zeros
        assert found, source
        assert int(target) == int(found[1]) + int(found[2])
        assert target == str(int(target))


def test_both_orders_of_a_sum_are_one_problem() -> None:
    task, rng = TASKS["addition"], random.Random(0)
    keys: dict[frozenset[int], set[str]] = {}
    for _ in range(20_000):
        key, pair = task.draw(rng)
        keys.setdefault(frozenset(map(int, pair.source.split("+"))), set()).add(key)
    assert {len(found) for found in keys.values()} == {1}
    assert len({key for found in keys.values() for key in found}) == len(keys)


def test_sums_of_every_length_occur() -> None:
    lengths = {tuple(map(len, pair.source.split("+"))) for pair in side("addition", False)}
    assert lengths == {(a, b) for a in (1, 2, 3) for b in (1, 2, 3)}


# --- dates

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def read_date(text: str) -> datetime.date:
    """The date of an English spelling, read without Babel; a weekday in it must be the right one."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    words = [word[:3].lower() for word in re.findall(r"[A-Za-z]+", text)]
    (year,) = [number for number in numbers if number > 31]
    if words:
        (month,) = [MONTHS.index(word) + 1 for word in words if word in MONTHS]
        (day,) = [number for number in numbers if number <= 31]
    else:
        assert numbers[0] == year
        _, month, day = numbers
    date = datetime.date(year, month, day)
    assert [WEEKDAYS.index(word) for word in words if word in WEEKDAYS] in ([], [date.weekday()])
    return date


def test_dates_are_the_iso_form_of_their_spelling() -> None:
    for source, target in both("dates"):
        date = datetime.date.fromisoformat(target)
        assert target == date.isoformat()
        assert 1950 <= date.year <= 2049
        assert read_date(source) == date, source


def test_one_day_has_many_spellings() -> None:
    shapes = {re.sub(r"[A-Za-z]+", "w", re.sub(r"\d+", "0", pair.source)) for pair in side("dates", False)}
    assert len(shapes) == 8  # in digits, words and marks alone; of the words, some are short and some whole
    cases = {pair.source for pair in side("dates", False)}
    assert any(text.isupper() for text in cases)
    assert any(text.islower() for text in cases)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("29 Sep 2017", "2017-09-29"),
        ("Friday, September 29, 2017", "2017-09-29"),
        ("july 14 1989", "1989-07-14"),
        ("2024/02/29", "2024-02-29"),
    ],
)
def test_the_reader_of_dates_reads(text: str, iso: str) -> None:
    assert read_date(text).isoformat() == iso


# --- number words


def test_numbers_are_spelled_by_num2words() -> None:
    for source, target in side("number-words", True)[:200]:
        assert source == str(int(source))
        assert target == num2words(int(source), lang="fr")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "zéro"),
        ("42", "quarante-deux"),
        ("71", "soixante et onze"),
        ("80", "quatre-vingts"),
        ("81", "quatre-vingt-un"),
        ("95", "quatre-vingt-quinze"),
        ("200", "deux cents"),
        ("201", "deux cent un"),
    ],
)
def test_numbers_as_the_french_spell_them(number: str, words: str) -> None:
    found = dict(both("number-words"))
    assert found.get(number) == words


def test_numbers_of_every_length_occur() -> None:
    lengths = [len(pair.source) for pair in side("number-words", False)]
    assert {1, 2, 3, 4} == set(lengths)
    assert max(int(pair.source) for pair in both("number-words")) < 10_000


# --- phrases: held against French grammar, not against the lists they are made from

MASCULINE = {"I": "je", "he": "il", "we": "nous", "they": "ils", "Tom": "Tom", "my brother": "mon frère"}
MASCULINE |= {"the children": "les enfants", "my parents": "mes parents"}
FEMININE = {"she": "elle", "Mary": "Marie", "my sister": "ma sœur", "the girls": "les filles"}
SUBJECTS = MASCULINE | FEMININE
PLURAL = ("we", "they", "the children", "my parents", "the girls")
TIMES = {"today": "aujourd’hui", "now": "maintenant", "every day": "tous les jours"}
VOWELS = "aeiouhàâéèêëîïôœ"


@cache
def phrases() -> list[Pair]:
    return TASKS["phrases"].pairs(7_500) + TASKS["phrases"].pairs(800, held_out=True)


def subject_of(pair: Pair) -> str:
    (found,) = [english for english in SUBJECTS if pair.source.startswith(f"{english} ")]
    return found


def french_predicate(pair: Pair) -> str:
    """What follows the subject: “n’est pas fatiguée”, “adore ce film”."""
    subject = SUBJECTS[subject_of(pair)]
    if pair.target.startswith("j’"):
        assert subject == "je"
        return pair.target.removeprefix("j’")
    assert pair.target.startswith(f"{subject} "), pair
    return pair.target.removeprefix(f"{subject} ")


def test_subjects_are_the_same_in_both_languages() -> None:
    assert {subject_of(pair) for pair in phrases()} == set(SUBJECTS)
    for pair in phrases():
        french_predicate(pair)


def test_negations_and_times_are_the_same_in_both_languages() -> None:
    for source, target in phrases():
        assert (" not " in source) == (" pas " in target), (source, target)
        assert (re.search(r"\bn(e |’)", target) is not None) == (" not " in source), (source, target)
        for english, french in TIMES.items():
            assert source.endswith(f" {english}") == target.endswith(f" {french}"), (source, target)


def test_elision_before_every_vowel_and_nowhere_else() -> None:
    for pair in phrases():
        target = pair.target
        assert not re.search(rf"\b([Jj]e|ne|de|le|la) [{VOWELS}]", target), target
        assert not re.search(rf"\b(j|n|d|l)’[^{VOWELS}]", target), target
        assert "'" not in target


def test_what_is_not_there_has_no_article() -> None:
    """Pas de livre, pas d’orange; but: pas le livre."""
    seen = set()
    for source, target in phrases():
        assert not re.search(r"\bpas une? ", target), target
        if " not " in source and re.search(r" an? ", source):
            (article,) = re.findall(r"\bpas (de |d’)", target)
            seen.add(article)
        elif " not " not in source:
            assert (re.search(r" an? ", source) is None) == (re.search(r"\bune? ", target) is None), (source, target)
    assert seen == {"de ", "d’"}


def test_the_english_third_person_has_its_s() -> None:
    for pair in phrases():
        subject = subject_of(pair)
        verb = pair.source.removeprefix(f"{subject} ").split()
        third = subject not in (*PLURAL, "I")
        if verb[0] in ("am", "is", "are"):
            assert verb[0] == ("am" if subject == "I" else "is" if third else "are"), pair
        elif verb[1] == "not":
            assert verb[0] == ("does" if third else "do"), pair
            assert not verb[2].endswith("s"), pair
        else:
            assert verb[0].endswith("s") == third, pair


def test_french_verbs_have_the_ending_of_their_person() -> None:
    for pair in phrases():
        subject = subject_of(pair)
        verb = re.sub(r"^n(e |’)", "", french_predicate(pair)).split()[0]
        if subject == "I":
            assert verb.endswith(("e", "s")), pair
        elif subject == "we":
            assert verb.endswith("ons") or verb == "sommes", pair
        elif subject in PLURAL:
            assert verb.endswith("ent") or verb == "sont", pair
        else:
            assert verb.endswith(("e", "t", "d")), pair


def test_adjectives_agree() -> None:
    """With gender and number, in every phrase that says how someone is."""
    stems: dict[str, set[tuple[str, bool, bool]]] = {}
    for pair in phrases():
        found = re.match(r"(?:n(?:e |’))?(?:suis|est|sommes|sont)(?: pas)? (.*)", french_predicate(pair))
        english = re.match(r"(?:am|is|are)(?: not)? (\w+)", pair.source.removeprefix(f"{subject_of(pair)} "))
        assert (found is None) == (english is None), pair
        if found is None or english is None:
            continue
        adjective = found[1]
        for time in TIMES.values():
            adjective = adjective.removesuffix(f" {time}")
        subject = subject_of(pair)
        feminine, plural = subject in FEMININE, subject in PLURAL
        stems.setdefault(english[1], set()).add((adjective, feminine, plural))
        if adjective == "en retard":
            continue
        assert " " not in adjective, pair
        assert adjective.endswith(("s", "x")) == (plural or adjective == "heureux"), pair
        if feminine:
            assert adjective.removesuffix("s").endswith("e"), pair
        elif english[1] not in ("sick", "young"):
            assert not adjective.removesuffix("s").endswith("e"), pair
    assert len(stems) >= 10
    for forms in stems.values():
        # one form each for masculine, feminine and their plurals
        assert len(forms) == len({(feminine, plural) for _, feminine, plural in forms}) == 4


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("she reads a poem", "elle lit un poème"),
        ("I love this city", "j’adore cette ville"),
        ("I do not love this city", "je n’adore pas cette ville"),
        ("the girls are not late", "les filles ne sont pas en retard"),
        ("we eat an orange every day", "nous mangeons une orange tous les jours"),
        ("they do not eat an orange", "ils ne mangent pas d’orange"),
        ("Tom does not read a poem", "Tom ne lit pas de poème"),
        ("my sister is not happy today", "ma sœur n’est pas heureuse aujourd’hui"),
        ("the girls are nice", "les filles sont gentilles"),
        ("my parents are happy", "mes parents sont heureux"),
        ("Mary drinks the water now", "Marie boit l’eau maintenant"),
        ("I live in this house", "j’habite dans cette maison"),
        ("we buy the keys", "nous achetons les clés"),
        ("he buys a map", "il achète une carte"),
        ("the children write a letter", "les enfants écrivent une lettre"),
    ],
)
def test_phrases_by_example(english: str, french: str) -> None:
    assert all_phrases()[english] == french


@cache
def all_phrases() -> dict[str, str]:
    """Whatever is drawn in a while: nearly every one there is."""
    task, rng = TASKS["phrases"], random.Random(1)
    return dict(task.draw(rng)[1] for _ in range(150_000))


def test_digit_sums_read_the_ones_first() -> None:
    for source, target in both("digit-sums"):
        a, b, total = (int(digits[::-1]) for digits in (source[::2], source[1::2], target[1::2]))
        assert a + b == total
        assert len(source) == len(target)
        assert set(target[::2]) == {"·"}


def test_reversed_strings_are() -> None:
    assert all(pair.target == "".join(reversed(pair.source)) for pair in both("reverse"))
