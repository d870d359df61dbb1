"""The state of the Translate screen as a link holds it."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core import Seq2SeqError
from seq2seq_ui.links import View, pretrained

VIEWS = st.builds(
    View,
    text=st.text(max_size=40),
    method=st.sampled_from(["greedy", "sample", "beam"]),
    temperature=st.floats(0.1, 3),
    top_k=st.integers(0, 50),
    beam_width=st.integers(1, 20),
    seed=st.integers(0, 2**31),
    prefix=st.text(max_size=10),
    step=st.integers(0, 100),
)


@given(VIEWS)
def test_a_link_holds_the_whole_view(view: View) -> None:
    assert View.from_query(dict(parse_qsl(view.to_query(), keep_blank_values=True))) == view


def test_a_link_with_a_word_for_a_number_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match=r"seed='many'"):
        View.from_query({"seed": "many"})


@pytest.mark.parametrize("name", ["../pretrained/en-fr-char-lstm", "/etc", "nope", ""])
def test_only_pretrained_names_open_a_model(name: str) -> None:
    with pytest.raises(Seq2SeqError, match="en-fr-char-lstm"):
        pretrained(name)
