"""What `seq2seq sweep` has found, brought to the page: its curves and its table. Nothing of it is kept."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from seq2seq_core import Seq2SeqError
from seq2seq_core.charts import SWEEP_CURVES
from seq2seq_core.language import later, tr
from seq2seq_core.training.sweep.result import Sweep
from seq2seq_core.training.sweep.table import columns, rows

from .components import Notice, PlotlyChart, Table, Upload
from .lab import QUIET, Updates
from .uploads import remove

MAX_BYTES = 10_000_000
HOW = later(
    "Which learning rate, how many units? On the command line `seq2seq sweep` trains one recipe with many values, side "
    "by side where there are cores or a cluster of computers, and writes a file. Bring the file here to see all curves "
    "in one chart:\n\n"
    "`seq2seq sweep --config dates-gru --epochs 4 --try units=32,64 --try learning_rate=0.003,0.01 --out sweep.json`"
)
TABLE_HELP = later(
    "The best first: its lowest loss on held-out pairs, and the epoch that had it. Right is the share of held-out "
    "examples that it then writes entirely so; chrF, from 0 to 100, also counts the right pieces of the others."
)


class SweepUpload:
    def __init__(self) -> None:
        gr.Markdown(tr(HOW), elem_classes="lab-help")
        self.file = Upload(label=tr("The sweep’s file"), file_types=[".json"], height=150, elem_id="train-sweep-file")
        self.notice = Notice(elem_id="train-sweep-notice")
        with gr.Column(visible=False, elem_id="train-sweep-found") as self.found:
            self.chart = PlotlyChart(group="", height=SWEEP_CURVES.height, elem_id="train-sweep-chart")
            self.table = Table(elem_id="train-sweep-table")

    def connect(self) -> None:
        def receive(path: str | None) -> Updates:
            if path is None:
                return gr.skip()
            try:
                sweep = read_sweep(Path(path))
            except Seq2SeqError as error:
                return {self.file: None, self.notice: str(error)}
            finally:
                remove(path)
            table = {
                "title": tr(sweep.config.title),
                "columns": columns(sweep),
                "rows": rows(sweep),
                "help": tr(TABLE_HELP),
            }
            return {
                self.file: None,
                self.notice: "",
                self.found: gr.update(visible=True),
                self.chart: SWEEP_CURVES.build(sweep),
                self.table: table,
            }

        self.file.upload(receive, self.file, [self.file, self.notice, self.found, self.chart, self.table], **QUIET)


def read_sweep(path: Path) -> Sweep:
    """Raises Seq2SeqError for a file that is none, or too large a one."""
    if path.stat().st_size > MAX_BYTES:
        raise Seq2SeqError(
            tr(
                "{name} has more than {most} MB: no sweep’s file is that large.",
                name=path.name,
                most=MAX_BYTES // 10**6,
            )
        )
    return Sweep.from_json(path.read_bytes(), path.name)
