"""Lesson 1: what is learnt here, in a minute."""

from __future__ import annotations

from ..links import Comparison
from .base import Lesson
from .views import Written

FROM_TEXT_TO_TEXT = Lesson(
    name="from-text-to-text",
    title="From text to text",
    sentences=(
        "A network reads an English sentence one character at a time, and then writes a French one, one character "
        "at a time.",
        "Nobody gave it a dictionary or a rule of grammar: it was shown pairs of sentences, and learnt which "
        "character is likely to come next.",
        "All it ever does is this one step, again and again: give every character a probability, write one, read "
        "it, go on.",
    ),
    views=(
        Written(
            "It reads, then it writes",
            text="Where is the station?",
            charts=(),
            diagram=True,
        ),
    ),
    tries=(
        "Press ▶ and watch the orange frame: first it reads, then it writes. (What the colours of “reads” say "
        "is lesson 10’s.)",
        "Type a sentence of your own and press Enter. The darker a written cell, the less sure of it the "
        "network was; a dashed one, less than half: where are they? (If you see none, type a longer or a "
        "stranger sentence.)",
    ),
    question="How many times does the network choose to write “Où est la gare ?”, and what is the last thing that "
    "it chooses?",
    answer="17 times: 16 characters, spaces among them, and then ⏎, the end of the sentence. The end is a character "
    "like any other, with a probability of its own: the network itself decides when it is done.",
    source="Sutskever, Vinyals & Le 2014, arXiv:1409.3215; the Keras ten-minute introduction (2017).",
    minutes=3,
    notes=(
        "Ask for a sentence from the class before you press anything: an own sentence is worth ten prepared ones.",
        "Let it play once without a word. Then step back and forth over one character with → and ←.",
        "It will be wrong for some of them. Do not explain it away: lesson 6 and lesson 9 are about that.",
        "In the diagram, arrows light up at every step: let them say what flows there.",
    ),
    opens=(("Three networks, one sentence", Comparison("Where is the station?")),),
)
