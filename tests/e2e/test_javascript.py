"""The components' JavaScript by itself, in a blank page: what it computes and shows, and when it stops listening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from written_decimals import DECIMALS
from written_shares import SHARES

from seq2seq_ui.components.base import FOLDER, SCRIPTS, TEXT

pytestmark = pytest.mark.e2e

ADDRESS = "http://blank.test/"  # nobody is asked: the answers are made here
CALL = "async ([file, name, given]) => (await import(`/${file}`))[name](...given)"
MOUNT = """async ([file, html, value, settings]) => {
  const element = document.body.appendChild(document.createElement("div"));
  element.innerHTML = html;
  window.element = element;
  window.triggered = [];
  const trigger = (name, detail) => triggered.push([name, detail]);
  window.props = { value: JSON.stringify(value) };
  const watch = (name, heard) => { window.changed = heard; };
  (await import(`/${file}`)).mount({ element, props, trigger, watch, ...settings });
}"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the scripts. An exception in it fails the test."""

    def answer(route: Route) -> None:
        script = SCRIPTS.get(urlparse(route.request.url).path[1:])
        if script is None:
            route.fulfill(body="<!doctype html><title>blank</title>", content_type="text/html")
        else:
            route.fulfill(body=script, content_type="text/javascript")

    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)
    yield page
    page.close()
    assert problems == []


def call(page: Page, file: str, name: str, *given: Any) -> Any:
    """What a function that a script exports gives."""
    return page.evaluate(CALL, [file, name, given])


def mount(page: Page, name: str, value: Any = None, **settings: Any) -> None:
    """Puts a component into the page, as Gradio does."""
    html = TEXT.sub(r"\1", (FOLDER / name / f"{name}.html").read_text(encoding="utf-8"))
    page.evaluate(MOUNT, [f"{name}/{name}.js", html, value, settings])


def give(page: Page, value: Any) -> None:
    """Another value from the server."""
    page.evaluate("value => { props.value = JSON.stringify(value); changed(); }", value)


def written(name: str, probability: float = 0.93, others: tuple[str, ...] = ("q",), forced: bool = False) -> dict:
    candidates = [{"token": other, "shown": other, "name": f"“{other}”", "probability": 0.02} for other in others]
    cell = {"token": name, "shown": name, "name": f"“{name}”", "probability": probability}
    return cell | {"forced": forced, "others": candidates}


def read(name: str, step: int | None, unknown: bool = False) -> dict[str, Any]:
    return {"token": name, "shown": name, "name": f"“{name}”", "step": step, "unknown": unknown}


# reads “ab”, then writes “xyz”; “Ω” is left out
TRANSLATED = {
    "reads": [read("a", 0), read("Ω", None, unknown=True), read("b", 1)],
    "writes": [written("x"), written("y", 0.004), written("z", 0.6)],
    "attention": [[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]],
    "signs": {"␣": "space", "⇥": "start"},
    "hypotheses": [],
    "feeds_back": True,
    "step": 0,
    "token": "character",
    "query": "text=ab",
}
# writes a token as it reads one, and no other can be chosen
IN_STEP = TRANSLATED | {
    "reads": [read("a", 0), read("b", 1), read("c", 2)],
    "writes": [written("x", others=()), written("y", others=()), written("z", 0.6, others=())],
    "attention": None,
    "in_step": True,
    "feeds_back": False,
}


# base.js


def test_decimals(blank: Page) -> None:
    for given, expected in DECIMALS.items():
        assert call(blank, "base.js", "decimal", *given) == expected


@pytest.mark.parametrize(("given", "expected"), [*SHARES.items(), ((None, 1), "–")])
def test_percent(blank: Page, given: tuple[float, int | None], expected: str) -> None:
    share, digits = given
    assert call(blank, "base.js", "percent", *([share] if digits is None else given)) == expected.replace(" ", "\xa0")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.4, "0 s"), (-3, "0 s"), (89, "89 s"), (90, "2 min"), (610, "10 min"), (None, "–")],
)
def test_duration(blank: Page, seconds: float | None, expected: str) -> None:
    assert call(blank, "base.js", "duration", seconds) == expected.replace(" ", "\xa0")


