"""Sentences that were seen are found again; others hardly ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core.data.seen import SeenSentences

SENTENCES = [f"Sentence number {number}, isn't it?" for number in range(2_000)]


def test_all_that_were_seen_are_known_and_few_others() -> None:
    seen = SeenSentences.of(SENTENCES)
    assert len(seen.bits) == 2 * len(SENTENCES)  # 16 bits each
    assert all(text in seen for text in SENTENCES)
    mistaken = sum(f"Another one, {number}." in seen for number in range(20_000))
    assert mistaken < 40  # 1 in 2,000 is 10


def test_as_people_type_it() -> None:
    seen = SeenSentences.of(["Don't go!"])
    assert "dont go" in seen
    assert "DON’T  GO" in seen
    assert "do go" not in seen


def test_letter_by_letter() -> None:
    seen = SeenSentences.of(["Don't go!"], exact=True)
    assert "Don't go!" in seen
    assert not any(other in seen for other in ("dont go", "Don’t go!", "Don't go", "don't go!"))


@given(st.lists(st.text(max_size=12), max_size=20))
def test_it_comes_back_as_it_was(texts: list[str]) -> None:
    seen = SeenSentences.from_text(SeenSentences.of(texts).to_text())
    assert all(text in seen for text in texts)


@pytest.mark.parametrize("text", ["", "no base64!", "Ü"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        SeenSentences.from_text(text)
