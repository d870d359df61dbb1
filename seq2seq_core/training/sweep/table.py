"""A sweep as a table of texts, the best trial first: for the terminal and for the page."""

from __future__ import annotations

from ...shares import percent
from .result import Sweep, Trial

NOTHING = "–"


def columns(sweep: Sweep) -> list[str]:
    remark = [""] if _remarked(sweep) else []
    return [*sweep.trials[0].changes, "loss", "epoch", "right", "chrF", "parameters", "seconds", *remark]


def rows(sweep: Sweep) -> list[list[str]]:
    """All of the best epoch and of held-out pairs: loss in nats a token; right, the share of the sources that are
    translated entirely so; seconds, for all epochs."""
    remarked = _remarked(sweep)
    return [[*_row(trial), *([_remark(trial)] if remarked else [])] for trial in sweep.ranked]


def _remarked(sweep: Sweep) -> bool:
    return any(map(_remark, sweep.trials))


def _remark(trial: Trial) -> str:
    return trial.ended.message if trial.ended else "not ended"


def _row(trial: Trial) -> list[str]:
    best, ended = trial.best, trial.ended
    loss = [f"{best.val_loss:.4f}", f"{best.epoch} of {len(trial.epochs)}"] if best else [NOTHING, NOTHING]
    exact = percent(ended.exact, 1) if ended and ended.exact is not None else NOTHING
    chrf = f"{ended.chrf:.1f}" if ended and ended.chrf is not None else NOTHING
    parameters = f"{ended.parameters:,}" if ended and ended.parameters else NOTHING
    seconds = f"{trial.epochs[-1].seconds:,.0f}" if trial.epochs else NOTHING
    return [*map(str, trial.changes.values()), *loss, exact, chrf, parameters, seconds]