def test_shades_get_lighter_and_their_text_can_be_read(blank: Page) -> None:
    shades = [call(blank, "base.js", "shade", share / 20) for share in range(21)]
    lightness = [_luminance(shade["background"]) for shade in shades]
    assert lightness == sorted(lightness)
    assert len(set(lightness)) == 9
    for shade in shades:
        low, high = sorted((_luminance(shade["background"]), _luminance(shade["color"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2, level AA


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_component_hears_events_until_it_has_left_the_page(blank: Page) -> None:
    heard = blank.evaluate("""async () => {
      const { FEED, listen, send } = await import("/base.js");
      const element = document.body.appendChild(document.createElement("p"));
      const heard = [];
      listen(element, FEED, ({ detail }) => heard.push(detail));
      send(FEED, "in the page");
      element.remove();
      send(FEED, "gone");
      document.body.append(element);
      send(FEED, "back, but nobody listens any more");
      return heard;
    }""")
    assert heard == ["in the page"]


def test_a_value_is_taken_now_and_whenever_it_changes(blank: Page) -> None:
    taken = blank.evaluate("""async () => {
      const { follow } = await import("/base.js");
      const taken = [];
      const props = { value: '{"a": [1]}' };
      let change;
      const watch = (name, heard) => { if (name === "value") change = heard; };
      follow({ props, watch }, (value) => taken.push(value));
      for (const value of ["null", "", '"text"']) { props.value = value; change(); }
      return taken;
    }""")
    assert taken == [{"a": [1]}, None, None, "text"]


def test_what_is_made_holds_text(blank: Page) -> None:
    html = blank.evaluate("""async () => {
      const { make } = await import("/base.js");
      return make("p", { title: "t" }, "<b>", make("i", {}, "&")).outerHTML;
    }""")
    assert html == '<p title="t">&lt;b&gt;<i>&amp;</i></p>'


# stepper.js


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        (TRANSLATED, -2, "reading 1 of 2: “a”"),
        (TRANSLATED, -1, "reading 2 of 2: “b”"),
        (TRANSLATED, 0, "step 1 of 3 · wrote “x” after the start, 93 %"),
        (TRANSLATED, 1, "step 2 of 3 · wrote “y” after “x”, 0.4 %"),
        (IN_STEP, 0, "step 1 of 3 · read “a”, wrote “x”, 93 %"),
        (IN_STEP, 2, "step 3 of 3 · read “c”, wrote “z”, 60 %"),
        (TRANSLATED | {"writes": [written("x", forced=True)]}, 0, "step 1 of 1 · forced “x” after the start, 93 %"),
    ],
)
def test_where_the_cursor_stands(blank: Page, value: dict[str, Any], step: int, expected: str) -> None:
    assert call(blank, "stepper/stepper.js", "whereLine", value, step).replace("\xa0", " ") == expected


def test_what_the_candidates_answer(blank: Page) -> None:
    def question(value: dict[str, Any], step: int) -> str:
        return call(blank, "stepper/stepper.js", "whatIf", value, step)

    assert question(TRANSLATED, -1) == "What if? Step forward to a character that it wrote."
    assert question(TRANSLATED, 1) == "What if, instead of “y”, it had written:"
    assert question(IN_STEP, 1) == ""


def test_a_cell_says_what_was_made_of_it(blank: Page) -> None:
    def title(item: dict[str, Any], side: str) -> str:
        return call(blank, "stepper/stepper.js", "cellTitle", item, side)

    assert title(read("a", 0), "reads") == "read “a”"
    assert title(read("Ω", None, unknown=True), "reads") == "“Ω”: never seen in training, skipped"
    assert "read as “unknown word”" in title(read("xyzzy", 0, unknown=True), "reads")
    assert title(written("x"), "writes") == "wrote “x”, probability 0.9300"


def lit(page: Page, side: str) -> str:
    return "".join(page.locator(f"[data-side={side}] .lab-current").all_text_contents())


def test_the_cursor_runs_along_what_is_read_then_along_what_is_written(blank: Page) -> None:
    mount(blank, "stepper", TRANSLATED, group="g")
    where = blank.locator(".lab-where")
    assert (lit(blank, "reads"), lit(blank, "writes")) == ("", "x")
    expect(blank.locator(".lab-signs span")).to_have_text(["␣ space", "⇥ start"])
    blank.keyboard.press("ArrowLeft")
    expect(where).to_have_text("reading 2 of 2: “b”")
    assert (lit(blank, "reads"), lit(blank, "writes")) == ("b", "")
    expect(blank.locator(".lab-others button")).to_have_count(0)
    blank.keyboard.press("ArrowRight")
    blank.keyboard.press("ArrowRight")
    expect(where).to_contain_text("step 2 of 3")
    expect(blank.locator("[data-side=reads] .lab-cell").first).to_have_attribute(
        "title", "read “a”, attention weight 1.000 at this step"
    )
    blank.locator(".lab-others button").click()
    blank.evaluate("""async () => {
      const { PICK, send } = await import("/base.js");
      send(PICK, { group: "another", kind: "token", data: ["w"], step: 0 });
      send(PICK, { group: "g", kind: "token", data: ["y"], step: 0 }); // it is there already
      send(PICK, { group: "g", kind: "token", data: ["w"], step: 0 });
    }""")
    assert blank.evaluate("triggered") == [["force", {"prefix": f"x{token}", "step": 1}] for token in "qw"]


def test_a_point_of_a_path_is_forced_and_the_way_back_is_offered_where_there_is_one(blank: Page) -> None:
    mount(blank, "stepper", TRANSLATED, group="g")
    expect(blank.locator(".lab-unforce")).to_be_hidden()
    blank.evaluate("""async () => {
      const { PICK, send } = await import("/base.js");
      send(PICK, { group: "g", kind: "path", data: "uvw", step: 2 });
    }""")
    give(blank, TRANSLATED | {"writes": [written("u", forced=True)], "way_back": True})
    blank.locator(".lab-unforce").click()
    assert blank.evaluate("triggered") == [["force", {"prefix": "uvw", "step": 2}], ["unforce", {"step": 0}]]
    give(blank, TRANSLATED | {"writes": [written("u", forced=True)], "way_back": False})
    expect(blank.locator(".lab-unforce")).to_be_hidden()


def test_characters_that_were_read_are_marked_with_the_mouse(blank: Page) -> None:
    value = TRANSLATED | {"reads": [read(char, place) for place, char in enumerate("station")], "attention": None}
    marked = blank.locator("[data-side=reads] .lab-marked")
    mount(blank, "stepper", value | {"marks": "tat"}, group="g")
    assert "".join(marked.all_text_contents()) == "tat"
    cells = blank.locator("[data-side=reads] .lab-cell")
    cells.nth(1).hover()
    blank.mouse.down()
    cells.nth(4).hover()
    assert "".join(marked.all_text_contents()) == "tati"
    blank.mouse.up()
    assert blank.evaluate("triggered") == [["mark", {"text": "tati", "step": 0}]]
    # a click only moves the cursor, and one with Shift marks up to there
    cells.nth(2).click()
    cells.nth(3).click(modifiers=["Shift"])
    assert blank.evaluate("triggered.at(-1)") == ["mark", {"text": "at", "step": -5}]
    give(blank, value)  # nobody asks
    cells.nth(1).hover()
    blank.mouse.down()
    cells.nth(4).hover()
    blank.mouse.up()
    assert blank.evaluate("triggered.length") == 2


def test_in_step_one_cursor_lights_what_is_read_and_what_is_written(blank: Page) -> None:
    mount(blank, "stepper", IN_STEP | {"step": 1}, group="g")
    slider = blank.get_by_label("Step", exact=True)
    expect(slider).to_have_attribute("max", "2")  # as many places as were written
    expect(slider).to_have_value("1")
    expect(blank.locator(".lab-whatif")).to_be_hidden()
    assert (lit(blank, "reads"), lit(blank, "writes")) == ("b", "y")
    for _ in range(3):
        blank.keyboard.press("ArrowRight")
    assert (lit(blank, "reads"), lit(blank, "writes")) == ("c", "z")
    blank.locator("[data-side=reads] .lab-cell").first.click()
    expect(blank.locator(".lab-where")).to_have_text("step 1 of 3 · read “a”, wrote “x”, 93 %")
    expect(slider).to_have_value("0")
    blank.evaluate("""async () => {
      const { PICK, send } = await import("/base.js");
      send(PICK, { group: "g", kind: "token", data: ["w"], step: 0 }); // there is no choice to force
      send(PICK, { group: "g", kind: "heatmap", data: "", step: 2 });
    }""")
    assert (lit(blank, "reads"), lit(blank, "writes")) == ("c", "z")
    assert blank.evaluate("triggered") == []


def test_an_arrow_key_moves_steppers_side_by_side_by_one(blank: Page) -> None:
    for _ in range(3):
        mount(blank, "stepper", TRANSLATED, group="g")
    blank.keyboard.press("ArrowRight")
    assert lit(blank, "writes") == "yyy"


def test_strips_of_a_channel_keep_the_cursor(blank: Page) -> None:
    mount(blank, "stepper", None, group="g", channel="train-strips")
    expect(blank.locator(".lab-stepper")).to_be_hidden()
    feed = "async ([channel, value]) => (await import('/base.js')).feed(channel, value)"
    blank.evaluate(feed, ["train-strips", TRANSLATED])
    blank.keyboard.press("ArrowRight")
    blank.evaluate(feed, ["train-loss", IN_STEP])
    blank.evaluate(feed, ["train-strips", TRANSLATED | {"writes": [written(name) for name in "uvw"]}])
    assert lit(blank, "writes") == "v"
    expect(blank.get_by_label("Step", exact=True)).to_have_value("3")
    blank.evaluate(feed, ["train-strips", None])
    expect(blank.locator(".lab-stepper")).to_be_hidden()


# address.js and header.js

TABS = {
    "translate": {"query": "text=ab", "keys": ["text", "step"]},
    "train": {"query": "tab=train", "keys": ["units"]},
}
SEND = """async ([name, detail]) => {
  const base = await import("/base.js");
  base.send(base[name], detail);
}"""


def test_the_address_holds_the_tab_in_front_and_its_cursor(blank: Page) -> None:
    mount(blank, "address", {"tab": "translate", "query": "text=ab"}, tabs=TABS)
    assert blank.evaluate("location.hash") == "#text=ab"
    blank.evaluate(SEND, ["CURSOR", {"group": "translate", "step": -2}])
    assert blank.evaluate("location.hash") == "#text=ab&step=-2"
    blank.evaluate(SEND, ["FRONT", {"tab": "train"}])
    assert blank.evaluate("location.hash") == "#tab=train"
    # a tab that nothing has filled yet is opened with its first view
    assert blank.evaluate("triggered") == [["open", {"fragment": "tab=train", "opened": 0, "visitor": ""}]]
    blank.evaluate(SEND, ["CURSOR", {"group": "train", "step": 3}])  # the cursor of a probe is no part of a link
    assert blank.evaluate("location.hash") == "#tab=train"
    blank.evaluate("document.body.classList.toggle('dark')")
    blank.wait_for_function("location.hash === '#tab=train&theme=dark'")
    blank.evaluate(SEND, ["FRONT", {"tab": "translate"}])
    assert blank.evaluate("location.hash") == "#text=ab&step=-2&theme=dark"


def test_a_link_within_the_page_is_opened_in_place(blank: Page) -> None:
    mount(blank, "address", {"tab": "translate", "query": "text=ab"}, tabs=TABS)
    blank.evaluate("location.hash = '#tab=train&units=999'")
    blank.wait_for_function("triggered.length === 1")
    assert blank.evaluate("triggered") == [["open", {"fragment": "tab=train&units=999", "opened": 1, "visitor": ""}]]
    blank.evaluate(SEND, ["FRONT", {"tab": "train"}])  # the answer is on its way: the address is still the link
    assert blank.evaluate("location.hash") == "#tab=train&units=999"
    blank.evaluate("""() => {
      props.value = JSON.stringify({ tab: "train", query: "tab=train&units=256", opened: 1 });
      changed();
    }""")
    assert blank.evaluate("location.hash") == "#tab=train&units=256"


def test_a_view_that_stood_is_a_place_to_come_back_to(blank: Page) -> None:
    mount(blank, "address", {"tab": "translate", "query": "text=ab"}, tabs=TABS)
    say = "query => { props.value = JSON.stringify({ tab: 'translate', query }); changed(); }"
    blank.wait_for_timeout(1_100)
    length = blank.evaluate("history.length")
    blank.evaluate(say, "text=abc")
    for text in ("text=abcd", "text=abcde"):  # as one types
        blank.evaluate(say, text)
    assert blank.evaluate("history.length") == length + 1
    blank.evaluate("history.back()")
    blank.wait_for_function("triggered.length === 1")
    assert blank.evaluate("triggered[0][1].fragment") == "text=ab"


def test_a_link_in_the_query_is_taken_from_it(blank: Page) -> None:
    assert call(blank, "address/address.js", "divided", "?text=a+b&__theme=dark&step=2&x=1", ["text", "step"]) == [
        "text=a+b&step=2",
        "__theme=dark&x=1",
    ]
    blank.goto(f"{ADDRESS}?__theme=light&text=a+b")
    mount(blank, "address", None, tabs=TABS)
    assert blank.url == f"{ADDRESS}?__theme=light#text=a+b"
    assert blank.evaluate("triggered") == [["open", {"fragment": "text=a+b", "opened": 1, "visitor": ""}]]


def test_where_nothing_may_be_copied_the_link_is_there_to_be_copied_by_hand(blank: Page) -> None:
    """As in a frame that denies it; whatever pass stands in the frame's own query is left out."""
    blank.goto(f"{ADDRESS}?__sign=secret")
    mount(blank, "address", {"tab": "translate", "query": "text=ab"}, tabs=TABS)
    mount(blank, "header", languages={"en": "English"}, spoken="en")
    blank.evaluate("document.execCommand = () => false")
    blank.get_by_role("button", name="copy link").click()
    link = blank.get_by_label("Link to this view")
    expect(link).to_have_value(f"{ADDRESS}#text=ab")
    expect(link).to_be_focused()
    link.blur()
    expect(blank.get_by_role("button", name="copy link")).to_be_visible()


# live_run.js

FIGURES = {
    "epoch": 3,
    "epochs": 20,
    "batch": 4,
    "batches": 67,
    "loss": 0.51234,
    "val_loss": None,
    "accuracy": 0.987,
    "exact": 0.25,
    "exact_at_the_end": None,
    "examples_per_second": 12345.6,
    "seconds_left": 100,
    "gradient_norm": 1.5,
    "learning_rate": 0.01,
}


@pytest.mark.parametrize(
    ("state", "figures", "expected"),
    [
        ("running", FIGURES, "Training: epoch 3 of 20, batch 4 of 67"),
        ("finished", FIGURES, "Done: the best epoch’s weights are kept."),
        ("stopped", FIGURES | {"exact_at_the_end": 0.99}, "It gets 99.0 % of the held-out examples entirely right."),
        ("failed", None, "what the server says"),
        ("none", None, "Press Start"),
    ],
)
def test_what_is_said_of_a_run(blank: Page, state: str, figures: dict[str, Any] | None, expected: str) -> None:
    line = call(blank, "live_run/live_run.js", "stateLine", state, "what the server says", figures)
    assert expected in line.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"state": "queued", "place": 2, "waiting": 3, "wait": 200}, "place 2 of 3, your turn in about 3 min"),
        ({"state": "queued", "place": 1, "waiting": 1, "wait": 0}, "place 1 of 1, your turn any moment now."),
        ({"state": "starting", "warm": True}, "preparing the examples"),
        ({"state": "starting", "warm": False}, "loading TensorFlow"),
    ],
)
def test_what_is_said_while_it_waits(blank: Page, message: dict[str, Any], expected: str) -> None:
    assert expected in call(blank, "live_run/live_run.js", "waitingLine", message).replace("\xa0", " ")


