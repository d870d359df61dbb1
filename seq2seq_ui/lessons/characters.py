"""Lesson 2: what the network is given."""

from __future__ import annotations

from .base import Lesson
from .views import Arrays

CHARACTERS = Lesson(
    name="a-character-is-a-vector",
    title="A character is a vector",
    sentences=(
        "A network reads numbers, so each character becomes a vector: as many numbers as there are characters "
        "in the vocabulary, a 1 at the place of this one and zeros everywhere else (“one-hot”).",
        "The vocabulary is every character that occurs in the data: in the 10,000 pairs of the Keras tutorial that "
        "this course follows, these are 71 English and 93 French ones, capitals and marks among them.",
        "A French sentence begins with a tab (⇥) and ends with a newline (⏎): something to read before the first "
        "character, and a way to say that it is over.",
    ),
    views=(Arrays("The tutorial’s three arrays", text="Be nice.", asks="An English sentence, up to 16 characters"),),
    tries=(
        "Type your name, or a short sentence, and press Enter: your text is in the first array now.",
        "Click the first cell of “reads”, then step with →: the orange frame shows the column that is read, and, "
        "while it writes, the column that is to be written.",
        "Type a character that no English sentence has, such as Ω, between others. What happens to it?",
    ),
    question="The first array has the shape (1, 16, 71). What do the three numbers mean, and how many of all its "
    "numbers are 1 for “Be nice.”?",
    answer="One sentence, 16 steps (the longest sentence of the data), 71 characters. “Be nice.” has 8 characters, "
    "so 8 numbers of 16 × 71 = 1,136 are 1, and all others 0. A character that is not among the 71 has no place: it "
    "is left out, and the page says so.",
    source="The Keras ten-minute introduction (2017), “A Keras example”: encoder_input_data, decoder_input_data and "
    "decoder_target_data.",
    minutes=4,
    notes=(
        "Names are good here: everyone sees their own row of ones. 16 characters are the limit, as in the "
        "tutorial’s data.",
        "Similar characters are not similar vectors: e and é are as far apart as e and Z. What is alike, the "
        "network has to learn.",
        "Second and third array are the same but for one step: leave that for lesson 5, or let somebody find it.",
    ),
)
