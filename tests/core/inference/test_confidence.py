"""What may be said of a whole translation."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seq2seq_core import Seq2SeqError, Translator, load_model
from seq2seq_core.data.seen import SeenSentences
from seq2seq_core.inference.confidence import Calibration, Level, Reliability, all_words, confidence, text_score
from seq2seq_core.shares import percent

NOTHING = Reliability((0.9,), (0.8,), (10,), 0.1)
CALIBRATION = Calibration(
    "en-fr-char-lstm",
    1.5,
    NOTHING,
    NOTHING,
    0.8,
    0.9,
    (
        Level("sure", -1.0, 100, 0.6, 80.0),
        Level("unsure", -20.0, 100, 0.2, 60.0),
        Level("guessing", -np.inf, 100, 0.01, 40.0),
    ),
    all_words(["Be nice to me, don't!", "I'm HERE 12"]),
    SeenSentences.of(["Drop it!"]).to_text(),
)


@pytest.fixture(scope="module")
def model() -> Translator:
    return load_model("en-fr-char-lstm")


def test_words_are_counted() -> None:
    assert CALIBRATION.words == "be 1 don't 1 here 1 i'm 1 me 1 nice 1 to 1"


def test_a_text_is_as_probable_as_its_characters() -> None:
    logits = np.log(np.array([[0.5, 0.5], [0.25, 0.75]]))
    assert text_score(logits, np.array([0, 1]), 1.0) == pytest.approx(np.log(0.5 * 0.75))
    # at temperature ½ the odds are squared: 1 to 9
    assert text_score(logits, np.array([0, 1]), 0.5) == pytest.approx(np.log(0.5 * 0.9))


def test_levels_follow_the_probability(model: Translator) -> None:
    trace = model.translate("Be nice.")
    found = confidence(trace, CALIBRATION)
    assert found.log_probability == pytest.approx(text_score(trace.logits, trace.ids, 1.5))
    for level in CALIBRATION.levels:
        moved = replace(
            CALIBRATION, levels=(replace(level, least=found.log_probability - 1e-9), CALIBRATION.levels[-1])
        )
        assert confidence(trace, moved).level == level.name
        assert percent(level.right) in confidence(trace, moved).sentence


@pytest.mark.parametrize("text", ["Qwfp zxcv.", "Wo ist der Bahnhof?", "猫 be 犬 鳥"])
def test_what_is_unlike_its_data_is_a_guess(model: Translator, text: str) -> None:
    found = confidence(model.translate(text), CALIBRATION)
    assert found.level == "guessing"
    assert "nothing like this was in its data" in found.sentence


@pytest.mark.parametrize("text", ["DONT be nice", "im 4 here!!", "Be nice zxcv."])
def test_typed_words_are_known_and_one_strange_word_is_no_other_language(model: Translator, text: str) -> None:
    assert "nothing like this" not in confidence(model.translate(text), CALIBRATION).sentence


def test_a_sentence_of_its_data_is_said_to_be_one(model: Translator) -> None:
    assert "stood in its data" in confidence(model.translate("drop it"), CALIBRATION).sentence
    assert "stood in its data" not in confidence(model.translate("Drop them"), CALIBRATION).sentence


def test_what_it_has_not_learnt_though_it_stood_there_is_a_guess(model: Translator) -> None:
    guesses = replace(CALIBRATION, levels=CALIBRATION.levels[-1:])
    assert confidence(model.translate("Drop it!"), guesses).sentence.startswith("Guessing, though")
    assert confidence(model.translate("Drop it!"), CALIBRATION).sentence.startswith("The sentence it read stood")


@pytest.mark.parametrize("text", ["I’m sad.", "im sad", "I'm sad", "Im sad.", "drop it!"])
def test_what_it_reads_otherwise_did_not_stand_in_its_data(model: Translator, text: str) -> None:
    """It was not trained on what people type, and drops what it has never seen: “I’m sad.” is “Im sad.” to it."""
    assert "stood in its data" not in model.confidence(model.translate(text)).sentence  # type: ignore[union-attr]
    for as_trained in ("I'm sad.", "Drop it!"):
        assert "stood in its data" in model.confidence(model.translate(as_trained)).sentence  # type: ignore[union-attr]


def test_typography_that_is_folded_is_as_in_its_data() -> None:
    flagship = load_model("en-fr-char-attention")
    for text in ("I’m sad.", "im sad"):
        found = flagship.confidence(flagship.translate(text, mend=False))
        assert found is not None
        assert "stood in its data" in found.sentence


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    CALIBRATION.save(tmp_path)
    assert Calibration.read(tmp_path) == CALIBRATION
    assert Calibration.read(tmp_path / "elsewhere") is None


def test_a_full_disk_leaves_what_was_measured_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CALIBRATION.save(tmp_path)

    def half(self: Path, data: bytes) -> None:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    monkeypatch.setattr(Path, "write_text", lambda self, text, **_: half(self, text.encode()))
    with pytest.raises(Seq2SeqError, match=r"confidence\.json cannot be written: No space left"):
        replace(CALIBRATION, temperature=2.0).save(tmp_path)
    assert Calibration.read(tmp_path) == CALIBRATION


@pytest.mark.parametrize("text", ["[]", "{}", "no", '{"levels": [{}]}', '{"levels": [], "before": 1, "after": 2}'])
def test_a_file_that_is_none_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "confidence.json").write_text(text)
    with pytest.raises(Seq2SeqError, match=r"confidence\.json is not a calibration"):
        Calibration.read(tmp_path)


def test_models_without_one_say_nothing(model: Translator) -> None:
    assert model.calibration is None or isinstance(model.calibration, Calibration)
    bare = Translator(model.config, model.vocabularies, model.network)
    assert bare.confidence(bare.translate("Be nice.")) is None