def test_the_numbers_of_a_run(blank: Page) -> None:
    numbers = call(blank, "live_run/live_run.js", "numbersOf", FIGURES, "running")
    assert [value.replace("\xa0", " ") for _, value, _ in numbers] == [
        *("0.512", "–", "98.7 %", "25.0 %", "12,346", "2 min", "1.500", "0.0100")
    ]
    assert (
        dict(
            (name, value)
            for name, value, _ in call(
                blank, "live_run/live_run.js", "numbersOf", FIGURES | {"exact_at_the_end": 0.5}, "stopped"
            )
        )["time left"]
        == "–"
    )


def test_the_buttons_of_each_state(blank: Page) -> None:
    def shown(state: str) -> set[str]:
        buttons = call(blank, "live_run/live_run.js", "buttonsOf", state)
        return {name for name, there in buttons.items() if there}

    assert shown("running") == {"pause", "step", "stop"}
    assert shown("paused") == {"resume", "step", "stop"}
    assert shown("queued") == shown("starting") == {"leave"}
    assert shown("none") == shown("finished") == shown("stopping") == set()


FAKE_SERVER = """async () => {
  window.EventSource = class extends EventTarget {
    static CLOSED = 2;
    readyState = 1;
    constructor(url) { super(); window.server = this; (window.asked ||= []).push(url); }
    close() { this.readyState = 2; }
    say(message) { this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) })); }
  };
  const { FEED } = await import("/base.js");
  window.fed = [];
  document.addEventListener(FEED, ({ detail: { channel, value } }) => fed.push([channel, value]));
}"""
REPORT = {
    "kind": "report",
    "state": "running",
    "figures": FIGURES | {"batches_done": 3, "batches_all": 9},
    "charts": {"loss": "drawn"},
}


