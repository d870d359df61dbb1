"""What a text is read as: the likeliest of its readings, and the text itself where nothing speaks for another."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from seq2seq_core import Seq2SeqError, Translator, load_model
from seq2seq_core.data.readings import readings
from seq2seq_core.inference.translate_many import translate_batch, write_scored
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS

MODEL = load_model("en-fr-char-attention")
TYPED = ("good morning", "where r u from", "cat", "how are you", "thank u so much", "Be nice.", "i love this city")


def log_probability(text: str) -> float:
    trace = MODEL.translate(text, mend=False)
    return float(np.log(trace.chosen_probabilities.astype(float)).sum())


@pytest.mark.parametrize("typed", TYPED)
def test_the_likeliest_reading_is_read(typed: str) -> None:
    assert MODEL.calibration is not None
    found = readings(typed, MODEL.calibration.question_words, MODEL.calibration.spellings, chat="english")
    trace = MODEL.translate(typed)
    assert trace.source == MODEL.mended(typed) == max(found, key=log_probability)
    assert MODEL.translate(typed, mend=False).source == typed


def test_hurried_words_come_out_as_what_they_mean() -> None:
    written = {typed: MODEL.translate(typed).text for typed in TYPED}
    assert written["good morning"] == "Bonjour !"
    assert written["how are you"] == "Comment vas-tu ?"
    assert written["where r u from"] == "D'où êtes-vous ?"
    assert written["cat"] == "chat"  # a word alone stays one


def test_many_at_once_are_read_as_one_by_one() -> None:
    assert MODEL.all_mended(TYPED) == [MODEL.mended(typed) for typed in TYPED]
    assert [text for _, text in sorted(translate_batch(MODEL, TYPED))] == [MODEL.translate(text).text for text in TYPED]
    assert MODEL.all_mended([]) == []


def test_a_score_is_the_probability_of_what_is_written() -> None:
    sources = [MODEL.source_ids(text) for text in TYPED]
    for (ids, score), text in zip(write_scored(MODEL, sources), TYPED, strict=True):
        assert ids == list(MODEL.translate(text, mend=False).ids)
        assert math.isclose(score, log_probability(text), rel_tol=1e-3, abs_tol=1e-3)


def test_what_a_text_begins_with_does_not_change_what_is_read() -> None:
    assert MODEL.translate("good morning", prefix="Bonsoir").source == MODEL.translate("good morning").source


def test_a_text_as_long_as_can_be_is_read_as_it_is() -> None:
    longest = "a" * MAX_SOURCE_TOKENS
    assert MODEL.mended(longest) == longest
    with pytest.raises(Seq2SeqError, match="nothing to translate"):
        MODEL.translate(" ")


def test_a_model_that_knows_no_words_reads_what_is_typed() -> None:
    bare = Translator(MODEL.config, MODEL.vocabularies, MODEL.network)
    assert bare.mended("good morning") == "good morning"
    assert MODEL.calibration is not None
    older = replace(MODEL.calibration, questions="")  # a file of before: no question is thought of
    assert older.question_words == {""}
