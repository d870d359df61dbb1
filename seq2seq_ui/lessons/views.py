"""The kinds of views that lessons show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from seq2seq_core.charts import CHARTS
from seq2seq_core.charts.style import short_titles
from seq2seq_core.data.pairs import Pair
from seq2seq_core.data.vocabulary import END
from seq2seq_core.inference.confidence import Calibration
from seq2seq_core.inference.translate_many import translate_batch
from seq2seq_core.inference.translator import Translator
from seq2seq_core.insights import INSTRUMENTS
from seq2seq_core.insights.calibration import RELIABILITY
from seq2seq_core.insights.exposure_bias import COST_OF_A_SLIP, exposure_bias
from seq2seq_core.insights.quality_by_length import QUALITY_BY_LENGTH, read_quality
from seq2seq_core.insights.recorded_runs import RECORDED, recorded_run
from seq2seq_core.insights.three_arrays import three_arrays
from seq2seq_core.language import later, tr
from seq2seq_core.saving.load_model import load_model, pretrained_folder

from ..library import pretrained, title_of, token_of
from ..links import Comparison, Link, Looking, View, within
from .base import LiveView, Shown

RECORDED_RUNS = Path(__file__).with_name("recorded")  # as benchmarks/padding_trap.py and learning_to_look.py write them
SLIP = later(
    "In the frame the likeliest wrong character stands instead of the right one; a bar is how many nats less likely a "
    "right character after it has become. On top: the very next one, and its mean over slips everywhere."
)
IN_TRANSLATE = later("Open this in Translate")
IN_INSIDE = later("Open this in Inside")
IN_COMPARE = later("Open this in Compare")
MAX_ROWS = 25  # of a sentence that grows: more nobody reads, and each is a sentence to translate twice


@dataclass(frozen=True)
class Written(LiveView):
    """A text, read and written character by character, with the diagram or some charts of Translate's."""

    view: View = field(default=View(), kw_only=True)  # its text is not used
    charts: tuple[str, ...] = field(default=("next_token",), kw_only=True)  # names of CHARTS
    diagram: bool = field(default=False, kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        trace = replace(self.view, text=text, prefix=prefix).translate()
        step = within(step, trace)
        token = token_of(pretrained(self.view.model))
        figures = tuple(CHARTS[name].build(trace, token=token, step=step) for name in self.charts)
        return Shown(trace, what_if=True, way_back=True, diagram=self.diagram, figures=figures, step=step)

    def opens(self, text: str) -> tuple[str, Link]:
        return IN_TRANSLATE, replace(self.view, text=text)


@dataclass(frozen=True)
class Asked(LiveView):
    """An instrument of the Inside tab."""

    looking: Looking = field(default=Looking(), kw_only=True)  # its text is not used

    def look(self, text: str, step: int, prefix: str) -> Shown:
        model = pretrained(self.looking.model)
        trace = View(self.looking.model, text, prefix=prefix).translate()
        step = within(step, trace)
        figure = INSTRUMENTS[self.looking.instrument].build(model, trace, replace(self.looking.focus, step=step))
        return Shown(trace, way_back=True, figures=(figure,), step=step)

    def opens(self, text: str) -> tuple[str, Link]:
        return IN_INSIDE, replace(self.looking, text=text)


@dataclass(frozen=True)
class Arrays(LiveView):
    """The tutorial's three arrays with a sentence in them, and what the network writes for it as the target."""

    model: str = field(default="en-fr-char-lstm", kw_only=True)
    only: tuple[int, ...] = field(default=(0, 1, 2), kw_only=True)  # which of them

    def look(self, text: str, step: int, prefix: str) -> Shown:
        model = pretrained(self.model)
        trace = model.translate(text)
        figures = three_arrays(model, trace, within(step, trace))
        return Shown(trace, figures=tuple(figures[number] for number in self.only), step=within(step, trace))

    def opens(self, text: str) -> tuple[str, Link]:
        return IN_TRANSLATE, View(self.model, text)


@dataclass(frozen=True)
class Slips(LiveView):
    """What one slip costs two networks, on a pair that both were trained on."""

    models: tuple[str, str] = field(kw_only=True)
    pair: Pair = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        found = [exposure_bias(pretrained(name), self.pair.source, self.pair.target) for name in self.models]
        figures = [
            COST_OF_A_SLIP.build(bias) | {"title": title_of(name), "help": tr(SLIP)}
            for name, bias in zip(self.models, found, strict=True)
        ]
        ranges = [figure["layout"]["yaxis"]["range"] for figure in figures]
        step = step or found[0].slip.step
        for figure in figures:  # one scale
            figure["layout"]["yaxis"]["range"] = [min(low for low, _ in ranges), max(high for _, high in ranges)]
            figure["step"] = step
        trace = pretrained(self.models[0]).translate(self.pair.source, prefix=self.pair.target + END)
        return Shown(trace, says=False, figures=tuple(figures), step=step)

    def opens(self, text: str) -> tuple[str, Link]:
        return IN_COMPARE, Comparison(self.pair.source, self.models)


@dataclass(frozen=True)
class Run:
    """A training that is over."""

    title: str
    name: str  # of a pretrained model, or of a folder under recorded/
    training: bool = True  # whether its loss on the training pairs is drawn
    held_out: bool = True

    @property
    def folder(self) -> Path:
        recorded = RECORDED_RUNS / self.name
        return recorded if recorded.exists() else pretrained_folder() / self.name


@dataclass(frozen=True)
class Recorded(LiveView):
    """Curves of trainings that are over."""

    runs: tuple[Run, ...] = field(kw_only=True)
    help: str = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        found = [recorded_run(run.folder, tr(run.title), run.training, run.held_out) for run in self.runs]
        return Shown(figures=(RECORDED.build(found) | {"help": tr(self.help)},))

    def texts(self) -> Iterator[str]:
        yield from (*super().texts(), *(run.title for run in self.runs), self.help)


@dataclass(frozen=True)
class LookedBack(LiveView):
    """A training that is over, as its network was at some moments: where it looked then, and what it wrote."""

    run: str = field(kw_only=True)  # a folder under recorded/, with one for each moment
    batches: tuple[int, ...] = field(kw_only=True)  # its moments, the latest last
    help: str = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        figures = []
        for number in self.batches:
            trace = recorded_model(f"{self.run}/{number}").translate(text)
            title = tr("After {number} batches: “{text}”", number=number, text=trace.text)
            figures.append(CHARTS["attention"].build(trace) | {"title": title, "help": tr(self.help)})
        return Shown(figures=tuple(figures))

    def texts(self) -> Iterator[str]:
        yield from (*super().texts(), self.help)


@dataclass(frozen=True)
class Tried(LiveView):
    """Sentences, some of which the networks were trained on, and what each network writes for them."""

    models: tuple[str, ...] = field(kw_only=True)
    seen: tuple[Pair, ...] = field(kw_only=True)
    unseen: tuple[Pair, ...] = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        pairs = [*self.seen, *self.unseen]
        written = [dict(translate_batch(pretrained(name), [pair.source for pair in pairs])) for name in self.models]
        seen, unseen = tr("in training"), tr("never seen")
        rows = [
            [
                _opening(pair.source, self.models),
                seen if pair in self.seen else unseen,
                pair.target,
                *(texts[row] for texts in written),
            ]
            for row, pair in enumerate(pairs)
        ]
        columns = [tr("sentence"), tr("seen?"), tr("a right answer"), *short_titles([*map(title_of, self.models)])]
        help = tr("Written now, always with the likeliest character. A sentence opens in Compare.")
        return Shown(table={"title": tr(self.label), "columns": columns, "rows": rows, "help": help})


@dataclass(frozen=True)
class Listed(LiveView):
    """A table of what was measured."""

    columns: tuple[str, ...] = field(kw_only=True)
    rows: tuple[tuple[str, ...], ...] = field(kw_only=True)
    help: str = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        rows = [[*map(tr, row)] for row in self.rows]
        columns = [*map(tr, self.columns)]
        return Shown(table={"title": tr(self.label), "columns": columns, "rows": rows, "help": tr(self.help)})

    def texts(self) -> Iterator[str]:
        yield from (*super().texts(), *self.columns, *chain(*self.rows), self.help)


@dataclass(frozen=True)
class Grown(LiveView):
    """One sentence growing word by word, and what each network makes of it; their quality by length."""

    models: tuple[str, str] = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        rows = [[_opening(part, self.models), *texts] for part, texts in grown(self.models, text)]
        help = tr("Written now, always with the likeliest character. A beginning opens in Compare.")
        columns = [tr("the sentence so far"), *short_titles([*map(title_of, self.models)])]
        return Shown(table={"title": tr("A sentence that grows"), "columns": columns, "rows": rows, "help": help})


@dataclass(frozen=True)
class Lengths(LiveView):
    """Quality by sentence length, as `seq2seq lengths` measured it."""

    models: tuple[str, str] = field(kw_only=True)
    help: str = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        found = [quality for name in self.models if (quality := read_quality(pretrained_folder() / name))]
        return Shown(figures=(QUALITY_BY_LENGTH.build(found) | {"help": tr(self.help)},))

    def texts(self) -> Iterator[str]:
        yield from (*super().texts(), self.help)


@dataclass(frozen=True)
class Calibrated(LiveView):
    """How far probabilities can be trusted, as `seq2seq calibrate` measured it."""

    models: tuple[str, ...] = field(kw_only=True)

    def look(self, text: str, step: int, prefix: str) -> Shown:
        found = [(name, Calibration.read(pretrained_folder() / name)) for name in self.models]
        figures = (RELIABILITY.build(each) | {"title": title_of(name)} for name, each in found if each)
        return Shown(figures=tuple(figures))


def _opening(text: str, models: tuple[str, ...]) -> dict[str, str]:
    """A table's cell that leads to Compare."""
    return {"text": text, "link": f"#{Comparison(text, models).to_query()}", "title": tr("Step through it in Compare")}


@cache
def recorded_model(folder: str) -> Translator:
    """A network of a recorded training, of a folder under recorded/."""
    return load_model(RECORDED_RUNS / folder)


@lru_cache(maxsize=32)
def grown(models: tuple[str, ...], text: str) -> list[tuple[str, list[str]]]:
    """The first word, the first two, …, and what each network makes of them; of many words, several more a row.

    Raises:
        Seq2SeqError: a text that one of them cannot read.
    """
    networks = [pretrained(name) for name in models]
    for network in networks:
        network.source_ids(text)  # is it too long? Asked of the whole before any part of it is translated
    words = text.split()
    count = min(len(words), MAX_ROWS)
    parts = [" ".join(words[: round(len(words) * (row + 1) / count)]) for row in range(count)]
    written = [dict(translate_batch(network, parts)) for network in networks]
    return [(part, [texts[row] for texts in written]) for row, part in enumerate(parts)]
