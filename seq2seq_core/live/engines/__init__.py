"""Where watched trainings run. Registered here and nowhere else."""

from __future__ import annotations

from ...errors import Seq2SeqError
from .base import Engine, Listener, WorkerHandle
from .going_on import GoingOn
from .process import ProcessEngine
from .ray import RayEngine

ENGINES: dict[str, Engine] = {
    "process": ProcessEngine(),  # on this machine
    "ray": GoingOn(RayEngine()),  # on any machine of a cluster
}


def engine_named(name: str) -> Engine:
    """Raises Seq2SeqError for one that is not registered."""
    if name not in ENGINES:
        raise Seq2SeqError(f"SEQ2SEQ_ENGINE={name!r}: one of {', '.join(ENGINES)} was expected.")
    return ENGINES[name]


__all__ = ["ENGINES", "Engine", "Listener", "ProcessEngine", "RayEngine", "WorkerHandle", "engine_named"]
