"""The table of typed views, against what it is by hand."""

from __future__ import annotations

import pytest
from toy_translators import toy_translator

from seq2seq_core.data.pairs import Pair
from seq2seq_core.errors import Seq2SeqError
from seq2seq_core.inference.translator import Translator
from seq2seq_core.inference.typed_evaluation import evaluate_views, plain


@pytest.fixture(scope="module")
def model() -> Translator:
    return toy_translator(6, source=" ABCDabcd'.é", target="\t\n xyzé", max_target_length=14, scale=0.8)


def test_plain() -> None:
    assert plain("À bientôt !") == plain("à bientôt") == "à bientôt"
    assert plain("Oui, mais…") == "oui, mais"


def test_each_view_is_judged_on_the_sentences_it_changes(model: Translator) -> None:
    sources = ["Abc.", "a'b", "cab", "bad"]
    pairs = [Pair(source, model.translate(source).text or "x") for source in sources]
    pairs += [Pair("Abc.", "zzz")]
    rows = {row.view: row for row in evaluate_views(model, pairs)}
    assert rows["as written"].chrf == pytest.approx(100)
    assert {name: row.sentences for name, row in rows.items() if name != "one typo"} == {
        "as written": 4,
        "lower case, no end mark": 1,
        "no apostrophes": 1,
        "curly apostrophes": 1,
        "upper case": 4,
    }
    assert rows["upper case"].chrf_as_written == pytest.approx(100)
    assert rows["upper case"].difference == rows["upper case"].chrf - rows["upper case"].chrf_as_written


def test_what_does_not_end_is_counted() -> None:
    model = toy_translator(4, max_target_length=40, scale=3.0)
    assert len(model.translate("abc")) == model.bounds(3).max_steps
    row = evaluate_views(model, [Pair("abc", "x")])[0]
    assert (row.looping, row.unfinished) == (1, 1)


@pytest.mark.parametrize("method", ["greedy", "beam"])
def test_progress_goes_to_the_end_and_seeds_repeat(model: Translator, method: str) -> None:
    seen: list[tuple[int, int]] = []
    pairs = [Pair("abcd bad", "x"), Pair("cab", "y")]
    first = evaluate_views(model, pairs, method, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)
    assert evaluate_views(model, pairs, method) == first


def test_no_pairs_no_table(model: Translator) -> None:
    with pytest.raises(Seq2SeqError, match="no pairs"):
        evaluate_views(model, [])