def say(page: Page, *messages: dict[str, Any]) -> None:
    page.evaluate("messages => messages.forEach((message) => server.say(message))", list(messages))


def test_a_new_run_clears_the_charts_of_the_last_one(blank: Page) -> None:
    blank.evaluate(FAKE_SERVER)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True}, REPORT)
    say(blank, {"kind": "state", "run": 2, "state": "failed", "message": "No internet."})
    fed = blank.evaluate("fed.filter(([channel]) => channel === 'train-loss')")
    assert fed == [["train-loss", "drawn"], ["train-loss", None]]
    assert blank.evaluate("fed.at(-1)") == ["train-moments", None]
    expect(blank.locator(".lab-run-state")).to_have_text("No internet.")


def test_what_the_worker_remarks_stays_though_its_command_is_answered_later(blank: Page) -> None:
    """With nothing: the server has only passed the command on."""
    blank.evaluate(FAKE_SERVER)
    blank.evaluate("""() => {
      window.fetch = () => new Promise((done) => { window.answer = (text) => done(new Response(text)); });
    }""")
    mount(blank, "live_run", {"visitor": "v", "files": None})
    paused = REPORT | {"state": "paused"}
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True}, paused)
    remark = blank.locator(".lab-run-remark")
    rate = blank.locator("input")
    rate.fill("7")
    rate.press("Enter")
    say(blank, {"kind": "remark", "message": "A learning rate of 7 cannot be used."})
    blank.evaluate("answer('')")
    blank.wait_for_timeout(50)  # until the answer is read
    expect(remark).to_have_text("A learning rate of 7 cannot be used.")
    rate.fill("0.01")
    rate.press("Enter")
    expect(remark).to_be_hidden()  # it was of the last command
    blank.evaluate("answer('There is no training under way.')")
    expect(remark).to_have_text("There is no training under way.")


