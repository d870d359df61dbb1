"""Shares as text: whatever is missing, or there, is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_shares import SHARES

from seq2seq_core.shares import percent


@pytest.mark.parametrize(("share", "digits", "text"), [(*given, text) for given, text in SHARES.items()])
def test_percent_keeps_the_digits_that_help(share: float, digits: int | None, text: str) -> None:
    assert percent(share, digits) == text


@given(st.floats(0, 1), st.sampled_from([None, 0, 1, 2]))
def test_only_all_is_100_and_only_nothing_is_0(share: float, digits: int | None) -> None:
    text = percent(share, digits)
    assert (text.removesuffix(" %") in ("100", "100.0", "100.00")) == (share == 1)
    assert (text.removesuffix(" %") in ("0", "0.0", "0.00")) == (share == 0)
