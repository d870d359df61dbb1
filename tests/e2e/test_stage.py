"""The stage of the Translate tab: cause and effect on one screen, and the pictures among which one chooses."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server
from translate_page import CHARTS, TranslatePage

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.data.vocabulary import name_token
from seq2seq_core.shares import percent

pytestmark = pytest.mark.e2e

SENTENCE = "Where did you buy that jacket?"  # 30 characters, as the stage is made for
LINK = "text=Where+did+you+buy+that+jacket%3F"
# what a projector shows at once
STAGE = (
    ".lab-header",
    "#text input",
    "#model input",
    "#go",
    ".lab-translation-text",
    ".lab-translation-sure",
    "#stepper [data-side=reads]",
    "#stepper [data-side=writes]",
    "#stepper [data-go=play]",
    "#stepper input[type=range]",
    "#stepper .lab-where",
    "#pictures",
    "#chart .lab-plot",
    "#chart .lab-help",
    "#candidates .lab-candidates-rows",
    "#method",
)
DIALS = ("#decoding .lab-dials input[type=range]", "#decoding .lab-dials input[aria-label=Seed]")
HYPOTHESES = ("#candidates .lab-hypotheses li",)


@pytest.fixture
def lab(page: Page, server: Server) -> TranslatePage:
    expect.set_options(timeout=60_000)  # a busy machine must not turn a test red
    page.set_default_timeout(60_000)
    return TranslatePage(page, server.url)


def box(lab: TranslatePage, selector: str, which: int = 0) -> dict[str, float]:
    found: Any = lab.page.locator(selector).nth(which).bounding_box()
    assert found, selector
    return found


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize(
    ("dials", "more"),
    [("", ()), ("&method=sample&temperature=0.5&top_k=5&top_p=0.9", DIALS), ("&method=beam", HYPOTHESES)],
)
def test_one_screen_holds_the_stage(
    lab: TranslatePage, size: tuple[int, int], dials: str, more: tuple[str, ...]
) -> None:
    assert len(SENTENCE) == 30
    width, height = size
    lab.page.set_viewport_size({"width": width, "height": height})
    lab.open(f"{LINK}&chart=attention&step=3{dials}")
    for selector in more:
        lab.page.locator(selector).first.wait_for()
    expect(lab.plot).to_have_attribute("data-cursor", str(len(SENTENCE) + 3))
    assert lab.page.evaluate("[scrollX, scrollY]") == [0, 0]
    for selector in (*STAGE, *more):
        for which in range(lab.page.locator(selector).count()):
            part = box(lab, selector, which)
            assert part["x"] >= 0, selector
            assert part["y"] >= 0, selector
            assert part["x"] + part["width"] <= width, selector
            assert part["y"] + part["height"] <= height, selector
    # the dials stand beside the columns, and these beside the large chart
    chart, rows, method = (box(lab, part) for part in ("#chart .lab-plot", ".lab-candidates-rows", "#method"))
    assert chart["x"] + chart["width"] <= rows["x"]
    assert rows["x"] + rows["width"] <= method["x"]
    assert chart["width"] > 0.45 * min(width, 1700)
    assert chart["height"] >= height / 4


@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_has_its_place_on_the_stage(lab: TranslatePage, chart: str) -> None:
    lab.page.set_viewport_size({"width": 1280, "height": 720})
    lab.open(f"{LINK}&chart={chart}")
    expect(lab.picture(chart)).to_have_attribute("aria-pressed", "true")
    lab.expect_cursor(len(SENTENCE))
    part = box(lab, "#large .lab-help:visible")
    assert part["y"] + part["height"] <= 720
    if chart != "network":
        links = lab.page.locator("#chart .lab-links")
        with lab.page.expect_download() as download:
            links.get_by_text("numbers as CSV").click()
        assert download.value.path().read_text(encoding="utf-8-sig").startswith('"')
        with lab.page.expect_download() as download:
            links.get_by_text("picture as SVG").click()
        assert download.value.suggested_filename.endswith(".svg")
        part = box(lab, "#chart .lab-links button >> nth=-1")
        assert part["y"] + part["height"] <= 720
    assert lab.page.locator("#large [data-drawn]:visible").count() == 1


def test_on_a_phone_the_chart_stands_under_the_strips(lab: TranslatePage) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 844})
    lab.open(f"{LINK}&chart=attention")
    expect(lab.plot).to_have_attribute("data-cursor", str(len(SENTENCE)))
    parts = (
        "#text",
        "#translation",
        "#stepper",
        "#pictures",
        "#chart .lab-plot",
        "#candidates",
        "#method",
        "#examples",
    )
    tops = [box(lab, part)["y"] for part in parts]
    assert tops == sorted(tops)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_at_twice_the_size_nothing_is_cut_off(lab: TranslatePage) -> None:
    """200 % zoom of 1280×720 is a page of 640×360."""
    lab.page.set_viewport_size({"width": 640, "height": 360})
    lab.open(LINK)
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 640
    tops = [box(lab, part)["y"] for part in ("#stepper", "#network", "#candidates")]
    assert tops == sorted(tops)


def test_a_picture_is_chosen_and_the_link_holds_it(lab: TranslatePage) -> None:
    lab.open()
    assert lab.offered() == list(CHARTS)
    requests: list[str] = []
    lab.page.on("request", lambda request: requests.append(request.url))
    lab.choose_chart("state_norms")
    expect(lab.page.locator("#chart figcaption")).to_have_text("State norms")
    lab.expect_cursor(8)
    assert requests == []
    assert "chart=state_norms" in lab.page.url
    # the arrow keys are still the cursor's
    lab.textbox.blur()
    lab.page.keyboard.press("ArrowRight")
    lab.expect_cursor(9)
    expect(lab.picture("state_norms")).to_have_attribute("aria-pressed", "true")
    lab.translate("Get out!")
    assert "chart=state_norms" in lab.page.url
    expect(lab.picture("state_norms")).to_have_attribute("aria-pressed", "true")
    expect(lab.page.locator("#chart figcaption")).to_have_text("State norms")


def test_pictures_are_buttons_for_the_keyboard(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&chart=softmax_heatmap")
    for name in lab.offered():
        expect(lab.picture(name)).to_have_accessible_name(lab.picture(name).get_attribute("title") or "?")
        expect(lab.picture(name)).to_have_attribute("aria-pressed", str(name == "softmax_heatmap").lower())
    lab.picture("softmax_heatmap").focus()
    lab.page.keyboard.press("ArrowRight")
    expect(lab.picture("state_norms")).to_be_focused()
    expect(lab.page.locator("#chart figcaption")).to_have_text("State norms")
    lab.expect_cursor(8)  # it is not the cursor that moved
    lab.page.keyboard.press("Home")
    lab.page.keyboard.press("ArrowLeft")
    expect(lab.picture(CHARTS[-1])).to_be_focused()


def test_what_takes_long_is_made_when_it_is_chosen_and_the_cursor_stays(lab: TranslatePage) -> None:
    lab.open("text=Be+nice.&model=en-fr-char-lstm&step=2")
    lab.choose_chart("deletion")
    expect(lab.page.locator("#chart figcaption")).to_have_text("What mattered?")
    lab.expect_cursor(10)
    assert lab.page.evaluate("document.querySelector('#chart .lab-plot').data[0].z.length") == len("Be nice.")
    assert "chart=deletion" in lab.page.url
    assert "step=2" in lab.page.url


def test_another_model_shows_what_it_has_and_the_choice_stays(lab: TranslatePage) -> None:
    assert load_model(DEFAULT_MODEL).kind.claims.looks_back
    lab.open("text=Be+nice.&chart=attention")
    lab.page.locator("#model input").click()
    before = lab.loads()
    lab.page.get_by_role("option", name=load_model("en-fr-char-lstm").config.title, exact=True).click()
    lab.wait_for_load(before)
    expect(lab.picture("attention")).to_be_hidden()
    expect(lab.picture("network")).to_have_attribute("aria-pressed", "true")
    expect(lab.network).to_be_visible()
    before = lab.loads()
    lab.page.locator("#model input").click()
    lab.page.get_by_role("option", name=load_model(DEFAULT_MODEL).config.title, exact=True).click()
    lab.wait_for_load(before)
    expect(lab.page.locator("#chart figcaption")).to_have_text("Attention")


def test_a_visitor_finds_the_chart_again_and_a_link_shows_its_own(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    lab = TranslatePage(context.new_page(), server.url).open()
    lab.choose_chart("gates")
    again = TranslatePage(context.new_page(), server.url).open()
    expect(again.page.locator("#chart figcaption")).to_have_text("Gates")
    again.page.wait_for_url("**chart=gates**")
    linked = TranslatePage(context.new_page(), server.url).open("text=Be+nice.&chart=state_norms")
    expect(linked.page.locator("#chart figcaption")).to_have_text("State norms")
    context.close()


# the diagram


def words(lab: TranslatePage) -> str:
    return lab.page.locator("#network figcaption").inner_text().replace("\xa0", " ")


def lit(lab: TranslatePage) -> list[tuple[str | None, str | None]]:
    nodes = lab.page.locator("#network .lab-node.lab-lit").all()
    return [(node.get_attribute("data-side"), node.get_attribute("data-step")) for node in nodes]


def drawn(lab: TranslatePage) -> str:
    return " ".join(lab.page.locator("#network svg text").all_text_contents())


def test_the_diagram_shows_the_step_with_what_flows_there(lab: TranslatePage) -> None:
    trace = load_model(DEFAULT_MODEL).translate(SENTENCE)
    assert trace.attention is not None
    lab.open(f"{LINK}&step=3")
    lab.expect_cursor(len(SENTENCE) + 3)
    assert lit(lab) == [("writes", "3")]
    first, second = (int(i) for i in trace.attention[3].argsort()[::-1][:2])
    looks = [f"{name_token(trace.encoder.tokens[i])} {percent(float(trace.attention[3, i]))}" for i in (first, second)]
    wrote = f"{name_token(trace.tokens[3])}, {percent(float(trace.chosen_probabilities[3]))}"
    assert words(lab) == (
        f"The decoder reads {name_token(trace.tokens[2])}, which it has just written, looks at {looks[0]} and "
        f"{looks[1]}, and writes {wrote}."
    )
    assert f"‖h‖ {trace.h_norms[3]:.1f}" in drawn(lab)
    assert "hand-over" in drawn(lab)
    lab.page.locator("#stepper [data-side=reads] .lab-cell").nth(4).click()
    lab.expect_cursor(4)
    assert lit(lab) == [("reads", "4")]
    assert words(lab).startswith("The encoder reads “e”, from both ends of the text: ‖h‖ ")
    assert "looks at" not in drawn(lab)


@pytest.mark.parametrize(
    ("link", "said", "shows", "never"),
    [
        (
            "model=en-fr-char-lstm&text=Be+nice.",
            "The decoder starts from the encoder’s last state, reads the start, and writes “S”,",
            "hand-over",
            "looks at",
        ),
        (
            "model=addition-lstm&text=535%2B61&step=1",
            "The decoder reads the encoder’s last state, as at every step, and writes “9”,",
            "the same vector at every step",
            "hand-over",
        ),
        ("model=digit-sums-lstm&text=864200&step=1", "The stack reads “6” and writes “4”,", "one stack", "encoder"),
        ("model=en-fr-char-cnn&text=Drop+it%21&step=-8", "The encoder sees ", "convolution", "hand-over"),
    ],
)
def test_the_diagram_draws_what_each_kind_of_network_is(
    lab: TranslatePage, link: str, said: str, shows: str, never: str
) -> None:
    lab.open(link)
    expect(lab.page.locator("#network figcaption")).to_contain_text(said)
    assert shows in drawn(lab)
    assert never not in drawn(lab)
    expect(lab.page.locator("#network .lab-again")).to_have_count(0)  # nothing was written yet, or it is never read
