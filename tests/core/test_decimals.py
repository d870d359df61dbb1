"""Numbers with a fixed count of digits: nothing has no sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_decimals import DECIMALS

from seq2seq_core.decimals import decimal


@pytest.mark.parametrize(("value", "digits", "text"), [(*number, text) for number, text in DECIMALS.items()])
def test_a_number_has_its_minus_and_nothing_has_none(value: float, digits: int, text: str) -> None:
    assert decimal(value, digits) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_it_is_the_number_rounded(value: float, digits: int) -> None:
    text = decimal(value, digits, "+")
    assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.5001 * 10**-digits)
    assert (text[0] in "−+") == (float(text.replace("−", "-")) != 0)
