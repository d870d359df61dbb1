"""Lesson 12: asking a network questions."""

from __future__ import annotations

from ..links import Looking
from .base import Lesson
from .views import Asked, Calibrated

_TEXT = "Where is the station?"

QUESTIONS = Lesson(
    name="asking-a-network",
    title="When does it know? What matters?",
    sentences=(
        "A network cannot say why it wrote something, but it can be asked: leave a character out, stop after half "
        "the sentence, hold a unit still, and see what changes.",
        "Each instrument answers one question and not the next one, so each says what its picture does not show.",
        "And a probability is a claim that can be checked: of all characters that were written with 90 %, nine in "
        "ten should be right.",
    ),
    views=(
        Asked("What mattered?", text=_TEXT, looking=Looking(instrument="deletion")),
        Asked("When does it know?", text=_TEXT, looking=Looking(instrument="prefixes")),
        Asked("What surprised it?", text=_TEXT, looking=Looking(instrument="surprise")),
        Calibrated("How sure may it be? (measured)", models=("en-fr-char-lstm", "en-fr-char-attention")),
    ),
    tries=(
        "In the first view, find the character whose absence changes most (a space is one, too). Then type the "
        "sentence without it: what is written now?",
        "Choose “When does it know?”: after which character of the sentence does it first write what it writes in "
        "the end?",
        "Choose “How sure may it be?”: below the dotted line a network is surer than it should be. Which of the two "
        "is?",
    ),
    question="A network writes each of ten characters with 90 %. How sure may it be of the whole word, if its 90 % "
    "are worth what they say?",
    answer="If each were right nine times in ten whatever the others are, all ten are right in 0.9¹⁰ = 35 % of the "
    "cases: long texts are rarely right in full. And only if 90 % means nine in ten, which the charts show: the "
    "tutorial’s network, which knows its training sentences by heart, is far too sure of others; the one with "
    "attention is nearly as sure as it should be.",
    source="Guo et al. 2017, arXiv:1706.04599 (calibration); Karpathy, Johnson & Fei-Fei 2015, arXiv:1506.02078 "
    "(looking inside).",
    measured="`seq2seq calibrate` on unseen sentences; how far each is off stands in the charts’ legends.",
    minutes=0,
    notes=(
        "One instrument a group, then each shows its picture and says what it does not show.",
        "docs/inside.md has what the instruments showed about these very models.",
    ),
    opens=(
        ("All instruments", Looking()),
        ("What if a unit stood still?", Looking(text=_TEXT, instrument="surgery")),
    ),
)
