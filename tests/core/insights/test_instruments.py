"""What all instruments promise, on a network of every kind."""

from __future__ import annotations

import json

import orjson
import pytest
from toy_translators import toy_translator

from seq2seq_core import Translator, load_model
from seq2seq_core.insights import INSTRUMENTS, Focus
from seq2seq_core.models import KINDS

MODELS = (
    "en-fr-char-lstm",
    "en-fr-char-attention",
    "en-fr-char-cnn",
    "en-fr-word-lstm",
    "addition-lstm",
    "dates-gru",
    "reverse-lstm",
)
TEXTS = {"addition-lstm": "12+345", "dates-gru": "12/25/2019", "reverse-lstm": "abc"}


@pytest.fixture(scope="module", params=MODELS)
def model(request: pytest.FixtureRequest) -> Translator:
    return load_model(request.param)


def test_every_kind_of_network_is_asked() -> None:
    kinds = {load_model(name).kind.name for name in MODELS}
    assert kinds == set(KINDS)
    assert {load_model(name).vocabularies.source.kind for name in MODELS} == {"character", "word"}


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
        assert reason.count(".") == 1  # one sentence
    else:
        assert figure["data"], figure["help"]
        assert "character" not in figure["help"] or model.vocabularies.source.kind == "character"
    assert len(figure["frames"]) in (0, trace.steps_before + len(trace))
    json.loads(orjson.dumps(figure, option=orjson.OPT_SERIALIZE_NUMPY))


@pytest.mark.parametrize("name", INSTRUMENTS)
@pytest.mark.parametrize("text", ["a", "ab", "a 🙂 猫b", "abc" * 20])
def test_no_text_is_too_short_or_strange(name: str, text: str) -> None:
    model = toy_translator(3, scale=0.8)
    for focus in (Focus(), Focus(step=10_000, layer=9, unit=10_000, span="zz"), Focus(step=-1, span=" ")):
        figure = INSTRUMENTS[name].build(model, model.translate(text), focus)
        assert figure["data"] or figure["help"]


def test_each_choice_is_answered(model: Translator) -> None:
    trace = model.translate(TEXTS.get(model.name, "I see."))
    for instrument in INSTRUMENTS.values():
        for dial, offered in instrument.choices.items():
            for value in offered(model) if not instrument.refuses(model) else ():
                figure = instrument.build(model, trace, Focus(**{dial: value, "unit": 3}))  # type: ignore[arg-type]
                assert figure["data"], (instrument.name, dial, value)
                assert len(figure["frames"]) in (0, trace.steps_before + len(trace))
