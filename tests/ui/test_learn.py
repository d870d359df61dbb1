"""The course: every lesson's views, its links, and that what it says of the shipped models is so."""

from __future__ import annotations

import re

import pytest

from seq2seq_core import Seq2SeqError, load_model
from seq2seq_core.data.tasks.digit_sums import in_pairs
from seq2seq_core.insights.cell import opened_unit
from seq2seq_core.insights.three_arrays import three_arrays
from seq2seq_ui.components import PlotlyChart
from seq2seq_ui.lessons import LESSONS, lesson_of, starts_at, views
from seq2seq_ui.lessons.base import MOST_FIGURES, Lesson
from seq2seq_ui.links import read_fragment
from seq2seq_ui.tabs import TABS

WORDS = [f"{'abcdefgh'[n % 8]}" for n in range(125)]


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=list(LESSONS))
def test_a_lesson_is_whole_and_its_views_show_something(lesson: Lesson) -> None:
    texts = (
        lesson.title,
        *lesson.sentences,
        *lesson.tries,
        lesson.question,
        lesson.answer,
        lesson.source,
        *lesson.notes,
    )
    assert all(text.strip() for text in texts)
    assert all(text.count("`") % 2 == 0 for text in texts)
    assert len({view.label for view in lesson.views}) == len(lesson.views)
    kinds = {tab.link.tab: tab.link for tab in TABS}
    links = [link for _, link in lesson.opens]
    for view in lesson.views:
        shown = view.look(view.text, 0, "")
        assert shown.figures or shown.table or shown.trace
        assert len(shown.figures) <= MOST_FIGURES
        for figure in shown.figures:
            assert figure["help"]
            PlotlyChart(group="", height=320, render=False).postprocess(figure)
        if shown.table:
            assert {len(row) for row in shown.table["rows"]} == {len(shown.table["columns"])}
        links += [opened[1]] if (opened := view.opens(view.text)) else []
    for link in links:
        query = read_fragment(link.to_query())
        assert kinds[query["tab"]].from_query(query) == link


def test_the_course_takes_its_45_minutes() -> None:
    assert [*LESSONS] == list(dict.fromkeys(LESSONS))
    assert sum(lesson.minutes for lesson in LESSONS.values()) <= 45
    assert starts_at(next(iter(LESSONS))) == 0


def test_a_lesson_is_found_by_name_and_by_number() -> None:
    names = list(LESSONS)
    assert lesson_of("") is lesson_of("1") is LESSONS[names[0]]
    assert lesson_of("2") is lesson_of(names[1])
    for wrong in ("0", "99", "9" * 5_000, "²", "nope", "x" * 500):
        with pytest.raises(Seq2SeqError, match=r"There is no lesson '.{1,41}': it is a number up to"):
            lesson_of(wrong)


def test_the_end_is_chosen_too() -> None:
    trace = load_model("en-fr-char-attention").translate("Where is the station?")
    assert (trace.text, len(trace), trace.tokens[-1]) == ("Où est la gare ?", 17, "\n")


def test_the_arrays_hold_the_sentence_and_the_target_is_one_step_ahead() -> None:
    model = load_model("en-fr-char-lstm")
    trace = model.translate("Be nice.")
    first, given, wanted = three_arrays(model, trace)
    assert [figure["title"] for figure in (first, given, wanted)] == [
        "encoder_input_data: shape (1, 16, 71)",
        "decoder_input_data: shape (1, 59, 93)",
        "decoder_target_data: shape (1, 59, 93)",
    ]
    assert sum(map(sum, first["data"][0]["z"])) == len("Be nice.")
    assert [row[1:] for row in given["data"][0]["z"]] == [row[: len(row) - 1 + 1] for row in wanted["data"][0]["z"]]
    assert first["layout"]["xaxis"]["ticktext"] == [*"Be␣nice.", "0", "0"]
    # the cursor marks what is read, then what is read and what is to be written at a step
    assert [len(figure["frames"][0]["layout"]["shapes"]) for figure in (first, given, wanted)] == [1, 0, 0]
    assert [len(figure["frames"][-1]["layout"]["shapes"]) for figure in (first, given, wanted)] == [0, 1, 1]


def test_a_sentence_that_the_arrays_have_no_room_for_is_refused() -> None:
    model = load_model("en-fr-char-lstm")
    with pytest.raises(Seq2SeqError, match="room for 16 characters"):
        three_arrays(model, model.translate("Where is the station?"))


