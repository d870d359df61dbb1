"""What visitors bring: sentence pairs to train on, and models to look into. All of it stays in memory, and theirs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import gradio as gr
from gradio.blocks import Block

from seq2seq_core import Seq2SeqError, Translator, load_model
from seq2seq_core.data.pairs import FoundPairs, pairs_of
from seq2seq_core.data.tables import SUFFIXES, Row, Table, open_table
from seq2seq_core.data.tutorial_pairs import read_tutorial_pairs
from seq2seq_core.decimals import whole
from seq2seq_core.language import Said, later, tr
from seq2seq_core.saving.model_zip import MAX_PARAMETERS, is_model_zip, load_model_zip, refuse_large

from .components import Notice, Upload
from .dials import MAX_PAIRS, title_of
from .lab import QUIET, Updates
from .visitors import VISITORS, OwnModel, OwnPairs, PastRun, Visitor

MAX_UPLOAD_MB = 50
MAX_CHARACTERS = 120  # of a sentence to train on
MAX_TABLE = 10_000_000  # characters that are kept in memory
MAX_COLUMNS = 8
PREVIEW = 5  # rows
DIRECTIONS = {later("forwards"): False, later("backwards"): True}  # in which a network reads its source
# what its script put behind a sentence
PADDINGS: dict[str, Literal["space", "zeros"]] = {
    later("spaces (since 2019)"): "space",
    later("zeros (2017)"): "zeros",
}
PAIRS_TYPES = [*SUFFIXES, ".zip"]

PAIRS_LIMITS = later(
    "A text with a tab between the columns (.txt, .tsv), CSV, or a zip of one, up to {megabytes} MB. Of it, the first "
    "{lines} lines, and sentences of up to {characters} characters. It stays in this page and goes with it."
)
MODEL_LIMITS = later(
    "The zip of a model folder, as downloaded here, or the tutorial’s own `s2s_model.keras` (or `.h5`) with the pairs "
    "file it was trained on: up to {megabytes} MB and {millions} million parameters. It is read as data and never "
    "executed, stays in this page and goes with it."
)


def read_table(path: Path, commas: bool = False) -> Table:
    """The file's first rows. Raises Seq2SeqError as `open_table` does, or for more text than is kept here."""
    table = open_table(path, commas).kept(MAX_PAIRS)
    characters = sum(len(cell) for row in table.rows for cell in row.columns)
    if characters > MAX_TABLE:
        raise Seq2SeqError(
            tr(
                "{name}: its first {lines} lines have {millions:.0f} million characters; up to "
                "{most} are read here: leave out the columns that are not needed.",
                name=table.name,
                lines=whole(MAX_PAIRS),
                millions=characters / 1e6,
                most=MAX_TABLE // 10**6,
            )
        )
    return table


def short_pairs(table: Table, source: int, target: int) -> FoundPairs:
    """The pairs of two columns that are not too long to train on here.

    Raises:
        Seq2SeqError: as `pairs_of` does, or fewer than 10 are left.
    """
    if source == target:
        raise Seq2SeqError(tr("Source and target are the same column: choose two."))
    found = pairs_of(table, source=source, target=target)
    kept = tuple(pair for pair in found.pairs if max(map(len, pair)) <= MAX_CHARACTERS)
    if len(kept) < 10:
        raise Seq2SeqError(
            tr(
                "{name} has {kept} pairs of sentences of up to {max_characters} characters: at least 10 are "
                "needed to train on some and hold out others.",
                name=table.name,
                kept=len(kept),
                max_characters=MAX_CHARACTERS,
            )
        )
    if len(kept) == len(found.pairs):
        return found
    longer = tr(
        "{count} with a sentence of more than {characters} characters are left out.",
        count=whole(len(found.pairs) - len(kept)),
        characters=MAX_CHARACTERS,
    )
    return FoundPairs(kept, (*found.remarks, longer))


