"""What all instruments promise, on a network of every kind."""

from __future__ import annotations

import json

import orjson
import pytest
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.insights import INSTRUMENTS, Focus

MODELS = (
    "en-fr-char-lstm",
    "en-fr-char-attention",
    "en-fr-char-cnn",
    "en-fr-word-lstm",
    "addition-lstm",
    "reverse-lstm",
)
TEXTS = {"addition-lstm": "12+345", "reverse-lstm": "abc"}


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> Translator:
    return load_model(request.param)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_each_answers_or_says_why_not(name: str, model: Translator) -> None:
    instrument = INSTRUMENTS[name]
    trace = model.translate(TEXTS.get(model.name, "I see."))
    figure = instrument.build(model, trace, Focus(step=1, span="see"))
    assert figure["title"]
    assert figure["help"].endswith(".")
    assert "{" not in figure["help"]
    if reason := instrument.refuses(model):
        assert (figure["data"], figure["help"]) == ([], reason)
    else:
        assert figure["data"], figure["help"]
    assert len(figure["frames"]) in (0, trace.steps_before + len(trace))
    json.loads(orjson.dumps(figure, option=orjson.OPT_SERIALIZE_NUMPY))


@pytest.mark.parametrize("name", INSTRUMENTS)
@pytest.mark.parametrize("text", ["a", "ab", "a 🙂 猫b", "abc" * 20])
def test_no_text_is_too_short_or_strange(name: str, text: str) -> None:
    model = toy_translator(3, scale=0.8)
    for focus in (Focus(), Focus(step=10_000, layer=9, unit=10_000, span="zz"), Focus(step=-1, span=" ")):
        figure = INSTRUMENTS[name].build(model, model.translate(text), focus)
        assert figure["data"] or figure["help"]
