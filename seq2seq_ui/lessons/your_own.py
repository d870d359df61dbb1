"""Lesson 13: the reader's own data, model and code."""

from __future__ import annotations

from ..links import OWN, Training, View
from .base import Lesson
from .views import Listed

YOUR_OWN = Lesson(
    name="your-own",
    title="Your own",
    sentences=(
        "Ten pairs of your own are enough to see a network learn: words and their plurals, names and user names, a "
        "secret alphabet.",
        "What you train is yours: open it in Translate and look inside, take it along as a zip, or its code as a "
        "Keras script that runs anywhere.",
        "And whoever followed the tutorial can bring the file that its script saved, `s2s_model.keras`, and look "
        "into it here.",
    ),
    views=(
        Listed(
            "From here on",
            columns=("you have", "you do", "you get"),
            rows=(
                (
                    "pairs of texts",
                    "Train, “Your own pairs”: paste them or bring a file, then Start",
                    "a network that you can watch as it learns",
                ),
                (
                    "a trained network",
                    "“Open in Translate” or “Open in Compare”, or the zip",
                    "every chart and instrument, on your own network",
                ),
                (
                    "no patience for a page",
                    "“The Keras code of this run”, at the foot of Train",
                    "a script for plain Keras, without this app",
                ),
                (
                    "s2s_model.keras and its pairs",
                    "“Look inside a model of your own”, at the foot of Train",
                    "your file, read as data and never executed",
                ),
            ),
            help="Whatever you bring stays in your page and goes when it is closed. Only a download lasts.",
        ),
    ),
    tries=(
        "Open “Your own pairs” and paste ten lines or more: a text, a tab, and what should become of it.",
        "Keep some pairs back, and try them when it is trained: did it learn a rule, or your lines?",
        "Open “The code of a network” and read it beside the tutorial: where are encoder, decoder and the shift by "
        "one?",
    ),
    question="With ten pairs it writes all ten right. What did it learn, and how would you find out?",
    answer="It may have learnt ten answers by heart, as in lesson 6. Give it an eleventh that follows the same "
    "rule: if it fails, it knows your lines and not the rule. More pairs, and more different ones, are what helps, "
    "before a larger network does.",
    source="The Keras ten-minute introduction (2017); everything since lesson 1.",
    minutes=0,
    notes=(
        "Plurals, past tenses, Roman numerals and pig Latin work well with a few hundred lines that a spreadsheet "
        "makes.",
        "Every two cores train one network at a time, the others wait in a queue: for thirty at once, let groups "
        "share one.",
    ),
    opens=(
        ("Your own pairs", Training(OWN)),
        ("The code of a network", View("en-fr-char-lstm", "Be nice.")),
    ),
)
