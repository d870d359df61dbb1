"""The course: each lesson is done as it says, and shows what it promises. One page for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from server import Server

from seq2seq_core import load_model
from seq2seq_ui.lessons import LESSONS
from seq2seq_ui.lessons.one_vector import MODELS, SENTENCE

pytestmark = pytest.mark.e2e
expect.set_options(timeout=60_000)  # a busy machine must not turn a test red


class Course:
    """The Learn tab as a student handles it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.lesson = page.locator("#lesson")
        self.box = page.locator("#learn-text").get_by_role("textbox")
        self.where = page.locator("#learn-stepper .lab-where")
        self.written = page.locator("#learn-stepper [data-side=writes]")
        self.notice = page.locator("#learn-notice .lab-notice")
        self.rows = page.locator("#learn-table tbody tr")
        self.question = page.locator("#question")

    def open(self, **link: object) -> Course:
        """In the page that is open, where there is one."""
        fragment = urlencode({"tab": "learn", **link})
        if self.page.url.startswith(self.url):
            self.page.evaluate("fragment => { location.hash = fragment }", fragment)
        else:
            self.page.goto(f"{self.url}#{fragment}")
        if name := link.get("lesson"):
            expect(self.lesson.locator("h2")).to_contain_text(LESSONS[str(name)].title)
        return self

    def type(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def choose(self, label: str) -> None:
        """A view, and waits until it is there: its own text takes the field's place."""
        chosen = self.page.locator("#lesson-views").get_by_label(label)
        chosen.check()
        expect(self.page).to_have_url(re.compile(rf"\bview={chosen.get_attribute('value')}\b"))

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            self.page.locator("#learn-stepper [data-go=on]").click()

    def click_first_read(self) -> None:
        self.page.locator("#learn-stepper [data-side=reads] .lab-cell").first.click()

    def chart(self, number: int) -> Locator:
        return self.page.locator(f"#learn-chart-{number}")

    def frames(self, number: int) -> Locator:
        """The orange frame of a chart, where it has one."""
        return self.chart(number).locator(".shapelayer path")

    def opens(self, label: str, tab: str) -> None:
        """A link among what to try."""
        expect(self.lesson.get_by_role("link", name=label, exact=True)).to_have_attribute("href", re.compile(tab))


@pytest.fixture
def course(shared_page: Page, server: Server) -> Course:
    return Course(shared_page, server.url)


def from_text_to_text(course: Course) -> None:
    expect(course.where).to_contain_text("step 1 of 17")
    course.page.get_by_label("Speed of playing").locator("visible=true").select_option("4")
    course.page.locator("#learn-stepper [data-go=play]").click()
    expect(course.where).to_contain_text("step 17 of 17 · wrote end of sentence")
    diagram = course.page.locator("#learn-network .lab-network-drawing")
    expect(diagram).to_have_attribute("data-step", "16")  # it plays, too
    course.type("I love you.")
    expect(course.written).to_have_text("Je␣t'aime.⏎")
    course.type("My bicycle is purple.")
    expect(course.written.locator(".lab-doubt").first).to_be_visible()
    course.page.locator("#learn-stepper .lab-others button").first.click()  # what if?
    expect(course.page.locator("#learn-stepper .lab-forced")).to_have_count(1)


def characters(course: Course) -> None:
    expect(course.chart(1).locator("figcaption")).to_have_text("encoder_input_data: shape (1, 16, 71)")
    expect(course.frames(1)).to_have_count(0)
    course.click_first_read()
    expect(course.frames(1)).to_have_count(1)
    course.page.keyboard.press("ArrowRight")
    expect(course.where).to_contain_text("reading 2 of 8: “e”")
    course.type("ΩAda")
    expect(course.notice).to_contain_text("has never seen “Ω”")
    course.type("A sentence that is too long")
    expect(course.notice).to_contain_text("room for 16 characters")


def state(course: Course) -> None:
    course.click_first_read()
    course.step()
    expect(course.where).to_contain_text("reading 2 of 8")
    expect(course.chart(1)).to_contain_text("half of c is gone in")
    course.choose("A unit that carries the one")
    expect(course.written).to_have_text("·4·7·0")
    expect(course.chart(1)).to_contain_text("= 0.90")
    expect(course.page.locator("#learn-stepper .lab-stepper")).to_be_focused()
    course.page.keyboard.press("ArrowRight")  # the cursor's, and no other view is chosen
    expect(course.chart(1)).to_contain_text("= 0.88")
    course.step(2)
    expect(course.chart(1)).to_contain_text("= −1.11")
    course.type("125400")
    expect(course.written).to_have_text("·3·9·0")
    course.choose("All 256 at once")
    expect(course.chart(2).locator("figcaption")).to_have_text("Gates")


def reading_and_writing(course: Course) -> None:
    course.type("919100")
    expect(course.written).to_have_text("·0·1·1")
    course.choose("Reversing, in step")
    course.type("abcdefgh")
    expect(course.written).to_have_text("wrtvdcba")
    expect(course.page.locator("#learn-stepper [data-side=writes] .lab-doubt")).to_have_count(4)
    course.choose("First read, then write")
    expect(course.chart(1)).to_contain_text("encoder reads")
    course.click_first_read()
    course.step(8)
    expect(course.where).to_contain_text("step 1 of 17")


def teacher_forcing(course: Course) -> None:
    expect(course.chart(1).locator("figcaption")).to_contain_text("decoder_input_data")
    course.step(3)
    expect(course.where).to_contain_text("step 4 of 17 · wrote “e” after “y”")
    course.choose("With it and without it")
    expect(course.chart(1).locator(".legendtext")).to_have_count(2)
    course.opens("Both, on one sentence", "tab=compare")


def by_heart(course: Course) -> None:
    expect(course.rows).to_have_count(8)
    expect(course.rows.first).to_contain_text("in training")
    expect(course.rows.first.locator("td").nth(3)).to_have_text("Soyez raisonnables !")
    course.choose("Two recipes")
    expect(course.chart(1).locator(".legendtext")).to_have_count(4)
    course.choose("The padding trap")
    expect(course.chart(1)).to_contain_text("padding masked, held out")
    course.opens("An unseen one that it gets right", "I\\+am\\+sad")


def choosing(course: Course) -> None:
    expect(course.written).to_have_text("Je␣t'aime.⏎")
    course.step(3)
    course.page.locator("#learn-stepper .lab-others button").first.click()
    expect(course.page.locator("#learn-stepper .lab-forced")).to_have_count(4)
    translation = course.page.locator("#learn-translation")
    course.choose("By lot, flat")
    expect(translation).to_contain_text("drawn at random (seed 4)")
    course.choose("… of the three likeliest")
    expect(translation).to_contain_text("Vous, me vous")
    course.choose("The beam’s tree")
    expect(translation).to_contain_text("Êtes-vous prête")
    expect(course.chart(1)).to_contain_text("chose “Êtes-vous prêt ?” (20")


def exposure(course: Course) -> None:
    titles = [course.chart(number).locator(".gtitle") for number in (1, 2)]
    for title, mean in zip(titles, ("mean of 11 slips +10.9", "mean of 11 slips +0.4"), strict=True):
        expect(title).to_contain_text(mean)
    course.step()
    expect(titles[0]).to_contain_text("Next +4.8 nats")
    expect(course.page.locator("#learn-stepper .lab-unforce")).to_be_hidden()
    course.choose("Tom won.")
    expect(titles[0]).to_contain_text("mean of 12 slips +7.8")


def one_vector(course: Course) -> None:
    expect(course.rows).to_have_count(len(SENTENCE.split()))
    course.type("Where is <b>he?")
    expect(course.rows).to_have_count(3)
    expect(course.rows.last.locator("td").first).to_have_text("Where is <b>he?")
    for cell, name in enumerate(MODELS, start=1):
        expect(course.rows.first.locator("td").nth(cell)).to_have_text(load_model(name).translate("Where").text)
    course.type("  ")
    expect(course.notice).to_contain_text("nothing to translate")
    expect(course.page.locator("#learn-table .lab-table")).to_have_css("opacity", "0.35")
    course.choose("Quality by length")
    expect(course.chart(1).locator(".legendtext")).to_have_count(2)


def attention(course: Course) -> None:
    expect(course.written).to_have_text("J'ai␣vu␣un␣chat␣blanc.⏎")
    expect(course.chart(1).locator("figcaption")).to_contain_text("Attention")
    course.type("He bought a black dog.")
    expect(course.written).to_have_text("Il␣a␣acheté␣un␣chien␣noir.⏎")
    course.choose("What mattered")
    expect(course.chart(1).locator("figcaption")).to_have_text("What mattered?")


def variants(course: Course) -> None:
    expect(course.rows).to_have_count(6)
    course.choose("Held-out loss")
    expect(course.chart(1).locator(".legendtext")).to_have_count(4)
    course.opens("Three of them, one sentence", "tab=compare")


def questions(course: Course) -> None:
    expect(course.chart(1).locator(".lab-plot")).to_have_attribute("data-drawn", re.compile(r"\d"))
    course.type("Where is thestation?")  # without the space that matters most
    expect(course.written).not_to_have_text("Où␣est␣la␣gare␣?⏎")
    course.choose("When does it know?")
    expect(course.chart(1).locator("figcaption")).to_have_text("If it stopped reading here")
    course.choose("How sure may it be?")
    expect(course.chart(2).locator("figcaption")).to_have_text("English → French, with attention")


def your_own(course: Course) -> None:
    expect(course.rows).to_have_count(4)
    expect(course.lesson.get_by_role("link", name="Your own pairs")).to_have_attribute("href", re.compile("preset=own"))


DO: dict[str, Callable[[Course], None]] = {
    "from-text-to-text": from_text_to_text,
    "a-character-is-a-vector": characters,
    "what-is-a-state": state,
    "reading-and-writing": reading_and_writing,
    "teacher-forcing": teacher_forcing,
    "learning-by-heart": by_heart,
    "choosing-a-character": choosing,
    "exposure-bias": exposure,
    "one-vector": one_vector,
    "learning-to-look": attention,
    "variants": variants,
    "asking-a-network": questions,
    "your-own": your_own,
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_shows_what_it_promises(course: Course, name: str) -> None:
    course.open(lesson=name)
    DO[name](course)
    course.question.locator("summary").click()
    expect(course.question.locator(".lab-question-answer")).to_be_visible()
    expect(course.lesson.locator("[aria-current=page].lab-done")).to_have_count(1)


def test_progress_is_remembered_and_next_leads_on(course: Course) -> None:
    names = list(LESSONS)
    course.open(lesson=names[0])
    course.question.locator("summary").click()
    course.question.get_by_role("button", name="next lesson").click()
    expect(course.lesson.locator("h2")).to_contain_text(LESSONS[names[1]].title)
    assert course.page.evaluate("scrollY") == 0
    course.page.keyboard.press("b")
    expect(course.lesson.locator("h2")).to_contain_text(LESSONS[names[0]].title)
    course.page.reload()
    expect(course.lesson.locator("h2")).to_contain_text(LESSONS[names[0]].title)
    expect(course.lesson.locator("[aria-current=page].lab-done")).to_have_count(1)


@pytest.mark.parametrize("name", ["learning-by-heart", "variants", "one-vector"])
def test_a_table_fits_a_phone(course: Course, name: str) -> None:
    course.page.set_viewport_size({"width": 390, "height": 844})
    course.open(lesson=name)
    expect(course.rows.first).to_be_visible()
    assert course.page.evaluate("document.documentElement.scrollWidth") <= 390
    course.page.set_viewport_size({"width": 1280, "height": 900})


def test_short_links_open_a_lesson_and_presenter_mode(course: Course) -> None:
    course.page.goto(f"{course.url}?present&lesson=2")
    title = [*LESSONS.values()][1].title
    expect(course.lesson.locator("h2")).to_have_text(f"2 · {title}")
    assert course.page.url.endswith(f"#tab=learn&lesson={[*LESSONS][1]}&present=1")


def test_presenter_mode_shows_one_thing_at_a_time(course: Course) -> None:
    lesson = next(iter(LESSONS.values()))
    course.open(lesson=lesson.name, present=1)
    page, sentences = course.page, course.lesson.locator(".lab-lesson-sentence:visible")
    for sentence in lesson.sentences:
        expect(sentences).to_have_text([sentence.replace("`", "")])
        page.keyboard.press("PageDown")
    expect(page.locator("#learn-stepper")).to_be_visible()
    expect(page.locator(".lab-header")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator(".lab-lesson-notes")).to_contain_text("minute 0 to")
    page.keyboard.press("ArrowRight")  # the strips'
    expect(course.where).to_contain_text("step 2 of")
    for text in lesson.tries:
        expect(course.lesson.locator(".lab-lesson-try li:visible")).to_have_text([text])
        page.keyboard.press(" ")
    expect(course.question.locator(".lab-question-asked")).to_be_visible()
    expect(course.question.locator(".lab-question-answer")).to_be_hidden()
    page.keyboard.press(" ")
    expect(course.question.locator(".lab-question-answer")).to_be_visible()
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("Escape")
    expect(page.locator(".lab-header")).to_be_visible()
    assert "present" not in page.url


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_presented_is_all_on_the_screen(page: Page, server: Server, language: str) -> None:
    """Of a small projector and of a large one: nobody scrolls before a class."""
    page.goto(f"{server.url}?lang={language}#lesson=1")
    course = Course(page, server.url)
    too_long = {}

    def look(*where: object) -> None:
        for width, height in ((1280, 720), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            try:  # it may still be drawn anew
                page.wait_for_function("document.documentElement.scrollHeight <= innerHeight", timeout=4_000)
            except TimeoutError:
                too_long[(*where, width)] = page.evaluate("document.documentElement.scrollHeight")

    for number, (name, lesson) in enumerate(LESSONS.items(), start=1):
        for view in range(len(lesson.views)):
            page.evaluate("hash => { location.hash = hash }", f"tab=learn&lesson={name}&view={view}&present=1")
            expect(course.lesson.locator("h2")).to_contain_text(f"{number} · ")
            if not view:
                for _ in range(3):
                    page.keyboard.press("PageDown")
            if view:
                expect(page.locator(f"#lesson-views input[value='{view}']")).to_be_checked()
            look(name, "view", view)
        for tried in range(1, len(lesson.tries)):
            page.keyboard.press("PageDown")
            look(name, "try", tried)
    assert too_long == {}


def test_the_questions_are_printed_and_so_are_their_answers(course: Course) -> None:
    course.open(lesson=next(iter(LESSONS)))
    page, answer = course.page, course.page.locator(".lab-handout-answer").first
    expect(page.locator(".lab-handout")).to_be_hidden()
    page.evaluate("window.print = () => {}")
    page.emulate_media(media="print")
    expect(page.locator(".lab-handout li")).to_have_count(len(LESSONS))
    expect(page.locator("#course")).to_be_hidden()
    expect(answer).to_have_css("color", "rgba(0, 0, 0, 0)")
    page.emulate_media(media="screen")
    course.question.get_by_role("button", name="print the answers").click()
    page.emulate_media(media="print")
    expect(answer).to_have_css("color", "rgb(0, 0, 0)")
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("body[data-print]")).to_have_count(0)
