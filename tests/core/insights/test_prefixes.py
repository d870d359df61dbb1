"""If it stopped reading here: the translations of the beginnings, each as a text of its own."""

from __future__ import annotations

import pytest

from seq2seq_core import load_model
from seq2seq_core.insights.prefixes import prefixes


@pytest.mark.parametrize("name", ["en-fr-char-lstm", "en-fr-char-attention", "en-fr-char-cnn"])
def test_each_row_is_a_translation(name: str) -> None:
    model = load_model(name)
    rows = prefixes(model, model.translate("I see it", mend=False))
    assert [row.text for row in rows] == ["I see it"[:count] for count in range(1, 9)]
    # a text that ends in a space is read without it
    for row in rows:
        if not row.text.endswith(" "):
            assert row.written == model.translate(row.text, mend=False).text
    assert rows[-1].kept == 1
    assert all(0 <= row.kept <= 1 for row in rows)
