"""What the address holds of each tab."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core import DEFAULT_MODEL, Seq2SeqError
from seq2seq_ui.links import Comparison, Lesson, Link, Training, View, read_fragment
from seq2seq_ui.tabs import TABS

TEXTS = st.text(max_size=40)
VIEWS = st.builds(
    View,
    text=TEXTS,
    method=st.sampled_from(["greedy", "sample", "beam"]),
    temperature=st.floats(0.1, 3),
    top_k=st.integers(0, 50),
    top_p=st.floats(0.05, 1),
    beam_width=st.integers(1, 20),
    seed=st.integers(0, 2**31),
    prefix=st.text(max_size=10),
    step=st.integers(0, 100),
)
NAMES = st.sampled_from(["en-fr-char-lstm", "addition-lstm", ""])
LINKS = st.one_of(
    VIEWS,
    st.builds(Comparison, text=TEXTS, models=st.tuples(NAMES, NAMES, NAMES)),
    st.builds(Lesson, text=TEXTS),
    st.just(Training()),
)


@given(LINKS)
def test_a_link_holds_the_whole_view_and_names_its_tab(link: Link) -> None:
    query = read_fragment(link.to_query())
    assert query["tab"] == link.tab
    assert type(link).from_query(query) == link


@pytest.mark.parametrize(
    ("fragment", "link"),
    [
        (
            "text=Get+out%21&method=sample&temperature=1.5&seed=4&prefix=V&step=1",
            View(DEFAULT_MODEL, "Get out!", "sample", 1.5, seed=4, prefix="V", step=1),
        ),
        ("text=Be+nice.&model=addition-lstm&layer=1&step=-2", View("addition-lstm", layer=1, step=-2)),
        ("tab=compare&text=Drop+it%21&models=a%2Cb", Comparison("Drop it!", ("a", "b"))),
        ("tab=learn&text=She+left.", Lesson("She left.")),
        ("", View()),
    ],
)
def test_links_that_were_made_before_still_open(fragment: str, link: Link) -> None:
    query = read_fragment(fragment)
    kinds = {tab.link.tab: tab.link for tab in TABS}
    assert kinds[query["tab"]].from_query(query) == link


def test_what_is_the_default_is_left_out() -> None:
    assert dict(parse_qsl(View(text="Hi.", seed=3).to_query())) == {"text": "Hi.", "seed": "3"}


def test_a_link_with_a_word_for_a_number_is_refused() -> None:
    with pytest.raises(Seq2SeqError, match=r"seed='many'"):
        View.from_query({"seed": "many"})
