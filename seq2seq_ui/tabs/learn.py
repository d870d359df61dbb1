"""The Learn tab: lessons, each a thing to try and a chart of what was measured."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError
from seq2seq_core.inference.confidence import Calibration
from seq2seq_core.inference.translate_many import translate_batch
from seq2seq_core.inference.translator import MAX_SOURCE_TOKENS
from seq2seq_core.insights.calibration import RELIABILITY
from seq2seq_core.insights.quality_by_length import QUALITY_BY_LENGTH, read_quality
from seq2seq_core.saving.load_model import pretrained_folder

from ..components import Lengthened, Notice, PlotlyChart
from ..components.notice.notice import stale
from ..lab import QUIET, Lab, Tab, Updates
from ..library import pretrained, title_of
from ..links import Comparison, Lesson

ONE_VECTOR, LOOKS_BACK = MODELS = ("en-fr-char-lstm", "en-fr-char-attention")
MAX_ROWS = 25  # more nobody reads, and each is a sentence to translate twice
BOTTLENECK = """
## The bottleneck

The tutorial’s network reads the whole sentence into **one vector** and writes the translation from that vector alone.
Its size is fixed: a word has as much room in it as a paragraph. Attention does away with that: at every character it
writes, the network looks back at **all** the encoder’s states and takes what it needs.

Watch the same sentence grow, word by word.
"""
CALIBRATION = """
## How sure may it be?

A network that writes “g” with 90 % should be right nine times in ten. Whether it is can only be seen on sentences it
has **not** learnt from. The tutorial’s network, which knows its training sentences by heart, is far too sure of
others; the one with attention, which has met some twenty times as many sentences, is nearly as sure as it should be.
The Translate tab judges a whole translation by what came of equally probable ones.
"""


class LearnTab(Tab):
    title = "Learn"
    link = Lesson

    def build(self) -> None:
        gr.Markdown(BOTTLENECK)
        with gr.Row(equal_height=True):
            self.text = gr.Textbox(
                Lesson.text,
                label=f"A sentence, up to {MAX_SOURCE_TOKENS} characters",
                max_lines=1,
                scale=5,
                min_width=280,
                elem_id="learn-text",
            )
            self.button = gr.Button("Lengthen", variant="primary", scale=1, min_width=120, elem_id="learn-go")
        self.notice = Notice(elem_id="learn-notice")
        self.table = Lengthened(elem_id="lengthened")
        qualities = [quality for name in MODELS if (quality := read_quality(pretrained_folder() / name))]
        PlotlyChart(
            value=QUALITY_BY_LENGTH.build(qualities),
            group=self.link.tab,
            height=QUALITY_BY_LENGTH.height,
            elem_id="quality-by-length",
        )
        gr.Markdown(CALIBRATION)
        with gr.Row():
            for name in MODELS:
                if calibration := Calibration.read(pretrained_folder() / name):
                    figure = RELIABILITY.build(calibration) | {"title": title_of(name)}
                    with gr.Column(min_width=320):
                        elem_id = f"reliability-{name}"
                        PlotlyChart(value=figure, group="", height=RELIABILITY.height, elem_id=elem_id)

    def connect(self, lab: Lab) -> None:
        def lengthen(text: str) -> Updates:
            return self.at(Lesson(text)) | self._lengthened(text)

        shown: list[Block] = [self.address, self.notice, self.table]
        gr.on([self.text.submit, self.button.click], lengthen, self.text, shown, **QUIET)

    @property
    def opened(self) -> list[Block]:
        return [self.text, self.address, self.notice, self.table]

    def open(self, link: Lesson) -> Updates:
        return {self.text: link.text} | self.at(link) | self._lengthened(link.text)

    def _lengthened(self, text: str) -> Updates:
        try:
            return {self.notice: "", self.table: {"models": [title_of(name) for name in MODELS], "rows": _rows(text)}}
        except Seq2SeqError as error:
            return {self.notice: stale(error)}


@lru_cache(maxsize=32)
def _rows(text: str) -> list[dict[str, Any]]:
    """The first word, the first two, …, and what each network makes of them; of many words, several more a row."""
    models = [pretrained(name) for name in MODELS]
    for model in models:
        model.source_ids(text)  # is it too long? Asked of the whole before any part of it is translated
    words = text.split()
    count = min(len(words), MAX_ROWS)
    parts = [" ".join(words[: round(len(words) * (row + 1) / count)]) for row in range(count)]
    written = [dict(translate_batch(model, parts)) for model in models]
    return [
        {
            "text": part,
            "translations": [texts[row] for texts in written],
            "link": f"#{Comparison(part, MODELS).to_query()}",
        }
        for row, part in enumerate(parts)
    ]
