"""The trials of a sweep side by side, by Ray Tune: on the machines of a cluster, or on the cores of this one."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import ray
from ray import tune

from ...config import ModelConfig
from ...data.pairs import Pair
from ...language import later
from ..events import BatchTrained, EpochTrained
from .result import Ended
from .trial import Heard, train_trial

CORES = 1  # a trial's: one thread trains such small networks as fast as two do
TRIES = 2  # a trial whose machine is lost begins anew on another one
LOST = later("The computer that trained it was lost, twice.")
SAID = "said"


def on_ray(configs: Sequence[ModelConfig], pairs: Sequence[Pair], heard: Heard, address: str | None) -> None:
    """All of them, as many at once as there are cores.

    Args:
        address: of the cluster; None: the one that runs on this machine, else one that is started for the sweep.

    Raises:
        ConnectionError: nobody answers at the address.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_CHDIR_TO_TRIAL_DIR", "0")
    ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
    try:
        # what Tune says on standard output is not ours, and a folder that is about to go is nobody's
        silent = contextlib.redirect_stdout(io.StringIO())
        with tempfile.TemporaryDirectory(prefix="seq2seq-sweep-") as folder, silent:
            trainable = tune.with_parameters(_train, configs=list(configs), pairs=list(pairs))
            tune.Tuner(
                tune.with_resources(trainable, {"cpu": CORES}),
                param_space={"number": tune.grid_search(list(range(len(configs))))},
                tune_config=tune.TuneConfig(reuse_actors=True),
                run_config=tune.RunConfig(
                    storage_path=folder,
                    verbose=0,
                    callbacks=[_Hears(heard)],
                    failure_config=tune.FailureConfig(max_failures=TRIES - 1),
                ),
            ).fit()
    finally:
        ray.shutdown()


def _train(space: dict[str, Any], configs: list[ModelConfig], pairs: list[Pair]) -> None:
    """Somewhere in the cluster."""
    for said in train_trial(configs[space["number"]], pairs):
        if not isinstance(said, BatchTrained):
            tune.report({SAID: asdict(said)})


class _Hears(tune.Callback):
    """Hands on what the trials say, here where the sweep was begun."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def __reduce__(self) -> tuple[Any, ...]:
        """Tune puts it into a file that nobody reads: it goes without whoever listens, who may be no object for one."""
        return tune.Callback, ()

    def on_trial_result(self, iteration: int, trials: list[Any], trial: Any, result: dict[str, Any], **_: Any) -> None:
        said = result[SAID]
        self._heard(trial.config["number"], EpochTrained(**said) if "epoch" in said else Ended(**said))

    def on_trial_error(self, iteration: int, trials: list[Any], trial: Any, **_: Any) -> None:
        self._heard(trial.config["number"], Ended(message=LOST))
