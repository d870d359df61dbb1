"""Where watched trainings run. Registered here and nowhere else."""

from .base import Engine, Listener, WorkerHandle
from .process import ProcessEngine

ENGINES: dict[str, Engine] = {"process": ProcessEngine()}

__all__ = ["ENGINES", "Engine", "Listener", "ProcessEngine", "WorkerHandle"]