def row(number: int, differs: str, model: bool = True, lines: dict[str, Any] | None = None) -> dict[str, Any]:
    color = "#123456" if lines else ""
    return {"number": number, "differs": differs, "says": "done", "model": model, "color": color, "lines": lines or {}}


def test_other_runs_are_in_the_charts_and_two_of_them_are_compared(blank: Page) -> None:
    blank.evaluate(FAKE_SERVER)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    figure = {"data": ["mine"], "layout": {}}
    line = {"loss": ["earlier"]}
    say(
        blank,
        {"kind": "runs", "runs": [row(1, "128 units", lines=line), row(2, "64 units", model=False)]},
        {"kind": "state", "run": 2, "state": "starting", "warm": True},
        REPORT | {"charts": {"loss": figure, "gradient": figure}},
    )
    drawn = dict(blank.evaluate("fed"))
    assert drawn["train-loss"]["data"] == ["earlier", "mine"]
    assert drawn["train-gradient"]["data"] == ["mine"]
    runs = blank.locator(".lab-runs")
    expect(runs.locator("li")).to_have_text(["run 1: 128 units · done", "run 2: 64 units · done"])
    expect(runs.locator("i").first).to_have_css("border-top-color", "rgb(18, 52, 86)")
    expect(runs.get_by_role("button")).to_be_hidden()
    expect(runs.get_by_role("checkbox").nth(1)).to_be_disabled()

    say(blank, {"kind": "runs", "runs": [row(1, "128 units"), row(2, "64 units"), row(3, "", model=False)]})
    assert dict(blank.evaluate("fed"))["train-loss"]["data"] == ["mine"]  # at once, though nothing was reported
    compare = runs.get_by_role("button", name="Compare the two ticked")
    expect(compare).to_be_enabled()  # the last two are
    runs.get_by_role("checkbox").first.uncheck()
    expect(compare).to_be_disabled()
    runs.get_by_role("checkbox").first.check()
    compare.click()
    assert blank.evaluate("triggered.at(-1)") == ["compare", {"first": 1, "second": 2}]
    say(blank, {"kind": "nobody"})
    expect(runs).to_be_hidden()


def test_what_came_before_the_component_is_not_asked_for_again(blank: Page) -> None:
    blank.evaluate("sessionStorage.setItem('seq2seq-visitor', JSON.stringify({ visitor: 'v', state: 'running' }))")
    blank.evaluate(FAKE_SERVER)
    blank.evaluate("async () => { await import('/stream.js'); }")
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True}, REPORT)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    expect(blank.locator(".lab-run-state")).to_contain_text("Training: epoch")
    assert blank.evaluate("asked") == ["_lab/train/events?visitor=v"]


def test_what_is_to_be_drawn_takes_half_of_the_time_at_most(blank: Page) -> None:
    """Of each chart the latest, one a frame; what fails keeps nothing from being drawn."""
    blank.evaluate("""async () => {
      const { soon } = await import("/base.js");
      window.done = [];
      window.failed = 0;
      window.addEventListener("error", (event) => { failed += 1; event.preventDefault(); });
      const slowly = (what) => () => {
        const start = performance.now();
        done.push([what, start]);
        while (performance.now() - start < 60);
      };
      for (let report = 0; report < 5; report += 1)
        for (const chart of ["loss", "accuracy"]) soon(chart, slowly(chart + report));
      soon("broken", () => { throw new Error("no such axis"); });
      soon("last", slowly("last"));
    }""")
    blank.wait_for_function("done.length === 3")
    blank.wait_for_timeout(300)
    done = blank.evaluate("done")
    assert [what for what, _ in done] == ["loss4", "accuracy4", "last"]
    assert done[1][1] - done[0][1] >= 120
    assert blank.evaluate("failed") == 1


FAKE_PLOTLY = """() => {
  window.drawn = [];
  window.Plotly = { react: async (plot, data) => drawn.push(data), Plots: {} };
  HTMLElement.prototype.on = () => {};
}"""


def test_a_chart_out_of_sight_is_not_drawn_until_it_comes_into_sight(blank: Page) -> None:
    blank.evaluate(FAKE_PLOTLY)
    blank.evaluate("document.body.style.paddingTop = '5000px'")
    blank.set_viewport_size({"width": 800, "height": 600})
    mount(blank, "plotly_chart", None, group="", height=300, channel="train-loss", chosen=False)
    feed = "async (value) => (await import('/base.js')).feed('train-loss', value)"
    figure = {"title": "Loss", "help": "How to read it.", "layout": {}, "frames": [], "reads": 0, "step": 0}
    for number in range(3):
        blank.evaluate(feed, figure | {"data": [{"y": [number]}]})
    blank.wait_for_timeout(200)
    assert blank.evaluate("drawn") == []
    expect(blank.locator("figcaption")).to_have_text("Loss")  # its place is there
    assert blank.locator(".lab-plot").bounding_box()["height"] == 300  # type: ignore[index]
    blank.locator(".lab-plot").scroll_into_view_if_needed()
    blank.wait_for_function("drawn.length === 1")
    assert blank.evaluate("drawn[0][0].y") == [2]
    blank.evaluate(feed, figure | {"data": [{"y": [3]}]})
    blank.wait_for_function("drawn.length === 2")
    blank.evaluate(feed, None)
    expect(blank.locator("figcaption")).to_be_hidden()


