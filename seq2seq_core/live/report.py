"""What is shown of a watched run: its numbers, its curves, and what its network makes of some sentences."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from ..charts import CHARTS, CURVES, LOOKS, Figure
from ..charts.attention_heatmap import ATTENTION
from ..charts.strips import strips
from ..errors import Seq2SeqError
from ..inference.trace import DecodeTrace
from ..inference.translator import Translator
from ..insights.deletion import DELETION
from ..shares import percent
from .protocol import Figures, Look, ProbeDecoding, Sample

if TYPE_CHECKING:
    from .watched_run import WatchedRun


def figures(run: WatchedRun) -> Figures:
    """The run's numbers, for people."""
    curves, started, seconds = run.curves, run.started, run.seconds_a_batch
    last_epoch = curves.epochs[-1][1] if curves.epochs else None
    return Figures(
        batches_done=len(curves),
        batches_all=run.batches,
        epoch=run.epoch,
        epochs=run.config.epochs,
        batch=run.batch,
        batches=started.batches_per_epoch,
        parameters=started.parameters,
        training_pairs=started.training_pairs,
        validation_pairs=started.validation_pairs,
        loss=_mean(curves.loss[-10:]),
        accuracy=_mean(curves.accuracy[-10:]),
        val_loss=last_epoch.val_loss if last_epoch else None,
        val_accuracy=last_epoch.val_accuracy if last_epoch else None,
        exact=curves.exact[-1][1] if curves.exact else None,
        exact_at_the_end=run.exact_at_the_end,
        gradient_norm=curves.gradient_norm[-1] if len(curves) else None,
        learning_rate=run.next_rate,
        examples_per_second=min(run.config.batch_size, started.training_pairs) / seconds if seconds else None,
        seconds_left=(run.batches - len(curves)) * seconds if seconds else None,
    )


def charts(run: WatchedRun) -> dict[str, Figure]:
    """The curves, by the name of their chart on the page."""
    return {name: chart.build(run.curves) for name, chart in CURVES.items()}


def look(run: WatchedRun, epoch: int | None = None) -> Look:
    """What the network does now: the held-out sentences, its gates, the probe.

    Args:
        epoch: whose weights it has again; None: those of the last batch.
    """
    model = run.model_now()
    traces = [model.translate(source) for source in run.samples]
    samples = [
        _sample(source, run.references[source], trace.text) for source, trace in zip(run.samples, traces, strict=True)
    ]
    probe = _decoded(model, run.probe)
    looked_at = [*traces, *([probe] if probe else [])]
    drawn = {name: chart.build(looked_at) for name, chart in LOOKS.items()}
    batch = epoch * run.started.batches_per_epoch if epoch else len(run.curves)
    return Look(samples, drawn, _shown(model, probe, batch, epoch or run.epoch))


def history(run: WatchedRun, first: int = 0) -> list[ProbeDecoding]:
    """The probe's decoding at every moment kept, or from the one with this index on; the oldest first."""
    return [decode_probe(moment.model, run.probe, moment.batch, moment.epoch) for moment in run.moments[first:]]


def decode_probe(model: Translator, probe: str, batch: int, epoch: int) -> ProbeDecoding:
    """The probe as a model writes it, which was trained up to this batch and epoch."""
    return _shown(model, _decoded(model, probe), batch, epoch)


def marked(written: str, reference: str) -> list[tuple[str, bool]]:
    """Pieces of what was written, and whether each stands in the reference too, in its order."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for block in SequenceMatcher(None, written, reference, autojunk=False).get_matching_blocks():
        if block.a > end:
            pieces.append((written[end : block.a], False))
        if block.size:
            pieces.append((written[block.a : block.a + block.size], True))
        end = block.a + block.size
    return pieces


def model_card(run: WatchedRun, weights: str, exact: float, exact_in_training: float) -> str:
    """The README.md of a model that the run leaves; the arguments as in `KeptModel`."""
    shown = figures(run)
    return (
        f"# {run.config.title}\n\n"
        f"Trained in the Train tab of Seq2Seq Lab: {shown.batches_done:,} batches "
        f"({shown.epoch} of {shown.epochs} epochs begun) on {shown.training_pairs:,} pairs; "
        f"{shown.parameters:,} parameters. Weights: {weights}.\n\n"
        f"Exact match: {percent(exact, 1)} of held-out examples, {percent(exact_in_training, 1)} of those it was "
        "trained on.\n"
    )


def _decoded(model: Translator, probe: str) -> DecodeTrace | None:
    try:
        return model.translate(probe)
    except Seq2SeqError:  # given before the vocabulary was known
        return None


def _sample(source: str, references: Sequence[str], written: str) -> Sample:
    reference = max(references, key=lambda text: SequenceMatcher(None, text, written, autojunk=False).ratio())
    return Sample(source, reference, marked(written, reference), written in references)


def _shown(model: Translator, trace: DecodeTrace | None, batch: int, epoch: int) -> ProbeDecoding:
    if trace is None:
        return ProbeDecoding(batch, epoch)
    token = model.vocabularies.source.kind
    cells = strips(trace, token=token, what_if=False)  # nothing is forced while the weights move
    drawn = {name: chart.build(trace, token=token) for name, chart in CHARTS.items() if chart.probed}
    if trace.attention is None:  # what mattered can be asked of any network
        drawn[ATTENTION.name] = DELETION.build(model, trace)
    return ProbeDecoding(batch, epoch, trace.text, cells, drawn)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
