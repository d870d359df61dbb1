"""Lesson 8: what one slip costs."""

from __future__ import annotations

from seq2seq_core.data.pairs import Pair

from ..links import Comparison
from .base import Lesson
from .views import Slips

_MODELS = ("en-fr-char-lstm", "en-fr-char-lstm-free-running")

EXPOSURE = Lesson(
    name="exposure-bias",
    title="One slip, and what it costs",
    sentences=(
        "With teacher forcing, the decoder has only ever read right beginnings; when it translates, it reads its "
        "own, and one day it makes a slip.",
        "Here we force one: the likeliest wrong character, put into a sentence that it knows by heart. Each bar is "
        "how much less likely each right character after it has become, in nats: 1 nat is a factor of 2.7, 7 nats "
        "of 1,100.",
        "A network that was trained on its own beginnings is hardly disturbed: this difference is called exposure "
        "bias.",
    ),
    views=(
        Slips("I love you. → Je t’aime !", models=_MODELS, pair=Pair("I love you.", "Je t'aime !")),
        Slips("Tom won. → Tom a gagné.", models=_MODELS, pair=Pair("Tom won.", "Tom a gagné.")),
        Slips("It is cold. → Il fait froid.", models=_MODELS, pair=Pair("It is cold.", "Il fait froid.")),
    ),
    tries=(
        "Step with → and ← (on a phone ▸ and ◂): the slip moves along the sentence. Where does it cost most, "
        "and how far does it reach?",
        "Compare both charts, which have one scale: the first with teacher forcing, the second without.",
        "Choose another sentence, and compare the means above both charts: of what each slip costs the very next "
        "character.",
    ),
    question="In which of the two networks does a slip cost more, and is the cheaper one therefore the better "
    "translator?",
    answer="With teacher forcing it costs more: in these three sentences the very next character becomes 5.4 to 10.9 "
    "nats less likely, without it 0.4 to 0.9 (over 200 sentences 6.8 and 0.6). But the one that is not disturbed "
    "writes only 25.3 % of its training sentences right, the other 99.4 %: it loses little because it was never sure. "
    "And a part of the cost is no fault: after another letter, other letters are right.",
    source="Bengio et al. 2015, arXiv:1506.03099; Ranzato et al. 2016, arXiv:1511.06732.",
    measured="one slip at every step of 200 training sentences, the mean of what the next right character loses; "
    "exact matches with `seq2seq evaluate --limit 8000` (the cards of both).",
    minutes=4,
    notes=(
        "No French is needed: the right sentence is given, and the letters that follow are what counts.",
        "Negative bars are no error: now and then a slip makes a letter more likely.",
        "Remedies that you may name: feeding back its own characters in part of the training (scheduled sampling), "
        "or training on whole sentences.",
    ),
    opens=(("Force slips by hand, in both", Comparison("I love you.", (*_MODELS, ""))),),
)