def test_what_is_printed_is_drawn_though_it_was_never_in_sight(blank: Page) -> None:
    blank.evaluate(FAKE_PLOTLY)
    blank.evaluate("document.body.style.paddingTop = '5000px'")
    mount(blank, "plotly_chart", None, group="", height=300, channel="train-loss", chosen=False)
    figure = {"title": "Loss", "help": "", "layout": {}, "frames": [], "reads": 0, "step": 0, "data": [{"y": [1]}]}
    blank.evaluate("async (value) => (await import('/base.js')).feed('train-loss', value)", figure)
    blank.wait_for_timeout(200)
    assert blank.evaluate("drawn") == []
    blank.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert blank.evaluate("drawn[0][0].y") == [1]


def test_a_silent_server_is_lost_until_it_speaks_again(blank: Page) -> None:
    blank.clock.install(time=0)
    blank.clock.pause_at(1_000)
    blank.evaluate(FAKE_SERVER)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True}, REPORT)
    remark = blank.locator(".lab-run-remark")
    blank.clock.run_for(3_900)
    expect(remark).to_be_hidden()
    blank.clock.run_for(1_000)  # within five seconds
    expect(remark).to_contain_text("The connection to the server is lost")
    blank.clock.run_for(4_000)
    assert len(blank.evaluate("asked")) >= 3  # it tries again, now and then
    blank.evaluate("server.dispatchEvent(new MessageEvent('ping', { data: '' }))")
    expect(remark).to_be_hidden()
    expect(blank.locator(".lab-run-state")).to_contain_text("Training: epoch 3")


def test_a_server_that_knows_nothing_of_the_run_has_ended_it(blank: Page) -> None:
    blank.evaluate(FAKE_SERVER)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True}, REPORT, {"kind": "nobody"})
    expect(blank.locator(".lab-run-state")).to_contain_text("Ended: the server was started anew")
    expect(blank.get_by_role("button", name="Pause")).to_be_hidden()
    assert blank.evaluate("triggered") == [["gone", None]]
    give(blank, {"visitor": "w", "files": None})  # somebody again
    assert blank.evaluate("asked.at(-1)").endswith("?visitor=w")
    say(blank, {"kind": "state", "run": 1, "state": "starting", "warm": True})
    expect(blank.locator(".lab-run-state")).to_contain_text("Starting")


def test_a_token_outlives_a_reload_and_no_duplicate_of_the_tab_has_it(blank: Page) -> None:
    mount(blank, "live_run", {"visitor": "v", "files": None})
    assert blank.evaluate("sessionStorage.length") == 0
    blank.reload()
    assert blank.evaluate("JSON.parse(sessionStorage.getItem('seq2seq-visitor')).visitor") == "v"
    blank.evaluate(FAKE_SERVER)
    mount(blank, "address", {"tab": "translate", "query": "text=ab"}, tabs=TABS)
    assert blank.evaluate("asked") == ["_lab/train/events?visitor=v"]
    assert blank.evaluate("triggered") == [["open", {"fragment": "", "opened": 1, "visitor": "v"}]]
    assert blank.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("messages", "asks"),
    [
        ([], False),
        ([{"kind": "state", "run": 1, "state": "queued", "place": 1, "waiting": 1, "wait": 0}], True),
        ([{"kind": "state", "run": 1, "state": "failed", "message": "No."}], False),
        ([{"kind": "state", "run": 1, "state": "kept"}], True),
    ],
)
def test_leaving_asks_first_where_something_would_be_lost(
    blank: Page, messages: list[dict[str, Any]], asks: bool
) -> None:
    """A reload by the keys loses nothing, and neither does one who has downloaded the model."""
    blank.evaluate(FAKE_SERVER)
    mount(blank, "live_run", {"visitor": "v", "files": None})
    say(blank, *messages)
    leave = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert blank.evaluate(leave) is asks
    blank.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'F5' }))")
    assert blank.evaluate(leave) is False
    blank.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")
    assert blank.evaluate(leave) is asks
    blank.evaluate(
        "document.querySelector('[data-file=zip]').addEventListener('click', (event) => event.preventDefault())"
    )
    blank.evaluate("document.querySelector('[data-file=zip]').click()")
    assert blank.evaluate(leave) is (asks and messages[0]["state"] == "queued")


def test_what_was_fed_is_there_for_a_component_that_comes_later(blank: Page) -> None:
    blank.evaluate("async () => (await import('/base.js')).feed('train-strips', null)")
    feed = "async (value) => (await import('/base.js')).feed('train-strips', value)"
    blank.evaluate(feed, TRANSLATED)
    mount(blank, "stepper", None, group="g", channel="train-strips")
    expect(blank.locator(".lab-stepper")).to_be_visible()


# probe.js


def test_moments_are_in_order_and_the_later_decoding_counts(blank: Page) -> None:
    before = [{"batch": 0, "text": "a"}, {"batch": 10, "text": "b"}]
    more = [{"batch": 5, "text": "c"}, {"batch": 10, "text": "d"}]
    merged = call(blank, "probe/probe.js", "merged", before, more)
    assert [(moment["batch"], moment["text"]) for moment in merged] == [(0, "a"), (5, "c"), (10, "d")]
    assert call(blank, "probe/probe.js", "nameOf", {"batch": 0, "epoch": 1}) == "before the first batch"
    assert call(blank, "probe/probe.js", "nameOf", {"batch": 7, "epoch": 2}) == "after batch 7, epoch 2"


