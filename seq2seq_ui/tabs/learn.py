"""The Learn tab: a course, a lesson a screen, each with a view prepared for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core.language import later, tr

from ..answers import Screen
from ..components import Handout, Lesson, Network, Notice, PlotlyChart, Question, Stepper, Table, Translation
from ..components.base import show
from ..lab import ASKS, Lab, Tab, Updates
from ..lessons import LESSONS, lesson_of, starts_at
from ..lessons.base import MOST_FIGURES
from ..lessons.base import Lesson as Course
from ..links import Learning
from ..server.decoders import DECODERS
from ..server.edge import told


class LearnTab(Tab):
    title = later("Learn")
    link = Learning

    def build(self) -> None:
        first = next(iter(LESSONS.values()))
        with gr.Column(elem_id="course"):
            self.lesson = Lesson(elem_id="lesson")
            with gr.Column(elem_id="lesson-view"):
                self.view = gr.Radio(_choices(first), value=0, label=tr("What is shown"), elem_id="lesson-views")
                with gr.Row(equal_height=True):
                    self.text = gr.Textbox(max_lines=1, scale=5, min_width=240, elem_id="learn-text")
                    self.button = gr.Button(tr("Show"), variant="primary", scale=1, min_width=100, elem_id="learn-go")
                self.notice = Notice(elem_id="learn-notice")
                self.translation = Translation(group=self.link.tab, elem_id="learn-translation")
                self.stepper = Stepper(group=self.link.tab, elem_id="learn-stepper")
                self.network = Network(group=self.link.tab, elem_id="learn-network")
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
        @self.asked_in_words
        async def look(request: gr.Request, name: str, view: int, text: str) -> Updates:
            return await shown(request, Learning(name, view, text))

        @self.asked_in_words
        async def choose(request: gr.Request, name: str, view: int) -> Updates:
            learning = Learning(name, view)
            return self._field(learning) | await shown(request, learning)

        @self.asked_in_words
        async def force(request: gr.Request, event: gr.EventData, name: str, view: int, text: str) -> Updates:
            prefix, step = told(event, "prefix", str), told(event, "step", int)
            return await shown(request, Learning(name, view, text, prefix, step=step))

        @self.asked_in_words
        async def unforce(request: gr.Request, event: gr.EventData, name: str, view: int, text: str) -> Updates:
            return await shown(request, Learning(name, view, text, step=told(event, "step", int)))

        async def shown(request: gr.Request, link: Learning) -> Updates:
            return self._put(link, await DECODERS.screen(link, request.session_hash or ""))

        asked = [self.name, self.view, self.text]
        looks = gr.on([self.text.submit, self.button.click], look, asked, self._shown, **ASKS)
        looks.then(None, js=show(self.link.tab))
        self.stepper.force(force, asked, self._shown, **ASKS)
        self.stepper.unforce(unforce, asked, self._shown, **ASKS)
        chosen = self.view.input(choose, [self.name, self.view], [self.text, self.button, *self._shown], **ASKS)
        chosen.then(None, js=show(self.link.tab))  # the arrow keys are the cursor's, and not the choice's

    @property
    def opened(self) -> list[Block]:
        return [self.name, self.lesson, self.question, self.view, self.text, self.button, *self._shown]

    def open(self, link: Learning) -> Updates:
        lesson = lesson_of(link.lesson)
        link = replace(link, lesson=lesson.name, view=min(link.view, len(lesson.views) - 1))
        chosen = gr.update(choices=_choices(lesson), value=link.view, visible=len(lesson.views) > 1)
        words = {self.name: lesson.name, self.lesson: _told(lesson), self.question: _asked(lesson), self.view: chosen}
        return words | self._field(link) | self._put(link, DECODERS.screen_now(link))

    @property
    def _shown(self) -> list[Block]:
        seen = [self.translation, self.stepper, self.network, self.table, *self.charts]
        return [self.address, self.notice, *seen, self.lesson]

    def _field(self, link: Learning) -> Updates:
        """The text field, where the view has one."""
        view = LESSONS[link.lesson].views[link.view]
        visible = bool(view.text)
        field = gr.update(value=link.text or view.text, visible=visible, label=tr(view.asks))
        return {self.text: field, self.button: gr.update(visible=visible)}

    def _put(self, link: Learning, screen: Screen) -> Updates:
        """The view. What cannot be read leaves all but the notice as it was."""
        named = {f"chart{number}": chart for number, chart in enumerate(self.charts)}
        updates: Updates = {named.get(name) or getattr(self, name): part for name, part in screen.parts.items()}
        if not screen.query:
            return updates
        return updates | {self.lesson: _told(lesson_of(link.lesson), link)} | self.at_query(screen.query)


def _choices(lesson: Course) -> list[tuple[str, int]]:
    return [(tr(view.label), number) for number, view in enumerate(lesson.views)]


def _told(lesson: Course, link: Learning | None = None) -> dict[str, Any]:
    """The Lesson component's value, with links to what the view on screen shows."""
    link = link or Learning(lesson.name)
    view = lesson.views[link.view]
    opens = [*filter(None, [view.opens(link.text or view.text)]), *lesson.opens]
    names = list(LESSONS)
    return {
        "name": lesson.name,
        "number": names.index(lesson.name) + 1,
        "title": tr(lesson.title),
        "sentences": [*map(tr, lesson.sentences)],
        "tries": [*map(tr, lesson.tries)],
        "opens": [{"label": tr(label), "query": to.to_query()} for label, to in opens],
        "minutes": lesson.minutes,
        "from": starts_at(lesson.name),
        "notes": [*map(tr, lesson.notes)],
        "course": [
            {"name": each.name, "title": tr(each.title), "query": Learning(each.name).to_query()}
            for each in LESSONS.values()
        ],
    }


def _asked(lesson: Course) -> dict[str, Any]:
    """The Question component's value."""
    return {
        "name": lesson.name,
        "question": tr(lesson.question),
        "answer": tr(lesson.answer),
        "source": tr(lesson.source),
        "measured": tr(lesson.measured),
        "first": lesson is lesson_of(""),
        "last": lesson is [*LESSONS.values()][-1],
    }


def _handout() -> list[dict[str, Any]]:
    """What is printed."""
    return [
        {"title": tr(lesson.title), "question": tr(lesson.question), "answer": tr(lesson.answer)}
        for lesson in LESSONS.values()
    ]
