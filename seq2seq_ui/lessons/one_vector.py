"""Lesson 9: the bottleneck."""

from __future__ import annotations

from ..links import Comparison
from .base import Lesson
from .views import Grown, Lengths

ONE_VECTOR, LOOKS_BACK = MODELS = ("en-fr-char-lstm", "en-fr-char-attention")
SENTENCE = "Do you know where my brother put the book that I gave him yesterday?"

BOTTLENECK = Lesson(
    name="one-vector",
    title="One vector is not enough",
    sentences=(
        "Without attention, everything that the decoder knows of the sentence has to fit into the state that the "
        "encoder hands over: two vectors of 256 numbers, for a word as for a paragraph.",
        "With attention, the decoder looks back at every step: it weighs all the encoder’s states and reads their "
        "mixture beside its own.",
        "These two networks show what it looks like, and prove nothing: the one with attention is larger (4,009,050 "
        "parameters against 718,173) and has met some twenty times as many sentences.",
    ),
    views=(
        Grown("A sentence that grows", text=SENTENCE, models=MODELS),
        Lengths("Quality by length (measured)", models=MODELS),
    ),
    tries=(
        "Read the table from top to bottom: at which word does the left column lose the sentence?",
        "Type a long sentence of your own and press Enter.",
        "Choose “Quality by length”: hold the two lines against each other, at 15 characters and at 60.",
    ),
    question="Quality falls from 26 to 8 chrF for one network, and stays at 59 to 60 for the other. Why is that not "
    "yet a proof that one vector is not enough? What would be one?",
    answer="They differ in more than attention: in size, in layers, in data, and the left one was trained on "
    "sentences of up to 16 characters only. A proof needs twins: same data, same number of weights, same training, "
    "one with attention and one without. What the pictures do show is where to look: at how quality changes with "
    "length.",
    source="Cho et al. 2014, arXiv:1409.1259; Bahdanau et al. 2014, arXiv:1409.0473 (figure 2).",
    measured="`seq2seq lengths` on 836 sentences that neither network has seen, in groups by length, greedily, chrF.",
    minutes=6,
    notes=(
        "Let the class be the referee: what would you change to make the comparison fair?",
        "Remind them of lesson 3: 2 × 256 numbers, however long the sentence is.",
        "Open one row in Compare and step: with attention the source cells light up while it writes.",
    ),
    opens=(("The whole sentence, in both", Comparison(SENTENCE, MODELS)),),
)