def test_a_unit_carries_the_one() -> None:
    model = load_model("digit-sums-lstm")
    after = {
        text: [step.c for step in opened_unit(model, model.translate(text), 0, 69)][1::2]
        for text in ("864200", "125400")
    }
    assert [round(c, 2) for c in after["864200"] if c is not None][:2] == [0.88, -1.11]
    assert all(c is not None and c < 0 for c in after["125400"])


def test_the_digits_in_the_texts_are_the_sums_beside_them() -> None:
    texts = [text for lesson in LESSONS.values() for text in lesson.tries]
    sums = [found.groups() for text in texts for found in re.finditer(r"(\d+) \+ (\d+): type (\d+)", text)]
    sums += [
        (a, b, typed) for text in texts for typed, a, b in re.findall(r"type (\d+), which is (\d+) \+ (\d+)", text)
    ]
    assert sums == [("99", "11", "919100"), ("51", "42", "125400")]
    assert all(in_pairs(int(a), int(b)) == typed for a, b, typed in sums)


def test_a_beam_finds_a_likelier_sentence_than_the_likeliest_characters_make() -> None:
    tree = lesson_of("choosing-a-character").views[-1]
    shown = tree.look(tree.text, 0, "")
    assert shown.trace is not None
    assert shown.trace.text == "Êtes-vous prête ?"
    assert "chose “Êtes-vous prêt ?” (20 %); above stands “Êtes-vous prête ?” (14 %)" in shown.figures[0]["help"]


def test_what_a_slip_costs_in_the_three_sentences() -> None:
    lesson = lesson_of("exposure-bias")
    titles = [[figure["layout"]["title"]["text"] for figure in view.look("", 0, "").figures] for view in lesson.views]
    means = [[float(title.rsplit("+")[-1]) for title in pair] for pair in titles]
    assert [(min(column), max(column)) for column in zip(*means, strict=True)] == [(5.4, 10.9), (0.4, 0.9)]


def test_a_row_a_word_and_each_network_writes_what_it_always_writes() -> None:
    models = ("en-fr-char-lstm", "en-fr-char-attention")
    rows = views.grown(models, "Do you know?")
    assert [part for part, _ in rows] == ["Do", "Do you", "Do you know?"]
    for part, texts in rows:
        assert texts == [load_model(name).translate(part).text for name in models]


def test_many_words_grow_by_several_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """125 words were 250 translations of up to 250 characters."""
    asked: list[str] = []

    def counted(model: object, texts: list[str]) -> list[tuple[int, str]]:
        asked.extend(texts)
        return [(row, "") for row in range(len(texts))]

    monkeypatch.setattr(views, "translate_batch", counted)
    rows = views.grown.__wrapped__(("en-fr-char-lstm", "en-fr-char-attention"), " ".join(WORDS))
    assert len(asked) == 2 * len(rows) == 2 * views.MAX_ROWS
    assert [len(part.split()) for part, _ in rows] == list(range(5, 126, 5))


@pytest.mark.parametrize(("text", "message"), [("a " * 500_000, "at most 250"), ("", "nothing to translate")])
def test_what_cannot_be_translated_costs_no_translation(
    text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "translate_batch", lambda *_: pytest.fail("translated"))
    with pytest.raises(Seq2SeqError, match=message):
        views.grown(("en-fr-char-lstm",), text)


def test_no_number_of_a_lesson_is_without_its_measurement() -> None:
    """A decimal or a per cent in what a lesson claims: then it says how it was measured."""
    for lesson in LESSONS.values():
        claims = " ".join((*lesson.sentences, lesson.answer))
        if re.search(r"\d\.\d|\d %", claims):
            assert lesson.measured, lesson.name


def test_a_recorded_training_is_looked_back_at_on_ones_own_letters() -> None:
    """What the lesson says of it: the diagonal and the right letters come together."""
    view = next(view for view in lesson_of("learning-to-look").views if isinstance(view, views.LookedBack))
    shown = view.look("backwards", 0, "")
    assert [figure["title"].split(":")[0] for figure in shown.figures] == [f"After {n} batches" for n in view.batches]
    written = [figure["title"] for figure in shown.figures]
    assert written[-1] == "After 650 batches: “sdrawkcab”"
    assert len(set(written)) == len(view.batches)
    traces = [views.recorded_model(f"{view.run}/{n}").translate("backwards") for n in view.batches]
    looks = [sum(int(row.argmax()) == 8 - step for step, row in enumerate(t.attention[:9])) for t in traces]
    letters = [sum(a == b for a, b in zip(t.text, "sdrawkcab", strict=False)) for t in traces]
    assert looks == sorted(looks)
    assert letters == sorted(letters)
    with pytest.raises(Seq2SeqError):
        view.look("日本", 0, "")
