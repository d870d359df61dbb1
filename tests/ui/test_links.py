"""What the address holds of each tab."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_core import DEFAULT_MODEL, Seq2SeqError, Translator, load_model
from seq2seq_core.live.presets import PRESETS
from seq2seq_ui.lessons import LESSONS
from seq2seq_ui.links import MOST_STEPS, Comparison, Learning, Link, Training, View, read_fragment, within
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
    step=st.integers(-100, 100),
)
NAMES = st.sampled_from(["en-fr-char-lstm", "addition-lstm", ""])
LINKS = st.one_of(
    VIEWS,
    st.builds(
        Comparison,
        text=TEXTS,
        models=st.tuples(NAMES, NAMES, NAMES),
        prefixes=st.tuples(TEXTS, TEXTS, TEXTS),
        step=st.integers(-9, 99),
    ),
    st.builds(
        Learning,
        lesson=st.sampled_from(list(LESSONS)),
        view=st.integers(0, 9),
        text=TEXTS,
        prefix=TEXTS,
        step=st.integers(-9, 99),
    ),
    st.builds(
        Training,
        preset=st.sampled_from(list(PRESETS)),
        dials=st.sampled_from([(), (("units", "32"), ("seed", "7")), (("task", "own"), ("teacher_forcing", "False"))]),
        race=st.sampled_from([("", ""), ("units", "64"), ("architecture", "attention")]),
    ),
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
        ("tab=learn&text=She+left.", Learning("one-vector", text="She left.")),
        (
            "tab=train&preset=dates&units=64&race=cell:lstm",
            Training("dates", (("units", "64"),), ("cell", "lstm")),
        ),
        ("tab=learn", Learning()),
        ("lesson=3", Learning("3")),
        ("present=", Learning()),
        ("", View()),
    ],
)
def test_links_that_were_made_before_still_open(fragment: str, link: Link) -> None:
    query = read_fragment(fragment)
    kinds = {tab.link.tab: tab.link for tab in TABS}
    assert kinds[query["tab"]].from_query(query) == link


def test_what_is_the_default_is_left_out() -> None:
    assert dict(parse_qsl(View(text="Hi.", seed=3).to_query())) == {"text": "Hi.", "seed": "3"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"seed": "many"}, r"seed='many': a number was expected"),
        ({"seed": "1" * 5_000}, r"seed='1{20}…'"),  # Python itself refuses so many digits
        ({"temperature": "nan"}, "temperature='nan'"),
        ({"step": "1.5"}, "step='1.5'"),
        ({"step": None}, "step='None'"),
        ({"beam_width": [3]}, "beam_width"),
        ({"model": "nope"}, "There is no model 'nope'"),
        ({"method": "guess"}, "'guess' is not known"),
        ({"method": "softmax", "model": "addition-lstm"}, "one of greedy, sample, beam, not softmax"),
    ],
)
def test_a_link_that_says_nothing_is_refused(query: dict[str, Any], message: str) -> None:
    with pytest.raises(Seq2SeqError, match=message):
        View.from_query(query)


MAD = "9" * 23  # no 64-bit number, which JSON could not carry


@pytest.mark.parametrize(
    ("name", "most", "least"),
    [
        ("seed", 2**32 - 1, 0),
        ("layer", 0, 0),  # none of the model's: the top one
        ("top_k", 50, 0),
        ("beam_width", 20, 1),
        ("temperature", 3, 0.1),
        ("step", MOST_STEPS, -MOST_STEPS),
    ],
)
def test_a_mad_number_becomes_the_nearest_that_can_be(name: str, most: float, least: float) -> None:
    assert getattr(View.from_query({name: MAD}), name) == most
    assert getattr(View.from_query({name: f"-{MAD}"}), name) == least
    assert View.from_query({"temperature": "inf"}).temperature == 3


def test_a_layer_that_the_model_lacks_is_its_top_one() -> None:
    assert View.from_query({"model": "addition-lstm", "layer": "99"}).layer == 0
    assert View.from_query({"model": "en-fr-char-lstm-2-layers", "layer": "1"}).layer == 1


def test_a_step_is_one_of_the_translations() -> None:
    trace = load_model("addition-lstm").translate("12+30")
    assert [within(step, trace) for step in (-MOST_STEPS, -2, 1, MOST_STEPS)] == [-5, -2, 1, len(trace) - 1]


def test_a_link_to_a_training_names_one_that_exists() -> None:
    with pytest.raises(Seq2SeqError, match="There is no training 'nope': it is one of addition"):
        Training.from_query({"preset": "nope"})
    assert Training.from_query({"units": "32", "title": "mine"}).dials == (("units", "32"),)


@pytest.mark.parametrize("mend", [0, 1])
def test_what_is_read_is_known_without_a_translation(mend: int, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(text="where is teh station", mend=mend)
    source = view.translate().source
    monkeypatch.setattr(Translator, "translate", None)
    assert view.read() == source == ("Where is the station?" if mend else view.text)
