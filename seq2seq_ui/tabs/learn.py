"""The Learn tab: a course, a lesson a screen, each with a view prepared for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts.strips import strips

from ..components import Handout, Lesson, Notice, PlotlyChart, Question, Stepper, Table, Translation
from ..components.base import show
from ..components.notice.notice import stale
from ..lab import QUIET, Lab, Tab, Updates
from ..lessons import LESSONS, lesson_of, starts_at
from ..lessons.base import MOST_FIGURES
from ..lessons.base import Lesson as Course
from ..library import pretrained, token_of
from ..links import Learning
from ..server.edge import told
from .translate import remarks, translation


class LearnTab(Tab):
    title = "Learn"
    link = Learning

    def build(self) -> None:
        first = next(iter(LESSONS.values()))
        with gr.Column(elem_id="course"):
            self.lesson = Lesson(elem_id="lesson")
            with gr.Column(elem_id="lesson-view"):
                self.view = gr.Radio(_choices(first), value=0, label="What is shown", elem_id="lesson-views")
                with gr.Row(equal_height=True):
                    self.text = gr.Textbox(max_lines=1, scale=5, min_width=240, elem_id="learn-text")
                    self.button = gr.Button("Show", variant="primary", scale=1, min_width=100, elem_id="learn-go")
                self.notice = Notice(elem_id="learn-notice")
                self.translation = Translation(group=self.link.tab, elem_id="learn-translation")
                self.stepper = Stepper(group=self.link.tab, elem_id="learn-stepper")
                self.table = Table(elem_id="learn-table")
                with gr.Column(elem_id="lesson-charts"):
                    self.charts = [
                        PlotlyChart(group=self.link.tab, height=320, elem_id=f"learn-chart-{number}")
                        for number in range(1, MOST_FIGURES + 1)
                    ]
            self.question = Question(elem_id="question")
        self.handout = Handout(_handout(), elem_id="handout")
        self.name = gr.State(first.name)

    def connect(self, lab: Lab) -> None:
        def look(name: str, view: int, text: str) -> Updates:
            return self._screen(Learning(name, view, text))

        def choose(name: str, view: int) -> Updates:
            learning = Learning(name, view)
            return self._field(learning) | self._screen(learning)

        def force(event: gr.EventData, name: str, view: int, text: str) -> Updates:
            return self._screen(Learning(name, view, text, told(event, "prefix", str), step=told(event, "step", int)))

        def unforce(event: gr.EventData, name: str, view: int, text: str) -> Updates:
            return self._screen(Learning(name, view, text, step=told(event, "step", int)))

        asked = [self.name, self.view, self.text]
        shown = gr.on([self.text.submit, self.button.click], look, asked, self._shown, **QUIET)
        shown.then(None, js=show(self.link.tab))
        self.stepper.force(force, asked, self._shown, **QUIET)
        self.stepper.unforce(unforce, asked, self._shown, **QUIET)
        chosen = self.view.input(choose, [self.name, self.view], [self.text, self.button, *self._shown], **QUIET)
        chosen.then(None, js=show(self.link.tab))  # the arrow keys are the cursor's, and not the choice's

    @property
    def opened(self) -> list[Block]:
        return [self.name, self.lesson, self.question, self.view, self.text, self.button, *self._shown]

    def open(self, link: Learning) -> Updates:
        lesson = lesson_of(link.lesson)
        link = replace(link, lesson=lesson.name, view=min(link.view, len(lesson.views) - 1))
        chosen = gr.update(choices=_choices(lesson), value=link.view, visible=len(lesson.views) > 1)
        words = {self.name: lesson.name, self.lesson: _told(lesson), self.question: _asked(lesson), self.view: chosen}
        return words | self._field(link) | self._screen(link)

    @property
    def _shown(self) -> list[Block]:
        return [self.address, self.notice, self.translation, self.stepper, self.table, *self.charts, self.lesson]

    def _field(self, link: Learning) -> Updates:
        """The text field, where the view has one."""
        view = LESSONS[link.lesson].views[link.view]
        visible = bool(view.text)
        field = gr.update(value=link.text or view.text, visible=visible, label=view.asks)
        return {self.text: field, self.button: gr.update(visible=visible)}

    def _screen(self, link: Learning) -> Updates:
        """The view. What cannot be read leaves all but the notice as it was."""
        lesson = lesson_of(link.lesson)
        view = lesson.views[link.view]
        text = link.text if view.text else ""
        try:
            shown = view.look(text or view.text, link.step, link.prefix)
        except Seq2SeqError as error:
            return {self.notice: stale(error)}
        trace = shown.trace
        updates: Updates = {self.notice: "", self.translation: None, self.stepper: None, self.table: shown.table}
        if trace is not None:
            token = token_of(pretrained(trace.model))
            updates[self.stepper] = strips(
                trace, shown.step, token=token, what_if=shown.what_if, way_back=shown.way_back
            )
            if shown.says:
                updates |= {
                    self.notice: remarks(trace, token, text or trace.source),
                    self.translation: translation(trace),
                }
        figures = [*shown.figures, *[None] * (MOST_FIGURES - len(shown.figures))]
        link = replace(link, text="" if text == view.text else text, step=shown.step)
        words = {self.lesson: _told(lesson, link)}
        return updates | dict(zip(self.charts, figures, strict=True)) | words | self.at(link)


def _choices(lesson: Course) -> list[tuple[str, int]]:
    return [(view.label, number) for number, view in enumerate(lesson.views)]


def _told(lesson: Course, link: Learning | None = None) -> dict[str, Any]:
    """The Lesson component's value, with links to what the view on screen shows."""
    link = link or Learning(lesson.name)
    view = lesson.views[link.view]
    opens = [(f"Open this in {place}", to) for place, to in filter(None, [view.opens(link.text or view.text)])]
    names = list(LESSONS)
    return {
        "name": lesson.name,
        "number": names.index(lesson.name) + 1,
        "title": lesson.title,
        "sentences": lesson.sentences,
        "tries": lesson.tries,
        "opens": [{"label": label, "query": to.to_query()} for label, to in (*opens, *lesson.opens)],
        "minutes": lesson.minutes,
        "from": starts_at(lesson.name),
        "notes": lesson.notes,
        "course": [
            {"name": each.name, "title": each.title, "query": Learning(each.name).to_query()}
            for each in LESSONS.values()
        ],
    }


def _asked(lesson: Course) -> dict[str, Any]:
    """The Question component's value."""
    ends = {"first": lesson is lesson_of(""), "last": lesson is [*LESSONS.values()][-1]}
    return {name: getattr(lesson, name) for name in ("name", "question", "answer", "source", "measured")} | ends


def _handout() -> list[dict[str, Any]]:
    """What is printed."""
    return [
        {"title": lesson.title, "question": lesson.question, "answer": lesson.answer} for lesson in LESSONS.values()
    ]
