"""A sweep as a table of texts, the best trial first: for the terminal and for the page."""

from __future__ import annotations

from ...decimals import decimal, whole
from ...language import tr
from ...shares import percent
from .result import Sweep, Trial

NOTHING = "–"


def columns(sweep: Sweep) -> list[str]:
    found = (tr("loss"), tr("epoch"), tr("right"), tr("chrF"), tr("parameters"), tr("seconds"))
    remark = [""] if _remarked(sweep) else []
    return [*sweep.trials[0].changes, *found, *remark]


def rows(sweep: Sweep) -> list[list[str]]:
    """All of the best epoch and of held-out pairs: loss in nats a token; right, the share of the sources that are
    translated entirely so; seconds, for all epochs."""
    remarked = _remarked(sweep)
    return [[*_row(trial), *([_remark(trial)] if remarked else [])] for trial in sweep.ranked]


def _remarked(sweep: Sweep) -> bool:
    return any(map(_remark, sweep.trials))


def _remark(trial: Trial) -> str:
    return tr(trial.ended.message) if trial.ended else tr("not ended")


def _row(trial: Trial) -> list[str]:
    best, ended = trial.best, trial.ended
    loss = [NOTHING, NOTHING]
    if best:
        loss = [
            decimal(best.val_loss, 4),
            tr("{epoch} of {epochs}", epoch=best.epoch, epochs=len(trial.epochs)),
        ]
    exact = percent(ended.exact, 1) if ended and ended.exact is not None else NOTHING
    chrf = decimal(ended.chrf, 1) if ended and ended.chrf is not None else NOTHING
    parameters = whole(ended.parameters) if ended and ended.parameters else NOTHING
    seconds = whole(trial.epochs[-1].seconds) if trial.epochs else NOTHING
    return [*map(str, trial.changes.values()), *loss, exact, chrf, parameters, seconds]
