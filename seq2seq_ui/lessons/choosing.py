"""Lesson 7: from a distribution to a character."""

from __future__ import annotations

from ..links import Looking, View
from .base import Lesson
from .views import Asked, Written

_MODEL = "en-fr-char-attention"
_TEXT = "I love you."

CHOOSING = Lesson(
    name="choosing-a-character",
    title="Choosing a character",
    sentences=(
        "The network never says a character: at every step it gives each one a number, and the softmax turns these "
        "into probabilities that add up to 1.",
        "Somebody has to choose: greedy takes the likeliest; sampling draws by lot; a temperature makes the lots "
        "sharper (below 1) or flatter (above 1); top-k leaves only the k likeliest in, top-p those that make up a "
        "share p.",
        "What is chosen is read next, so one choice changes all that follow; a beam keeps several beginnings at once "
        "and decides later.",
    ),
    views=(
        Written("Greedy", text=_TEXT, view=View(_MODEL)),
        Written(
            "By lot, flat (temperature 2)",
            text=_TEXT,
            view=View(_MODEL, method="sample", temperature=2.0, seed=4),
        ),
        Written(
            "… of the three likeliest",
            text=_TEXT,
            view=View(_MODEL, method="sample", temperature=2.0, top_k=3, seed=4),
        ),
        Written(
            "… of those that make up 90 %",
            text=_TEXT,
            view=View(_MODEL, method="sample", temperature=2.0, top_p=0.9, seed=4),
        ),
        Asked(
            "The beam’s tree",
            text="Are you ready?",
            looking=Looking(_MODEL, instrument="beam-tree"),
        ),
    ),
    tries=(
        "Step to the first character that is not bright yellow. What else could it have been? Click it in the "
        "row that begins with “What if”, and see what becomes of the rest.",
        "Choose “By lot, flat”, then “of the three likeliest”: the dice fall the same way, but fewer characters are in "
        "the draw.",
        "Choose “The beam’s tree”: which beginnings were kept, which were given up? Above it stands what greedy "
        "writes, below it how likely both sentences are.",
    ),
    question="Greedy takes the likeliest character at every step. Does it therefore find the likeliest sentence? "
    "How would you show that it need not?",
    answer="No: a character that is a little less likely now may lead to a sentence that is far more likely as a "
    "whole, and greedy never goes back. For “Are you ready?” it writes “Êtes-vous prête ?” (14 %), while a beam, "
    "which keeps several beginnings, finds “Êtes-vous prêt ?” (20 %). It pays: of 841 unseen sentences 26.8 % come out "
    "word for word with a beam of 5, and 24.4 % greedily.",
    source="Graves 2012, arXiv:1211.3711 (beam search); Holtzman et al. 2020, arXiv:1904.09751 (top-p).",
    measured="`seq2seq evaluate --max-length 60`, with and without `--method beam`, on unseen sentences (the card "
    "of `en-fr-char-attention`).",
    minutes=5,
    notes=(
        "A die helps: with temperature 2 the lots are nearly fair, with 0.5 the first one nearly always wins.",
        "Change the seed in Translate (Open this in Translate, choose “Sample”): the same seed draws the same.",
        "A beam is no guarantee either: it finds the best of what it kept.",
    ),
)
