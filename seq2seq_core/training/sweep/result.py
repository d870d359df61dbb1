"""What a sweep has found, and its file: written while it goes on, read by the Train tab."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ...archives import parse_json
from ...config import ModelConfig
from ...decimals import whole
from ...errors import Seq2SeqError
from ...language import tr
from ..events import EpochTrained
from .search import MOST_TRIALS

MOST_EPOCHS = 10_000  # of a file


@dataclass(frozen=True)
class Ended:
    """The last thing that is said of a trial."""

    parameters: int = 0
    exact: float | None = None  # share of held-out sources that the best epoch's weights translate entirely right
    chrf: float | None = None  # of the same, 0 to 100
    message: str = ""  # why it came to no end


@dataclass(frozen=True)
class Trial:
    changes: Mapping[str, Any]  # fields of the config, and their values
    epochs: tuple[EpochTrained, ...] = ()
    ended: Ended | None = None  # None: it has not

    @property
    def title(self) -> str:
        return ", ".join(f"{field} {value}" for field, value in self.changes.items())

    @property
    def best(self) -> EpochTrained | None:
        """The epoch with the lowest loss on held-out pairs."""
        whole = [epoch for epoch in self.epochs if math.isfinite(epoch.val_loss)]
        return min(whole, key=lambda epoch: epoch.val_loss, default=None)


@dataclass(frozen=True)
class Sweep:
    config: ModelConfig  # before any change
    trials: tuple[Trial, ...]

    def heard(self, number: int, event: EpochTrained | Ended) -> Sweep:
        """With what one of its trials said. One that began anew says its first epoch again."""
        trial = self.trials[number]
        if isinstance(event, Ended):
            trial = replace(trial, ended=event)
        else:
            trial = replace(trial, epochs=(*trial.epochs[: event.epoch - 1], event), ended=None)
        return replace(self, trials=(*self.trials[:number], trial, *self.trials[number + 1 :]))

    @property
    def ranked(self) -> list[Trial]:
        """The best first; those without a whole epoch last."""
        return sorted(self.trials, key=lambda trial: trial.best.val_loss if trial.best else math.inf)

    def to_json(self) -> bytes:
        trials = [
            {
                "changes": dict(trial.changes),
                "epochs": [asdict(epoch) for epoch in trial.epochs],
                "ended": asdict(trial.ended) if trial.ended else None,
            }
            for trial in self.trials
        ]
        return json.dumps({"config": self.config.to_dict(), "trials": trials}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes, name: str) -> Sweep:
        """What `to_json` wrote.

        Args:
            name: of the file, in messages.

        Raises:
            Seq2SeqError: it is something else, or too long to be shown.
        """
        values = parse_json(data, name)
        try:
            sweep = cls(
                ModelConfig.from_dict(values["config"], name),
                tuple(
                    Trial(
                        {str(field): value for field, value in trial["changes"].items()},
                        tuple(_epoch(**epoch) for epoch in trial["epochs"]),
                        _ended(**trial["ended"]) if trial["ended"] else None,
                    )
                    for trial in values["trials"]
                ),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Seq2SeqError(
                tr("{name} is no sweep: a file was expected that `seq2seq sweep` wrote.", name=name)
            ) from None
        epochs = sum(len(trial.epochs) for trial in sweep.trials)
        if not sweep.trials or len(sweep.trials) > MOST_TRIALS or epochs > MOST_EPOCHS:
            raise Seq2SeqError(
                tr(
                    "{name} has {trials} trials of {epochs} epochs: 1 to {most_trials} of up to "
                    "{most_epochs} were expected.",
                    name=name,
                    trials=whole(len(sweep.trials)),
                    epochs=whole(epochs),
                    most_trials=MOST_TRIALS,
                    most_epochs=whole(MOST_EPOCHS),
                )
            )
        return sweep


def _epoch(epoch: int, best: bool, **numbers: float) -> EpochTrained:
    return EpochTrained(int(epoch), best=bool(best), **{name: float(value) for name, value in numbers.items()})


def _ended(parameters: int, exact: float | None, chrf: float | None, message: str) -> Ended:
    exact, chrf = (None if score is None else float(score) for score in (exact, chrf))
    return Ended(int(parameters), exact, chrf, str(message))
