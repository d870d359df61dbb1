"""Lesson 3: h, c and the gates of one unit."""

from __future__ import annotations

from ..links import Looking, View
from .base import Lesson
from .views import Asked, Written

STATE = Lesson(
    name="what-is-a-state",
    title="What is a state?",
    sentences=(
        "After each character, all that the network keeps of what it has read are two vectors of 256 numbers: `c`, "
        "its memory, and `h`, what the rest of the network sees of it. A unit is one place in both.",
        "Three gates between 0 and 1 rule each unit: forget (`f`) says how much of the memory stays, input "
        "(`i`) how much of something new (`g`, the candidate) comes in, output (`o`) how much is shown.",
        "`c = f·c + i·g`, where the `c` on the right is the one before this character, and `h = o·tanh(c)`: "
        "that is all that happens in a unit, at every character. (tanh squeezes a number in between −1 and 1; "
        "σ, which makes the gates, in between 0 and 1.)",
    ),
    views=(
        Asked(
            "Inside one unit",
            text="Be nice.",
            looking=Looking("en-fr-char-lstm", instrument="cell", unit=246),
        ),
        Asked(
            "A unit that carries the one",
            text="864200",
            asks="Two numbers, a digit of each in turn, the ones first",
            looking=Looking("digit-sums-lstm", instrument="cell", unit=69),
        ),
        Written(
            "All 256 at once",
            text="Be nice.",
            view=View("en-fr-char-lstm"),
            charts=("state_norms", "gates"),
        ),
    ),
    tries=(
        "Click the first cell of “reads”, then step with →: every line is an equation of this unit, with its numbers "
        "at this character. Which gate moves most?",
        "Choose “A unit that carries the one”: unit 69 of another network, which adds. It reads 48 + 26 as 86 "
        "42 00, the ones of both first, and writes the sum the same way round: ·4·7·0 is 74 (a · says nothing "
        "yet). Look at `c` after 8 6, and after 4 2. Then type 125400, which is 51 + 42.",
        "Choose “All 256 at once”, click the first cell again and step on: at the dashed line the reading ends, and "
        "the writing begins with the state that it left.",
    ),
    question="After both digits of a pair were read, when is `c` of the adding network’s unit 69 above 0, and what "
    "might it be good for?",
    answer="After 8 and 6 it is 0.88, after 4 and 2 it is −1.11; in 51 + 42, where nothing is carried, it stays "
    "below 0. 8 + 6 = 14: there is a one to carry. Nobody told this unit to remember that, and it is not alone: it "
    "is a hint and no proof, for in 5 of 100 comparisons it is wrong.",
    source="Hochreiter & Schmidhuber 1997, Long Short-Term Memory; Cho et al. 2014, arXiv:1406.1078 (GRU).",
    measured="300 sums of two numbers below a million, drawn at random; `c` of unit 69 after each pair of digits: in "
    "the case that the answer names it is above that in the other in 94.7 % of all comparisons (AUROC).",
    minutes=5,
    notes=(
        "Do not read the formula aloud. Take one step, and let the class say which gate was open.",
        "f near 1: memory stays. f near 0: it is wiped. In the adding network unit 69 wipes it at the first digit "
        "of nearly every pair.",
        "Two vectors of 256 numbers for any sentence, short or long: keep that number in mind for lesson 9.",
    ),
)
