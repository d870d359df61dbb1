"""Lesson 9: the bottleneck."""

from __future__ import annotations

from ..links import Comparison
from .base import Lesson
from .views import Grown, Lengths

ONE_VECTOR, LOOKS_BACK = MODELS = ("en-fr-char-no-attention", "en-fr-char-attention-twin")
SENTENCE = "Do you know where my brother put the book yesterday?"

BOTTLENECK = Lesson(
    name="one-vector",
    title="One vector is not enough",
    sentences=(
        "Without attention, everything that the decoder knows of the sentence has to fit into the state that the "
        "encoder hands over: two vectors of 256 numbers, for a word as for a paragraph.",
        "With attention, the decoder looks back at every step: it weighs all the encoder’s states and reads their "
        "mixture beside its own.",
        "These two are twins: the same data, the same training, 715,611 weights (the numbers that training finds) and "
        "718,291. What differs is the attention, and that the one with it reads in both directions.",
    ),
    views=(
        Grown("A sentence that grows", text=SENTENCE, models=MODELS),
        Lengths(
            "Quality by length (measured)",
            models=MODELS,
            help="How close the translations come to what people wrote, on 2,341 complete sentences that neither twin "
            "has seen. Pointed at, a mark says how many they are and how many came out word for word.",
        ),
    ),
    tries=(
        "Read the table from top to bottom (no French is needed): as the sentence grows, which column goes on from "
        "what it had, and which begins anew?",
        "Type a long sentence of your own and press Enter.",
        "Choose “Quality by length”: hold the two lines against each other, at 15 characters and at 60. chrF says how "
        "much of the spelling a translation shares with a right one, from 0 to 100.",
    ),
    question="From the shortest sentences to the longest, one twin falls from 28 to 19 chrF and the other from 47 to "
    "32. What does that show of attention, and what does it not show?",
    answer="That attention helps at every length: 1.7 to 2 times the score, with as many weights and the same "
    "training. It does not show that one vector gets worse faster: both lose a third. Nor is every difference the "
    "attention’s: its encoder also reads in both directions. And both were trained for a short time, some 1.3 times "
    "on each sentence: what long training would do to the two lines, these twins cannot say.",
    source="Cho et al. 2014, arXiv:1409.1259; Bahdanau et al. 2014, arXiv:1409.0473 (figure 2).",
    measured="`seq2seq lengths` on 2,341 complete sentences that neither twin has seen, in groups by length, greedily, "
    "chrF.",
    minutes=6,
    notes=(
        "Let the class be the referee: is the comparison fair? What else would you hold equal?",
        "Remind them of lesson 3: 2 × 256 numbers, however long the sentence is.",
        "Open one row in Compare and step: with attention the source cells light up while it writes.",
    ),
    opens=(("The whole sentence, in both", Comparison(SENTENCE, MODELS)),),
)
