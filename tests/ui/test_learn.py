"""The Learn tab's sentence that grows: the same translations as one by one, and a bounded number of them."""

from __future__ import annotations

import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_ui.library import pretrained
from seq2seq_ui.tabs import learn

WORDS = [f"{'abcdefgh'[n % 8]}" for n in range(125)]


def test_a_row_a_word_and_each_network_writes_what_it_always_writes() -> None:
    rows = learn._rows("Do you know?")
    assert [row["text"] for row in rows] == ["Do", "Do you", "Do you know?"]
    for row in rows:
        assert row["translations"] == [pretrained(name).translate(row["text"]).text for name in learn.MODELS]


def test_many_words_grow_by_several_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """125 words were 250 translations of up to 250 characters."""
    asked: list[str] = []

    def counted(model: object, texts: list[str]) -> list[tuple[int, str]]:
        asked.extend(texts)
        return [(row, "") for row in range(len(texts))]

    monkeypatch.setattr(learn, "translate_batch", counted)
    rows = learn._rows.__wrapped__(" ".join(WORDS))
    assert len(asked) == len(learn.MODELS) * len(rows) == len(learn.MODELS) * learn.MAX_ROWS
    assert [len(row["text"].split()) for row in rows] == list(range(5, 126, 5))


@pytest.mark.parametrize(("text", "message"), [("a " * 500_000, "at most 250"), ("", "nothing to translate")])
def test_what_cannot_be_translated_costs_no_translation(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "translate_batch", lambda *_: pytest.fail("translated"))
    with pytest.raises(Seq2SeqError, match=message):
        learn._rows(text)
