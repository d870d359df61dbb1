"""The Learn tab: lessons, each a thing to try and a chart of what was measured."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode

import gradio as gr

from seq2seq_core import Seq2SeqError
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights.quality_by_length import quality_by_length_chart, read_quality
from seq2seq_core.saving.load_model import pretrained_folder

from ..components import Lengthened, Notice, PlotlyChart
from ..links import pretrained
from .translate import QUIET

TAB = "learn"
ONE_VECTOR, LOOKS_BACK = "en-fr-char-lstm", "en-fr-char-attention"
SENTENCE = "Do you know where my brother put the book that I gave him yesterday?"
BOTTLENECK = """
### The bottleneck

The tutorial’s network reads the whole sentence into **one vector** and writes the translation from that vector alone.
Its size is fixed: a word has as much room in it as a paragraph. Attention does away with that: at every character it
writes, the network looks back at **all** the encoder’s states and takes what it needs.

Watch the same sentence grow, word by word.
"""


# the view in the address, as the other tabs do for theirs
_WRITE_LINK = """(text) => history.replaceState(null, "", "#" + new URLSearchParams({tab: "learn", text}))"""


def build(page: gr.Blocks, tabs: gr.Tabs) -> None:
    """Adds the tab to the page that is being built, and opens the lesson a link holds."""
    with gr.Tab("Learn", id=TAB) as tab:
        gr.Markdown(BOTTLENECK)
        with gr.Row(equal_height=True):
            text = gr.Textbox(
                SENTENCE,
                label=f"A sentence, up to {MAX_SOURCE_TOKENS} characters",
                max_length=MAX_SOURCE_TOKENS,
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="learn-text",
            )
            button = gr.Button("Lengthen", variant="primary", scale=1, min_width=120, elem_id="learn-go")
        notice = Notice(elem_id="learn-notice")
        table = Lengthened(elem_id="lengthened")
        chart = PlotlyChart(group=TAB, height=380, elem_id="quality-by-length")
        link = gr.Textbox(visible=False)
    screen = [notice, table]
    gr.on([text.submit, button.click], _lengthened, text, screen, **QUIET).then(None, text, js=_WRITE_LINK)
    tab.select(_lengthened, text, screen, **QUIET)  # not while the page is built: these are some thirty sentences
    qualities = [read_quality(pretrained_folder() / name) for name in (ONE_VECTOR, LOOKS_BACK)]
    chart.value = chart.postprocess(quality_by_length_chart([quality for quality in qualities if quality]))

    def open_link(fragment: str) -> list[Any]:
        query = parse_qs(fragment)
        if query.get("tab") != [TAB]:
            return [gr.skip()] * (2 + len(screen))
        given = query.get("text", [SENTENCE])[0]
        return [gr.Tabs(selected=TAB), given, *_lengthened(given)]

    page.load(open_link, link, [tabs, text, *screen], js="() => location.hash.slice(1)", **QUIET)


def _lengthened(text: str) -> list[Any]:
    """Values of notice and table."""
    try:
        return [
            "",
            {"models": [pretrained(name).config.title for name in (ONE_VECTOR, LOOKS_BACK)], "rows": _rows(text)},
        ]
    except Seq2SeqError as error:
        return [str(error), gr.skip()]


@lru_cache(maxsize=32)
def _rows(text: str) -> list[dict[str, Any]]:
    """The first word, the first two, …, and what each network makes of them."""
    models = [pretrained(name) for name in (ONE_VECTOR, LOOKS_BACK)]
    words = text.split()
    rows = []
    for count in range(1, max(2, len(words) + 1)):
        so_far = " ".join(words[:count])
        link = urlencode({"tab": "compare", "text": so_far, "models": f"{ONE_VECTOR},{LOOKS_BACK}"})
        rows.append(
            {"text": so_far, "translations": [model.translate(so_far).text for model in models], "link": f"#{link}"}
        )
    return rows