def read_pasted(text: str) -> Table:
    """What was pasted, read as a file of it would be, a CSV file too. Raises Seq2SeqError as `open_table` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / tr("The pasted text")
        path.write_text(text, encoding="utf-8", errors="replace")
        return read_table(path, commas=True)


class PairsUpload:
    """File or pasted text, preview and columns of pairs to train on."""

    def __init__(self) -> None:
        with gr.Row():
            with gr.Column(min_width=280):
                self.file = Upload(
                    label=tr("A file of pairs"), file_types=PAIRS_TYPES, height=190, elem_id="train-pairs-file"
                )
            with gr.Column(min_width=280):
                self.pasted = gr.Textbox(
                    label=tr("… or paste them here, a pair a line"),
                    placeholder="one⇥un\ntwo⇥deux\n"
                    + tr("(a tab between the two, as copied from a spreadsheet, or a comma)"),
                    lines=4,
                    max_lines=8,
                    elem_id="train-pairs-text",
                )
                self.use_pasted = gr.Button(tr("Use these pairs"), elem_id="train-pairs-use")
        limits = tr(PAIRS_LIMITS, megabytes=MAX_UPLOAD_MB, lines=whole(MAX_PAIRS), characters=MAX_CHARACTERS)
        gr.Markdown(limits, elem_classes="lab-help")
        self.notice = Notice(elem_id="train-pairs-notice")
        with gr.Row(visible=False) as self.columns:
            self.source = gr.Dropdown(
                [], label=tr("The network reads"), min_width=200, filterable=False, elem_id="train-source-column"
            )
            self.target = gr.Dropdown(
                [], label=tr("… and writes"), min_width=200, filterable=False, elem_id="train-target-column"
            )
        self.preview = gr.Dataframe(visible=False, interactive=False, label=tr("The first lines"), wrap=True)

    def connect(self, chosen: Callable[[int], Updates], outputs: list[Block]) -> None:
        """Pairs that can be used also set what `chosen` says of so many, which is among `outputs`."""

        def receive(request: gr.Request, path: str | None) -> Any:
            if path is None:
                return gr.skip()
            try:
                return {self.file: None, **take(request, read_table(Path(path)))}
            except Seq2SeqError as error:
                return {self.file: None, self.notice: str(error)}
            finally:
                remove(path)

        def receive_pasted(request: gr.Request, text: str | None) -> Updates:
            try:
                return take(request, read_pasted(text or ""))
            except Seq2SeqError as error:
                return {self.notice: str(error)}

        def take(request: gr.Request, table: Table) -> Updates:
            own = bring(request, table, *table.default_columns)
            return self.shown(own) | chosen(len(own.found.pairs))

        def choose(request: gr.Request, source: Any, target: Any) -> Updates:
            try:
                own = VISITORS.of_session(request.session_hash or "").own
                if own is None:
                    raise Seq2SeqError(tr("These pairs are not here any more: bring them again."))
                own = bring(request, own.table, int(source or 0), int(target or 0))
            except Seq2SeqError as error:
                return {self.notice: str(error)}
            return {self.notice: _counted(own), **chosen(len(own.found.pairs))}

        def bring(request: gr.Request, table: Table, source: int, target: int) -> OwnPairs:
            own = OwnPairs(table, source, target, short_pairs(table, source, target))
            VISITORS.bring(VISITORS.of_session(request.session_hash or ""), own)
            return own

        self.file.upload(receive, self.file, [self.file, *self.opened, *outputs], **QUIET)
        self.use_pasted.click(receive_pasted, self.pasted, [*self.opened, *outputs], **QUIET)
        asked = [self.source, self.target]
        gr.on([self.source.input, self.target.input], choose, asked, [self.notice, *outputs], **QUIET)

    @property
    def opened(self) -> list[Block]:
        """The components that `shown` sets."""
        return [self.notice, self.columns, self.source, self.target, self.preview]

    def shown(self, own: OwnPairs) -> Updates:
        """Of its `opened`, for what a visitor has brought."""
        named = zip(*_columns(own.table), strict=True)
        choices = [(tr("{name}: {cell}", name=name, cell=cell), i) for i, (name, cell) in enumerate(named)]
        return {
            self.notice: _counted(own),
            self.columns: gr.update(visible=True),
            self.source: gr.update(choices=choices, value=own.source),
            self.target: gr.update(choices=choices, value=own.target),
            self.preview: gr.update(visible=True, value=_preview(own.table)),
        }


def _counted(own: OwnPairs) -> str:
    pairs = tr("{name}: {count} pairs to train on.", name=own.table.name, count=whole(len(own.found.pairs)))
    return " ".join((pairs, *own.found.remarks, tr("Press Start above.")))


def _columns(table: Table) -> tuple[list[str], list[str]]:
    """(what each column is called, what its first cell holds)."""
    names = [tr("column {number}", number=i + 1) for i in range(min(MAX_COLUMNS, table.columns))]
    named = table.header[: len(names)]
    first = next(iter(table.rows))
    return [_short(name) for name in named] + names[len(named) :], [_cell(first, i) for i in range(len(names))]


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"


def _cell(row: Row, column: int) -> str:
    return _short(row.columns[column]) if column < len(row.columns) else ""


def _preview(table: Table) -> dict[str, Any]:
    names, _ = _columns(table)
    rows = islice(table.rows, PREVIEW)
    return {"headers": names, "data": [[_cell(row, i) for i in range(len(names))] for row in rows]}


class ModelUpload:
    """A model of the visitor's own: its file, and for a bare `.keras` how it was trained."""

    def __init__(self) -> None:
        limits = tr(MODEL_LIMITS, megabytes=MAX_UPLOAD_MB, millions=MAX_PARAMETERS // 10**6)
        gr.Markdown(limits, elem_classes="lab-help")
        as_shown = (tr("as the pairs show"), "tried")
        with gr.Row():
            self.model = Upload(
                label=tr("The model"),
                file_types=[".zip", ".keras", ".h5"],
                height=150,
                elem_id="own-model",
            )
            self.pairs = Upload(
                label=tr("Its pairs file"),
                file_types=PAIRS_TYPES,
                height=150,
                elem_id="own-model-pairs",
            )
        with gr.Row():
            self.count = gr.Number(
                10_000,
                precision=0,
                minimum=1,
                label=tr("… how many of its lines"),
                min_width=160,
                elem_id="own-model-count",
            )
            self.padding = gr.Radio(
                [as_shown, *((tr(says), says) for says in PADDINGS)],
                value="tried",
                label=tr("… and what the script put behind a sentence"),
            )
            self.reads = gr.Radio(
                [as_shown, *((tr(name), name) for name in DIRECTIONS)],
                value="tried",
                label=tr("… and how it reads the source"),
                elem_id="own-model-reads",
            )
            self.button = gr.Button(tr("Look inside"), elem_id="own-model-open")
        self.notice = Notice(elem_id="own-model-notice")

    def connect(self, show: Callable[[Visitor, str], Updates], outputs: list[Block]) -> None:
        """`show` opens a visitor's model by its key; what it sets is among `outputs`."""

        def look_inside(
            request: gr.Request, model: str | None, pairs: str | None, count: Any, padding: Any, reads: Any
        ) -> Updates:
            try:
                if model is None:
                    raise Seq2SeqError(tr("Choose a model file first."))
                visitor = VISITORS.of_session(request.session_hash or "")
                how = PADDINGS.get(padding), DIRECTIONS.get(reads)
                own = open_upload(visitor, Path(model), pairs, int(count or 0), *how)
            except Seq2SeqError as error:
                return {self.model: None, self.notice: str(error)}
            finally:
                remove(model)
            remove(pairs)
            said = own.translator.card.splitlines()[2:3] if own.model_zip is None else []
            return {self.model: None, self.pairs: None, self.notice: "".join(said), **show(visitor, own.key)}

        asked: dict[str, Block] = {
            "model": self.model,
            "pairs": self.pairs,
            "count": self.count,
            "padding": self.padding,
            "reads": self.reads,
        }
        outputs = [self.model, self.pairs, self.notice, *outputs]
        self.button.click(look_inside, inputs_kwargs=asked, outputs=outputs, **QUIET)


def open_upload(
    visitor: Visitor,
    path: Path,
    pairs: str | None,
    lines: int,
    padding: Literal["space", "zeros"] | None = None,
    reverse_source: bool | None = None,
) -> OwnModel:
    """The visitor's own from now on. Raises Seq2SeqError for a file that is no model, or too large a one."""
    title = Said(later("yours: {file}"), {"file": path.name})
    if is_model_zip(path):
        data = path.read_bytes()
        translator, examples = load_model_zip(io.BytesIO(data), path.name)
        return VISITORS.add_model(visitor, translator, title, _examples(translator, examples), data)
    translator = load_model(
        path,
        pairs=pairs,
        num_samples=lines,
        padding=padding,
        reverse_source=reverse_source,
        max_parameters=MAX_PARAMETERS,
    )
    refuse_large(translator)
    assert pairs is not None
    some = read_tutorial_pairs(pairs, lines)
    examples = tuple(dict.fromkeys(pair.source for pair in some[:: max(1, len(some) // 6)]))[:6]
    return VISITORS.add_model(visitor, translator, title, _examples(translator, examples))


def _examples(translator: Translator, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those that the model can read; else its task's, or one thing that it knows."""
    task = translator.task.examples if translator.task else ()
    for texts in (wanted, task):
        if readable := tuple(text for text in texts if _reads(translator, text)):
            return readable
    for token in translator.vocabularies.source.tokens:
        if _reads(translator, token):
            return (token,)
    raise Seq2SeqError(tr("The model's vocabulary has nothing that could be typed."))


def _reads(translator: Translator, text: str) -> bool:
    try:
        translator.source_ids(text)
    except Seq2SeqError:
        return False
    return True


def open_run(visitor: Visitor) -> list[OwnModel]:
    """The models of the visitor's finished run, opened as their own uploads would be. The first is the run's own."""
    run = visitor.run
    if run is None or run.kept is None:
        raise Seq2SeqError(tr("There is no finished training here."))
    models = [model for model in visitor.models if model.run == run.number]
    if len(models) == len(run.kept.models):  # else none is there yet, or some have given way
        return models
    models = []
    visitor.runs += 1
    for kept in run.kept.models:
        translator, examples = load_model_zip(io.BytesIO(kept.model_zip), tr("the trained model"))
        examples = _examples(translator, examples)
        one, of_two = later("yours, run {number}: {title}"), later("yours, run {number}: {title} (epoch {epoch})")
        values = {"number": visitor.runs, "title": title_of(run.config), "epoch": kept.epoch}
        title = Said(of_two if len(run.kept.models) > 1 else one, values)
        models.append(
            VISITORS.add_model(visitor, translator, title, examples, kept.model_zip, run.kept.curves_csv, run.number)
        )
    visitor.keep_run(PastRun(visitor.runs, run.number, run.config, run.curves, models[0].key, run.kept.models[0].exact))
    return models


def remove(path: str | None) -> None:
    """An upload was read: Gradio's copy goes at once, with the folder made for it."""
    if path:
        with contextlib.suppress(OSError):
            Path(path).unlink()
            Path(path).parent.rmdir()
