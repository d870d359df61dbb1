"""Lesson 5: the shift by one, and training without it."""

from __future__ import annotations

from ..links import Comparison, Training
from .base import Lesson
from .views import Arrays, Recorded, Run

TEACHER_FORCING = Lesson(
    name="teacher-forcing",
    title="Teacher forcing",
    sentences=(
        "In training the decoder is not asked to write a sentence: it is given the right one, and at every step it "
        "has to name the next character.",
        "Input and target are the same sentence, shifted by one: it reads ⇥ and should say the first character, it "
        "reads the first and should say the second, until it reads the last and should say ⏎.",
        "Whatever it answers, the next thing that it reads is the right character, not its own: that is teacher "
        "forcing. Without it, its own answer is fed back, as when it translates.",
    ),
    views=(
        Arrays(
            "Input and target, shifted by one",
            text="Be nice.",
            asks="An English sentence, up to 16 characters",
            only=(1, 2),
        ),
        Recorded(
            "With it and without it (recorded)",
            runs=(
                Run("with teacher forcing", "en-fr-char-lstm", held_out=False),
                Run("without", "en-fr-char-lstm-free-running", held_out=False),
            ),
            help="Two recorded trainings of the same network on the same 8,000 pairs, 30 epochs each. One is "
            "scored after right beginnings, the other after its own, which is harder: the lines are no fair "
            "race. The answer to the question counts whole sentences, on both alike. Their learning rates, "
            "how far each correction goes, differ, too: 0.02 and 0.01.",
        ),
    ),
    tries=(
        "Step through the writing with →: the frame in the upper picture is what the decoder reads, in the lower "
        "one what it should say. Find the same blue cell one column further left below.",
        "Choose “With it and without it”: a line is the loss, how much each right character surprises the "
        "network (in nats; 0: not at all, 0.7: as much as a coin’s toss), after each time through all pairs "
        "(an epoch). Which one comes near 0?",
        "Open “Both, on one sentence”, one that both were trained on: which of the two can write it?",
    ),
    question="At the first step the decoder reads ⇥. What does it read at the fourth step of “Soyez gentille !”, "
    "what should it say, and what would it read next if it said something wrong?",
    answer="It reads y, the third character, and should say e, the fourth. Whatever it says, it reads e next: in "
    "training the teacher is always right. Without this, it learns in 30 epochs to write 25.3 % of its training "
    "sentences, with it 99.4 %.",
    source="Williams & Zipser 1989, A Learning Algorithm for Continually Running Fully Recurrent Neural Networks; "
    "the Keras ten-minute introduction (2017).",
    measured="`seq2seq evaluate --limit 8000`, greedy, on what each of the two was trained on, any translation in "
    "the data counting as right.",
    minutes=6,
    notes=(
        "Play it with the class: you are the teacher, somebody says the next character of a sentence aloud; you say "
        "the right one whatever was said.",
        "The two arrays of lesson 2 again: now somebody can say why there are two.",
        "Why is it so much harder without? Its own blended answer tells it little about which of several right "
        "translations to write.",
        "The price of the comfort is lesson 8.",
    ),
    opens=(
        ("Both, on one sentence", Comparison("Be nice.", ("en-fr-char-lstm", "en-fr-char-lstm-free-running", ""))),
        ("Train one without it", Training("addition-two-digits", (("teacher_forcing", "False"),))),
    ),
)
