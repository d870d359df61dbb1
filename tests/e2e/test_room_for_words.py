"""Words have room, in every language and on every screen: none is cut off, and none lies over another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server
from translate_page import TranslatePage

from seq2seq_core.language import languages

pytestmark = pytest.mark.e2e
INNER = "const inner = (box) => box.getBoundingClientRect().right - parseFloat(getComputedStyle(box).paddingRight);"
# where the words of a text field end, and where the arrow in it begins
ENDS = """(field) => {
  INNER
  const arrow = field.parentElement.querySelector(".icon-wrap");
  return [inner(field), arrow.getBoundingClientRect().left];
}""".replace("INNER", INNER)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.mark.parametrize("language", languages())
def test_the_header_says_what_this_is_beside_its_tabs(page: Page, server: Server, language: str) -> None:
    page.goto(f"{server.url}?lang={language}")
    for width in (1500, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        text = page.locator(".lab-header p")
        expect(text).to_be_visible()
        starts = text.evaluate("""(paragraph) => {
          const range = document.createRange();
          range.selectNodeContents(paragraph);
          return range.getBoundingClientRect().left;
        }""")
        last: dict[str, float] = page.get_by_role("tab").last.bounding_box()  # type: ignore[assignment]
        assert starts >= last["x"] + last["width"], width


@pytest.mark.parametrize("language", languages())
def test_a_phone_cuts_no_words_off(phone: Page, server: Server, language: str) -> None:
    phone.goto(f"{server.url}?lang={language}#model=en-fr-char-attention-textbook&method=beam")
    TranslatePage(phone, server.url).wait_for_answer()
    ends, arrow = phone.locator("#model input").evaluate(ENDS)
    assert ends <= arrow
    for name in ("live", "back", "mend"):
        box = phone.locator(f"#{name}")
        if box.is_visible():
            assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), name
            assert box.locator("label").evaluate("label => label.offsetHeight") <= 30, name  # one line
    number = phone.locator("#decoding .lab-dials input[type=number]:visible")
    assert number.evaluate("field => field.getBoundingClientRect().right") <= 390
    phone.goto(f"{server.url}?lang={language}#tab=learn&lesson=asking-a-network&view=3")
    phone.wait_for_selector("#learn-chart-2 .lab-plot[data-drawn]")
    tops = {link.evaluate("link => link.offsetTop") for link in phone.locator(".lab-course a").all()}
    assert len(tops) == 1  # all lessons in one line
    # the chart's tools stand beside its title
    title = phone.locator("#learn-chart-2 figcaption")
    ends = title.evaluate(f"(title) => {{ {INNER} return inner(title); }}")
    tools: dict[str, float] = phone.locator("#learn-chart-2 .modebar").bounding_box()  # type: ignore[assignment]
    assert ends <= tools["x"]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", [1280, 1500])
def test_a_dial_beside_the_columns_shows_its_number(page: Page, server: Server, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server.url}?lang={language}#method=beam")
    number = page.locator("#decoding .lab-dials input[type=number]:visible")
    number.wait_for()
    column: dict[str, float] = page.locator("#decoding").bounding_box()  # type: ignore[assignment]
    box: dict[str, float] = number.bounding_box()  # type: ignore[assignment]
    assert box["x"] + box["width"] <= column["x"] + column["width"] + 1