def test_the_probe_shows_now_or_an_earlier_moment(blank: Page) -> None:
    mount(blank, "probe")
    blank.evaluate("""async () => {
      const { COMMAND, FEED, feed } = await import("/base.js");
      const moment = (batch, text) => ({ batch, epoch: 1, text, strips: text, charts: { state_norms: 0 } });
      window.fed = []; window.told = [];
      document.addEventListener(FEED, ({ detail }) => detail.channel === "train-strips" && fed.push(detail.value));
      document.addEventListener(COMMAND, ({ detail }) => told.push(detail));
      const moments = [moment(0, "first"), moment(9, "ninth")];
      feed("train-moments", { moments, now: moment(12, "twelfth"), probe: "1+1", anew: false });
    }""")
    where = blank.locator("output")
    expect(where).to_have_text("now, after batch 12, epoch 1")
    expect(blank.get_by_role("textbox")).to_have_value("1+1")
    blank.get_by_role("slider").fill("0")
    expect(where).to_have_text("before the first batch: wrote “first”")
    assert blank.evaluate("fed") == ["twelfth", "first"]
    blank.get_by_role("slider").fill("2")
    blank.evaluate("""async () => {
      const { feed, fedBy } = await import("/base.js");
      let told = null;
      fedBy(document.body, "train-moments", (value) => (told = value));
      feed("train-moments", { ...told });
    }""")
    assert blank.evaluate("fed") == ["twelfth", "first", "twelfth"]  # a report without a new decoding draws nothing
    blank.get_by_role("textbox").fill("2+2")
    blank.get_by_role("textbox").press("Enter")
    assert blank.evaluate("told") == [{"do": "probe", "text": "2+2"}]
    # answered after the run's end: by what was kept alone, and nothing of the probe before is left
    blank.evaluate("""async () => {
      const { feed } = await import("/base.js");
      const kept = { batch: 12, epoch: 1, text: "four", strips: "four", charts: {} };
      feed("train-moments", { moments: [kept], now: null, probe: "2+2", anew: true });
    }""")
    expect(blank.get_by_role("slider")).to_be_hidden()
    assert blank.evaluate("fed.at(-1)") == "four"


def test_a_new_probe_of_fewer_moments_is_shown_as_it_is_now(blank: Page) -> None:
    """Looking back stood behind them."""
    mount(blank, "probe")
    blank.evaluate("""async () => {
      const { FEED, feed } = await import("/base.js");
      const moment = (batch, text) => ({ batch, epoch: 1, text, strips: text, charts: {} });
      window.fed = [];
      document.addEventListener(FEED, ({ detail }) => detail.channel === "train-strips" && fed.push(detail.value));
      feed("train-moments", { moments: [0, 3, 9].map((batch) => moment(batch, "1+1")), now: null, probe: "1+1" });
      const slider = document.querySelector("[type=range]");
      slider.value = 2;
      slider.dispatchEvent(new Event("input"));
      feed("train-moments", { moments: [moment(9, "2+2")], now: null, probe: "2+2", anew: true });
    }""")
    assert blank.evaluate("fed.at(-1)") == "2+2"
    expect(blank.locator("output")).to_have_text("as kept, after batch 9, epoch 1 (looking back ended with the run)")


def test_the_probe_takes_all_of_a_long_text(blank: Page) -> None:
    """What the network cannot be given is said by the server, in a sentence."""
    mount(blank, "probe")
    told = {"moments": [{"batch": 0, "epoch": 1, "text": None}], "now": None, "probe": ""}
    blank.evaluate("async (told) => (await import('/base.js')).feed('train-moments', told)", told)
    blank.get_by_role("textbox").focus()
    blank.keyboard.insert_text("a" * 3_000)
    expect(blank.get_by_role("textbox")).to_have_value("a" * 3_000)


# plotly_chart.js


def test_a_frame_is_put_into_a_layout_that_stays_as_it_is(blank: Page) -> None:
    layout, changes = {"yaxis": {"a": 1}, "title": "t"}, {"yaxis.ticktext": ["x"], "xaxis.range": [0, 1], "title": "u"}
    nested = """async ([layout, changes]) => {
      const { nested } = await import("/plotly_chart/plotly_chart.js");
      return [nested(layout, changes), layout];
    }"""
    both = blank.evaluate(nested, [layout, changes])
    assert both == [{"yaxis": {"a": 1, "ticktext": ["x"]}, "xaxis": {"range": [0, 1]}, "title": "u"}, layout]


@pytest.mark.parametrize(
    ("tokens", "pixels", "shown", "size"),
    [
        (["a"] * 10, 400, 10, 14),  # room for all
        (["a"] * 40, 400, 40, 10),  # … when they are smaller
        (["a"] * 70, 400, 35, 10),
        (["a"] * 250, 250, 25, 10),
        (["word", "<b>w</b><br>longer"] * 5, 200, 4, 10),
    ],
)
def test_labels_that_would_overlap_get_smaller_then_fewer(
    blank: Page, tokens: list[str], pixels: int, shown: int, size: int
) -> None:
    axis = {"tickvals": list(range(len(tokens))), "ticktext": tokens, "range": [-0.5, len(tokens) - 0.5]}
    fitted = call(blank, "plotly_chart/plotly_chart.js", "fitted", axis, pixels, False)
    assert len(fitted["ticktext"]) == len(fitted["tickvals"]) == shown
    assert fitted["tickfont"]["size"] == size
    assert call(blank, "plotly_chart/plotly_chart.js", "fitted", {"title": "batches"}, 300, False) == {
        "title": "batches"
    }


@pytest.mark.parametrize(
    ("text", "pixels", "size"),
    [("batches", 300, 15), ("probability of the likeliest next character", 300, 12), ("a<br>b", 9, 15), ("long", 1, 9)],
)
def test_a_text_that_would_be_cut_off_gets_smaller(blank: Page, text: str, pixels: int, size: int) -> None:
    assert call(blank, "plotly_chart/plotly_chart.js", "sizeFor", text, 15, pixels) == size


@pytest.mark.parametrize(
    ("tokens", "pixels", "size"), [(["a", "<b>b</b>", "&lt;"], 20, 17), (["a", "<b>b</b>"], 7.2, 11), (["words"], 7, 9)]
)
def test_tokens_in_narrow_columns_do_not_lie_over_each_other(
    blank: Page, tokens: list[str], pixels: float, size: int
) -> None:
    assert call(blank, "plotly_chart/plotly_chart.js", "tokenSize", tokens, 17, pixels) == size


