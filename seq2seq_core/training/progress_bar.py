"""The terminal's view of a training run: a progress bar over the events of `train()`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ..config import ModelConfig
from ..data.pairs import Pair
from ..shares import percent
from .ctrl_c import until_ctrl_c
from .events import BatchTrained, EpochTrained, TrainingFinished, TrainingStarted
from .train import train

_EVERY = 10  # batches between two updates of the figures


def show_training(config: ModelConfig, pairs: Sequence[Pair], out: Path, console: Console) -> TrainingFinished:
    """Trains to the end and draws loss, accuracy, characters a second and time left on the way."""
    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    recent: list[BatchTrained] = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", epoch="", figures="")
        for event in until_ctrl_c(train(config, pairs, out)):
            match event:
                case TrainingStarted():
                    for remark in event.remarks:
                        progress.console.print(remark, highlight=False)
                    total = event.batches_per_epoch * config.epochs
                    done = event.batches_per_epoch * event.epochs_done
                    progress.update(task, total=total, completed=done, epoch=f"{event.epochs_done}/{config.epochs}")
                case BatchTrained():
                    recent = [*recent[1 - _EVERY :], event]
                    progress.advance(task)
                    if event.batch % _EVERY == 0:
                        tokens = sum(batch.tokens for batch in recent)
                        speed = tokens / sum(batch.seconds for batch in recent)
                        loss = sum(batch.loss * batch.tokens for batch in recent) / tokens
                        accuracy = sum(batch.accuracy * batch.tokens for batch in recent) / tokens
                        figures = f"loss {loss:.3f} · accuracy {percent(accuracy, 1)} · {speed:,.0f} characters/s"
                        progress.update(task, epoch=f"{event.epoch}/{config.epochs}", figures=figures)
                case EpochTrained():
                    progress.console.print(
                        f"epoch {event.epoch:>4}  loss {event.loss:.4f}  accuracy {event.accuracy:.4f}  "
                        f"val_loss {event.val_loss:.4f}  val_accuracy {event.val_accuracy:.4f}"
                        f"{'  ← best' if event.best else ''}",
                        highlight=False,
                    )
                case TrainingFinished():
                    return event
    raise AssertionError("train() ends with TrainingFinished")
