"""The Inside tab as a visitor uses it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from server import Server

from seq2seq_core.insights import INSTRUMENTS

pytestmark = pytest.mark.e2e
DRAWN = "#inside .lab-plot[data-drawn]"


@pytest.fixture
def inside(page: Page, server: Server) -> Page:
    page.goto(f"{server.url}#tab=inside&model=en-fr-char-lstm&text=Be+nice.")
    page.wait_for_selector(DRAWN)
    return page


def test_each_question_is_answered_at_a_click_and_the_link_holds_it(inside: Page) -> None:
    for name, instrument in INSTRUMENTS.items():
        inside.get_by_role("radio", name=instrument.question, exact=True).check()
        expect(inside.locator("#inside figcaption")).to_have_text(instrument.title)
        expect(inside).to_have_url(re.compile(rf"tab=inside.*instrument={name}|tab=inside(?!.*instrument)"))


def test_the_cursor_moves_through_the_chart(inside: Page) -> None:
    inside.locator("#inside-stepper [data-go=on]").click()
    expect(inside.locator("#inside-stepper .lab-where")).to_contain_text("step 2 of")
    expect(inside.locator("#inside .lab-plot")).to_have_attribute("data-cursor", re.compile(r"\d+"))


def test_a_wrong_instrument_is_a_sentence(page: Page, server: Server) -> None:
    page.goto(f"{server.url}#tab=inside&instrument=x-ray")
    expect(page.locator("#inside-notice .lab-notice")).to_contain_text("There is no instrument 'x-ray'", timeout=30_000)


def test_numbers_and_picture_can_be_taken_along(inside: Page) -> None:
    links = inside.locator("#inside .lab-links")
    with inside.expect_download() as numbers:
        links.get_by_text("numbers as CSV").click()
    assert numbers.value.path().read_bytes().startswith(b'\xef\xbb\xbf"x","column"')
    for button, begins in (("picture as PNG", b"\x89PNG"), ("picture as SVG", b"<svg")):
        with inside.expect_download() as picture:
            links.get_by_text(button).click()
        assert picture.value.suggested_filename.startswith("What-mattered-")
        content = picture.value.path().read_bytes()
        assert content.startswith(begins)
    assert "What mattered?" in content.decode()


def test_a_link_holds_what_is_asked(page: Page, server: Server) -> None:
    query = "tab=inside&model=en-fr-char-gru&text=Be+nice.&instrument=units&unit=3&part=z&view=one"
    page.goto(f"{server.url}#{query}")
    page.wait_for_selector(DRAWN)
    expect(page.locator("#inside .lab-help")).to_contain_text("z of unit 3")
    expect(page.get_by_label("update z")).to_be_checked()
    page.get_by_label("reset r").check()
    expect(page).to_have_url(re.compile("part=r"))
    expect(page.locator("#inside .lab-help")).to_contain_text("r of unit 3")
    # what another network does not have is what it has first
    page.goto(f"{server.url}#{query}".replace("gru", "cnn"))
    expect(page.get_by_label("activation")).to_be_checked()
    expect(page).to_have_url(re.compile("unit=3(?!.*part=)"))


def test_it_is_drawn_again_at_a_click(inside: Page) -> None:
    inside.get_by_label("What if it were drawn?").check()
    expect(inside.locator("#inside .lab-help")).to_contain_text("(seed 0)")
    inside.get_by_role("button", name="Draw again").click()
    expect(inside.locator("#inside .lab-help")).to_contain_text("(seed 1)")
    expect(inside).to_have_url(re.compile("seed=1"))


def test_a_point_of_the_beam_tree_is_forced_at_a_click(inside: Page) -> None:
    inside.get_by_label("What else was in the running?").check()
    expect(inside.locator("#inside figcaption")).to_have_text("Beam tree")
    inside.locator("#inside .lab-plot").evaluate("plot => plot.scrollIntoView({ block: 'end' })")
    inside.wait_for_timeout(300)  # it takes its place
    at = inside.evaluate("""() => {
      const plot = document.querySelector("#inside .lab-plot");
      const { xaxis, yaxis } = plot._fullLayout;
      const kept = plot.data.find(({ customdata, textfont }) => customdata && !textfont.color);
      const place = kept.customdata.findIndex((prefix) => prefix.length === 3);
      const { left, top } = plot.getBoundingClientRect();
      const [x, y] = [kept.x[place], kept.y[place]];
      return [kept.customdata[place], left + xaxis._offset + xaxis.l2p(x), top + yaxis._offset + yaxis.l2p(y)];
    }""")
    inside.mouse.move(at[1], at[2], steps=4)
    inside.wait_for_timeout(300)  # a click is on what Plotly has found under the mouse, a moment later
    inside.mouse.click(at[1], at[2])
    expect(inside.locator("#inside-stepper .lab-cell.lab-forced")).to_have_count(3)
    cells = inside.locator("#inside-stepper [data-side=writes] .lab-cell").all_text_contents()
    assert "".join(cells).replace("␣", " ").startswith(at[0])
    expect(inside).to_have_url(re.compile("prefix="))
    inside.locator("#inside-stepper .lab-unforce").click()
    expect(inside.locator("#inside-stepper .lab-cell.lab-forced")).to_have_count(0)


def test_what_is_marked_is_asked_about(inside: Page) -> None:
    inside.get_by_label("Which units know?").check()
    cells = inside.locator("#inside-stepper [data-side=reads] .lab-cell")
    cells.nth(3).hover()
    inside.mouse.down()
    cells.nth(4).hover()
    inside.mouse.up()
    expect(inside.get_by_label("Characters that are asked about")).to_have_value("ni")
    expect(inside).to_have_url(re.compile("span=ni"))
    expect(inside.locator("#inside-stepper .lab-marked")).to_have_count(2)
