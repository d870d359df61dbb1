"""Lesson 11: the tutorial's variants, what they cost and what they are worth."""

from __future__ import annotations

from ..links import Comparison
from .base import Lesson
from .views import Listed, Recorded, Run

VARIANTS = Lesson(
    name="variants",
    title="One thing changed at a time",
    sentences=(
        "The tutorial’s network is one of many: a GRU has two gates and no `c`, a second layer may stand on the first, "
        "the source may be read backwards, or word by word, and convolutions need no state at all.",
        "All of these were trained on the same 8,000 pairs, so that what differs in the table is what was changed, "
        "and its recipe.",
        "None of them learns English from so few sentences: each learns its pairs by heart, and that is the data’s "
        "doing.",
    ),
    views=(
        Listed(
            "What each changes, costs and is worth (measured)",
            columns=("network", "parameters", "training", "its own pairs, exact", "unseen, exact", "unseen, chrF"),
            rows=(
                ("LSTM 256", "718,173", "30 epochs, 563 s", "99.4 %", "1.3 %", "26.9"),
                ("GRU 256", "546,141", "30 epochs, 522 s", "99.9 %", "1.2 %", "24.9"),
                ("LSTM 256, two layers", "1,768,797", "30 epochs, 1,284 s", "95.7 %", "1.3 %", "25.6"),
                ("LSTM 256, source reversed", "718,173", "30 epochs, 388 s", "98.9 %", "0.5 %", "28.7"),
                ("LSTM 128, words", "1,765,634", "30 epochs, 299 s", "4,707 of 4,708", "5.4 %", "33.0"),
                ("convolutions, attention", "1,006,429", "20 epochs, 374 processor s", "98.6 %", "1.8 %", "31.7"),
            ),
            help="From the cards, where the commands stand. Seconds on one core beside other work: good for orders "
            "of magnitude. chrF counts matching pieces of words, 0 to 100.",
        ),
        Recorded(
            "Held-out loss (recorded)",
            runs=(
                Run("LSTM", "en-fr-char-lstm", training=False),
                Run("GRU", "en-fr-char-gru", training=False),
                Run("two layers", "en-fr-char-lstm-2-layers", training=False),
                Run("reversed", "en-fr-char-lstm-reversed", training=False),
            ),
            help="Recorded trainings on the same pairs, the held-out ones’ loss after each epoch. Each falls, and "
            "turns up when learning by heart begins.",
        ),
    ),
    tries=(
        "Find in the table: which one is the smallest, which the quickest, which gets most of the unseen ones?",
        "Choose “Held-out loss”: at which epoch would you have stopped each of them?",
        "Open “Three of them, one sentence” and type a sentence of your own.",
    ),
    question="The network of words gets four times as many unseen sentences right as that of characters. Is it "
    "therefore better to read words?",
    answer="For these data yes: its sequences are short and it cannot misspell. But it has 2.5 times the "
    "parameters, most of them for its vocabulary, and a word that is not among them it cannot read or write at all, "
    "where a network of characters at least tries. Today’s systems take pieces of words, between both.",
    source="Cho et al. 2014, arXiv:1406.1078; Sutskever et al. 2014, arXiv:1409.3215; Gehring et al. 2017, "
    "arXiv:1705.03122; Sennrich et al. 2016, arXiv:1508.07909.",
    measured="`seq2seq evaluate`, greedy, on the 8,000 training and the 2,000 held-out pairs (each model’s card).",
    minutes=0,
    notes=(
        "Groups of two: each takes one variant, finds one thing it does better and one it does worse, and shows it "
        "in Compare.",
        "Learning rates differ from kind to kind, each with one that suits it: the table compares recipes that "
        "work, not dials.",
    ),
    opens=(
        (
            "Three of them, one sentence",
            Comparison("I am tired.", ("en-fr-char-lstm", "en-fr-char-gru", "en-fr-word-lstm")),
        ),
        (
            "With convolutions",
            Comparison("I am tired.", ("en-fr-char-lstm", "en-fr-char-cnn", "en-fr-char-lstm-2-layers")),
        ),
    ),
)
