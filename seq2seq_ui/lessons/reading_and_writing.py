"""Lesson 4: the trivial case, its limit, and the general case."""

from __future__ import annotations

from ..links import View
from .base import Lesson
from .views import Written

READING_AND_WRITING = Lesson(
    name="reading-and-writing",
    title="Reading, handing over, writing",
    sentences=(
        "Where input and output have the same length and go in step, one layer of such units (an LSTM) is enough: "
        "it writes a character as it reads one, as when we add two numbers digit by digit.",
        "That needs every answer to be in what was read so far; to reverse a word, the first letter of the answer "
        "is the last of the question, so nothing but guessing is left.",
        "The general case reads everything first: an encoder reads, and hands nothing over but its last state; a "
        "decoder starts from that state and writes.",
    ),
    views=(
        Written(
            "Adding, in step",
            text="864200",
            asks="Two numbers, a digit of each in turn, the ones first (48 + 26 is 864200)",
            view=View("digit-sums-lstm"),
        ),
        Written(
            "Reversing, in step",
            text="sequence",
            asks="Eight small letters",
            view=View("reverse-lstm"),
        ),
        Written(
            "First read, then write",
            text="Be nice.",
            view=View("en-fr-char-lstm"),
            charts=("state_norms",),
        ),
    ),
    tries=(
        "Add 99 + 11: type 919100, and step through it. Each digit of the sum, the ones first, is written as "
        "soon as both of its digits were read; until then it writes a ·.",
        "Choose “Reversing, in step” and type eight letters. How sure is it of the first four that it writes, how "
        "sure of the last four?",
        "Choose “First read, then write”, click the first cell of “reads” and step on: at the dashed line the "
        "encoder’s state becomes the decoder’s. Nothing else goes over.",
    ),
    question="The reversing network gets just the second half of its answer right. Why the second half, and "
    "would more training help?",
    answer="After four letters it has read the first four of the word, which are the last four of the answer, and "
    "it remembers them; the first four of the answer are the last four of the word, which it has not read yet. No "
    "training helps: the information is not there. Measured, it is right in 3 to 4 % of the first four letters, as "
    "one guess in 26 is, and in 99.8 % or more of the last four.",
    source="The Keras ten-minute introduction (2017), “The trivial case” and “The general case”; Sutskever et al. "
    "2014, arXiv:1409.3215.",
    measured="2,000 held-out strings, letter by letter (the card of `reverse-lstm`).",
    minutes=6,
    notes=(
        "Let them predict before you press Enter: can it reverse abcdefgh? Most say yes.",
        "The probabilities tell: 5 to 9 % for the letters it guesses, 99 to 100 % for those it has read.",
        "“The encoder’s end is all that the decoder gets” is the sentence of this lesson. Write it on the board; "
        "lesson 9 needs it.",
    ),
)
