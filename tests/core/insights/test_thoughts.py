"""Thoughts that are kept beside a model are those that it would have now, or they do not count."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from seq2seq_core import list_pretrained, load_model
from seq2seq_core.insights import thoughts as kept
from seq2seq_core.insights.map_of_thoughts import map_of, mapped
from seq2seq_core.saving.load_model import pretrained_folder

WITH_FILE = [name for name in list_pretrained() if (pretrained_folder() / name / kept.THOUGHTS_FILE).exists()]


def test_the_models_that_read_slowly_have_theirs() -> None:
    assert {"en-fr-char-attention", "fr-en-char-attention"} <= set(WITH_FILE)


@pytest.mark.parametrize("name", WITH_FILE)
def test_what_is_kept_is_what_it_would_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(name)
    texts = [sentence.text for sentence in mapped(model)]
    read = kept.read_thoughts
    asked: list[int] = []
    monkeypatch.setattr(kept, "read_thoughts", lambda model, texts: asked.append(len(texts)) or read(model, texts))
    states = kept.thoughts(model, texts)
    assert asked == [kept.TRIED]  # the others were there
    rows = range(0, len(texts), 97)
    np.testing.assert_allclose(states[rows], read(model, [texts[row] for row in rows]), atol=kept.NEAR)
    assert map_of(model).texts == tuple(texts)


def test_those_of_other_sentences_or_of_another_network_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, texts = "dates-gru", ["12/25/2019", "1 May 2020", "May 2, 2021", "3.4.2022"]
    shutil.copytree(pretrained_folder() / name, tmp_path / name)
    monkeypatch.setenv("SEQ2SEQ_PRETRAINED", str(tmp_path))
    model = load_model(name)
    states = kept.read_thoughts(model, texts)
    kept.save_thoughts(tmp_path / name, texts, states + 0.001)
    np.testing.assert_allclose(kept.thoughts(model, texts), states + 0.001, atol=5e-4)
    np.testing.assert_array_equal(kept.thoughts(model, texts[:3]), kept.read_thoughts(model, texts[:3]))
    kept.save_thoughts(tmp_path / name, texts, states + 0.1)
    np.testing.assert_array_equal(kept.thoughts(model, texts), states)
    (tmp_path / name / kept.THOUGHTS_FILE).write_bytes(b"no file of numbers")
    np.testing.assert_array_equal(kept.thoughts(model, texts), states)
