"""Templates: right French for numbers, times, dates, countries and languages."""

from __future__ import annotations

import random

import pytest

from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.templates import TEMPLATES, template_pairs


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("twenty-one", "vingt et un"),
        ("at one o'clock", "à une heure"),
        ("It's half past two.", "Il est deux heures et demie."),
        ("next Monday", "lundi prochain"),
        ("in August", "en août"),
        ("July 1", "le 1er juillet"),
        ("in Germany", "en Allemagne"),
        ("in the United States", "aux États-Unis"),
        ("I live in Japan.", "Je vis au Japon."),
        ("in Mexico", "au Mexique"),
        ("in Iran", "en Iran"),
        ("I speak German.", "Je parle allemand."),
    ],
)
def test_what_is_drawn(source: str, target: str) -> None:
    drawn = dict(template_pairs(40_000, random.Random(0)))
    assert drawn[source] == target


def test_the_same_generator_draws_the_same_pairs() -> None:
    assert template_pairs(50, random.Random(1)) == template_pairs(50, random.Random(1))
    assert len(template_pairs(50, random.Random(1))) == 50


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
def test_every_template_gives_two_texts(template) -> None:  # type: ignore[no-untyped-def]
    for seed in range(50):
        pair = template(random.Random(seed))
        assert isinstance(pair, Pair)
        assert all(text.strip() == text and text for text in pair)
