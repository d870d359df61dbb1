"""Lesson 6: memorising, two recipes, and the padding trap."""

from __future__ import annotations

from seq2seq_core.data.pairs import Pair

from ..links import Training, View
from .base import Lesson
from .views import Recorded, Run, Tried

BY_HEART = Lesson(
    name="learning-by-heart",
    title="Learning it by heart",
    sentences=(
        "The tutorial’s results are “nice, since we are decoding samples taken from the training set”: what a "
        "network has learnt shows only on sentences that it has never seen.",
        "With 8,000 short pairs it learns the pairs and not the language: 99.4 % of the training sentences are "
        "right, of the unseen ones 1.3 %.",
        "The loss tells when that happens: on the training pairs it goes on falling, on pairs that are held out (never "
        "trained on) it turns up again, and from there on it learns by heart.",
    ),
    views=(
        Tried(
            "Seen, and never seen",
            models=("en-fr-char-lstm", "en-fr-char-lstm-as-written"),
            seen=(
                Pair("Be sensible.", "Soyez raisonnables !"),
                Pair("Where are you?", "Où es-tu ?"),
                Pair("We'll manage.", "Nous gèrerons."),
                Pair("He's very ill.", "Il est très malade."),
            ),
            unseen=(
                Pair("He has gone out.", "Il est sorti."),
                Pair("I'm pretty busy.", "Je suis plutôt occupé."),
                Pair("Are you relaxed?", "Êtes-vous détendu ?"),
                Pair("I have to think.", "Je dois réfléchir."),
            ),
        ),
        Recorded(
            "Two recipes (recorded)",
            runs=(
                Run("as written", "en-fr-char-lstm-as-written"),
                Run("the fast recipe", "en-fr-char-lstm"),
            ),
            help="Two recorded trainings of the same network on the same 8,000 pairs: the tutorial’s recipe "
            "(RMSprop, 100 epochs), and a fast one (Muon, cosine, 30 epochs); the names say how its numbers "
            "are corrected. Solid: the pairs it learns from. Dotted: the 2,000 that are held out.",
        ),
        Recorded(
            "The padding trap (recorded)",
            runs=(
                Run("zeros, as the text of 2017", "zeros-as-written"),
                Run("padding masked", "zeros-masked"),
            ),
            help="A small network (64 units) learns 2,000 number words twice from the same random start. The "
            "tutorial fills up short targets with zeros, which should teach nothing; yet, unless they are "
            "masked (left out), each of them pushes down what the network finds likely. For those who write "
            "code: the loss of such a step is 0, but Keras 3 on TensorFlow computes it from the logits, and "
            "its gradient there is the softmax itself; recorded with benchmarks/padding_trap.py.",
        ),
    ),
    tries=(
        "Read the table line by line: how many in training come out as the right answer, how many that were "
        "never seen? (Both columns are the tutorial’s network: the first trained in a faster way, the last as "
        "the tutorial does.)",
        "Choose “Two recipes”, two ways to train the same network. At which epoch does the dotted line turn up, for "
        "each?",
        "Choose “The padding trap”: one network trained twice, one line of code apart. Which one learns better?",
        "Open “An unseen one that it gets right”. Then type `I'm sad.` there: what does the page say of that sentence?",
    ),
    question="“I am sad.” is in no training pair, and yet the network writes “Je suis triste.”. Has it understood "
    "the sentence?",
    answer="No. “I’m sad.” is in its training pairs, with that very French sentence. All 15 unseen English "
    "sentences among the held-out ones that it gets right are such cases: it wrote a French sentence it knows by "
    "heart, which happened to fit. That is why a test needs sentences it has never seen, in neither language.",
    source="The Keras ten-minute introduction (2017); Zhang et al. 2017, arXiv:1611.03530, on networks that memorise.",
    measured="`seq2seq evaluate`, greedy, on the tutorial’s 8,000 training and 2,000 held-out pairs, any "
    "translation in the data counting as right (the card of `en-fr-char-lstm`). The sentences of the table are "
    "the first four of a random draw from each, shown as they come out.",
    minutes=6,
    notes=(
        "Ask for a guess before the table: how many of the unseen ones will be right?",
        "A wrong answer is often a French sentence from the training data, word for word: for 40 % of the unseen ones.",
        "The padding trap is for those who write code: the 2017 text still runs, with no error, and learns far less.",
        "Those who train along: “Learning by heart” in Train takes a minute or two.",
    ),
    opens=(
        ("An unseen one that it gets right", View("en-fr-char-lstm", "I am sad.")),
        ("Watch it happen: train on 240 phrases", Training("by-heart")),
    ),
)
