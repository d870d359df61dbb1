"""Lesson 10: where the decoder looks."""

from __future__ import annotations

from ..links import Looking, Training, View
from .base import Lesson
from .views import Asked, LookedBack, Recorded, Run, Written

ATTENTION = Lesson(
    name="learning-to-look",
    title="Attention: learning to look",
    sentences=(
        "At every character that it writes, the decoder compares its own state with each state of the encoder; a "
        "softmax makes weights of it, which add up to 1.",
        "The mixture of the encoder’s states by these weights is what it reads beside its last character.",
        "Nobody tells it where to look: the weights are numbers between the losses and the matrices like all "
        "others, and are learnt with them.",
    ),
    views=(
        Written("Where it looks", text="I saw a white cat.", charts=("attention",)),
        Asked("What mattered", text="I saw a white cat.", looking=Looking(instrument="deletion")),
        LookedBack(
            "Learning to look (recorded)",
            text="lookingback",
            asks="Up to 20 small letters",
            run="learning-to-look",
            batches=(30, 160, 650),
            help="A network that learnt to write strings backwards, recorded at this moment of its training: brighter "
            "where it looks while it writes the letter of the column.",
        ),
        Recorded(
            "Its loss (recorded)",
            runs=(Run("learning to reverse", "learning-to-look"),),
            help="The same training, epoch by epoch: one has 59 batches.",
        ),
    ),
    tries=(
        "Step through the writing: brighter source characters have more weight. Where does it look while it writes "
        "“chat”, where while it writes “blanc”?",
        "Type a sentence with an adjective of your own, such as “He bought a black dog.”",
        "Choose “What mattered”: leaving a character out shows what it is good for. Is it where it looked?",
        "Choose “Learning to look (recorded)”: one network at three moments of its training, which learnt to write "
        "letters backwards. Type letters of your own. Which comes first, the diagonal or the right letters?",
        "Watch it happen: open “Train one, live” (below) and press Start. Beside the examples stands where it looks "
        "while it writes one of them: dark all over at first, until a diagonal appears.",
    ),
    question="English says “white cat”, French “chat blanc”. How does the heatmap show that the order changes, and "
    "does it show why “blanc” was written?",
    answer="While it writes “chat” most of the weight lies within “cat”, further right, and then, for “blanc”, it "
    "jumps back to “white”: the bright path bends back. It shows where the network looked, not why it wrote: an "
    "encoder state already holds its neighbours, and how much a character matters (leave it out and see) goes with "
    "its weight only loosely, with a rank correlation of 0.29.",
    source="Bahdanau et al. 2014, arXiv:1409.0473; Luong et al. 2015, arXiv:1508.04025; Jain & Wallace 2019, "
    "arXiv:1902.10186.",
    measured="rank correlation over ten everyday sentences, `en-fr-char-attention` (docs/inside.md); the recorded "
    "training: benchmarks/learning_to_look.py.",
    minutes=0,
    notes=(
        "Start the training first and talk while it learns; where there is no time, the recorded one shows the same.",
        "The diagonal and the right letters come together. Recorded, over 480 strings: after 30, 160 and 650 batches "
        "15, 44 and 88 % of the looks are where the letter is, and 15, 47 and 94 % of the letters are right.",
        "Reversed strings make the diagonal fall the other way; in a translation it bends. Ask where it would have to.",
    ),
    opens=(
        ("Train one, live: reversing letters", Training("reverse-long")),
        (
            "The same as a race, with attention and without",
            Training("reverse-long", race=("architecture", "encoder_decoder")),
        ),
        ("The same sentence in Translate", View(text="I saw a white cat.")),
    ),
)