@pytest.mark.parametrize(("step", "frame"), [(-2, 0), (0, 2), (3, 5), (99, 5), (-99, 0), (None, 2)])
def test_which_frame_a_step_has(blank: Page, step: int | None, frame: int) -> None:
    figure = {"reads": 2, "frames": [{}] * 6}
    assert call(blank, "plotly_chart/plotly_chart.js", "frameOf", figure, step) == frame


# every script


def test_every_component_can_be_mounted(blank: Page) -> None:
    scripts = [name for name in SCRIPTS if "/" in name]
    assert {Path(name).stem for name in scripts} == {path.parent.name for path in FOLDER.glob("*/*.html")}
    for name in scripts:
        assert blank.evaluate("async (file) => typeof (await import(`/${file}`)).mount", name) == "function"


# translation.js

LINE = {"text": "Où est la gare\u202f?", "language": "fr", "notes": ["drawn at random (seed 3)"]}
VOICES = [
    {"lang": "en-US", "localService": True},
    {"lang": "fr-CA", "localService": False},
    {"lang": "fr_FR", "localService": True},
]


def test_the_translation_is_text_of_its_language(blank: Page) -> None:
    mount(blank, "translation", LINE, group="g")
    text = blank.locator(".lab-translation-text")
    expect(text).to_have_text(LINE["text"])
    expect(text).to_have_attribute("lang", "fr")
    expect(blank.locator(".lab-translation-notes")).to_have_text("drawn at random (seed 3)")
    give(blank, None)
    expect(text).to_be_hidden()


def test_the_translation_is_copied_with_and_without_the_clipboard_of_https(blank: Page) -> None:
    mount(blank, "translation", LINE, group="g")
    copied = blank.evaluate_handle("""() => {
      const copied = [];
      addEventListener("copy", () => copied.push(document.activeElement.value));
      return copied;
    }""")
    assert blank.evaluate("navigator.clipboard") is None  # this blank page comes over plain http
    blank.get_by_role("button", name="copy").click()
    expect(blank.get_by_role("button", name="copied")).to_be_visible()
    assert copied.json_value() == [LINE["text"]]
    assert blank.locator("textarea").count() == 0


def test_the_voice_is_one_of_the_language_that_was_written(blank: Page) -> None:
    def voice(voices: list[dict[str, Any]], language: str) -> Any:
        return call(blank, "translation/translation.js", "voiceOf", voices, language)

    assert voice(VOICES, "fr") == VOICES[2]
    assert voice(VOICES[:2], "fr") == VOICES[1]
    assert voice(VOICES, "de") is None
    assert voice(VOICES, "") is None


def test_it_is_spoken_where_the_browser_has_a_voice(blank: Page) -> None:
    blank.evaluate("""() => {
      window.spoken = [];
      const synthesis = Object.assign(new EventTarget(), {
        voices: [],
        getVoices() { return this.voices; },
        cancel() {},
        speak({ text, lang }) { spoken.push([text, lang]); },
      });
      Object.defineProperty(window, "speechSynthesis", { value: synthesis });
      window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    }""")
    mount(blank, "translation", LINE, group="g")
    speak = blank.get_by_role("button", name="speak")
    expect(speak).to_be_hidden()
    blank.evaluate(
        "voices => { speechSynthesis.voices = voices; speechSynthesis.dispatchEvent(new Event('voiceschanged')); }",
        VOICES,
    )
    speak.click()
    assert blank.evaluate("spoken") == [[LINE["text"], "fr"]]
    give(blank, LINE | {"language": ""})
    expect(speak).to_be_hidden()


@pytest.mark.parametrize(
    ("given", "action"),
    [
        (("p", False, False), None),  # the strips'
        (("f", False, False), "present"),
        (("p", True, True), "notes"),
        (("PageDown", True, True), "on"),
        (("ArrowRight", True, True), None),  # the strips'
        (("ArrowRight", True, False), "on"),
        (("Escape", True, True), "leave"),
    ],
)
def test_the_keys_of_presenter_mode(blank: Page, given: tuple[str, bool, bool], action: str | None) -> None:
    assert call(blank, "lesson/lesson.js", "actionOf", *given) == action


def test_what_is_to_be_tried_is_shown_thing_by_thing(blank: Page) -> None:
    beats = ["first", "second", "third", "view", "view", "question", "answer"]
    assert call(blank, "lesson/lesson.js", "beatsOf", 2) == beats


def test_the_clock_of_a_talk(blank: Page) -> None:
    assert [call(blank, "lesson/lesson.js", "clock", seconds) for seconds in (0, 65.9, 3600)] == [
        "0:00",
        "1:05",
        "60:00",
    ]


def test_whose_answer_is_late_sees_their_place(blank: Page) -> None:
    held: list[Route] = []
    blank.route("**/gradio_api/run/translate", lambda route: held.append(route))
    blank.route("**/_lab/place*", lambda route: route.fulfill(json={"place": 3, "waiting": 20, "seconds": 4.2}))
    blank.set_content("<div class='gradio-container'></div>")
    blank.evaluate("import('/queue.js')")
    blank.evaluate("""() => {
      const sent = { method: "POST", body: JSON.stringify({ session_hash: "s" }) };
      fetch("/gradio_api/run/translate", sent).then(async (answer) => { window.answer = await answer.text(); });
    }""")
    line = blank.locator(".lab-queue")
    expect(line).to_have_text("Many are asking at once: you are number 3 of 20, about 4 s.")
    held[0].fulfill(body="at last")
    expect(line).to_be_hidden()
    assert blank.evaluate("answer") == "at last"


@pytest.mark.parametrize(
    ("gradio", "said"),
    [
        ("More tabs", "More tabs"),
        ("number input for Units", "number input for Units"),
        ("Invalid file type: a.exe. Only .csv, .tsv allowed.", "a.exe: a file of .csv, .tsv was expected."),
        ("What is somebody else’s", "What is somebody else’s"),
    ],
)
def test_what_gradio_says_in_english_has_its_place_in_the_catalogues(blank: Page, gradio: str, said: str) -> None:
    assert call(blank, "gradio.js", "said", gradio) == said
