"""The environment variables: read here and nowhere else."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .errors import Seq2SeqError


@dataclass(frozen=True)
class Settings:
    pretrained: Path | None  # the folder of the shipped models; None: the package's own
    trainings_at_once: int | None  # watched ones; 0: none; None: as many as there is room for
    training_minutes: float  # that a watched training may take, pauses included
    training_memory_mb: int  # that it may take beyond what TensorFlow takes itself
    hosts: tuple[str, ...] = ()  # names by which the page's server is reached, and no other; empty: any
    metrics: bool = False  # whether the page's server tells its figures to whoever asks
    space_host: str | None = None  # the name of a Hugging Face Space, which the Space says
    engine: str = "process"  # where watched trainings run: one of live.engines.ENGINES
    ray_address: str | None = None  # of the cluster, such as 192.168.1.20:6379; None: the one that runs on this machine
    decoders: int | None = None  # processes that answer sentences, at most; 0: none; None: one for each core


def read_settings() -> Settings:
    """What the environment says now; a variable that is not set, or empty, leaves the default.

    Raises:
        Seq2SeqError: a value that is no number, or not above 0 where it must be.
    """
    folder = os.environ.get("SEQ2SEQ_PRETRAINED")
    return Settings(
        pretrained=Path(folder) if folder else None,
        trainings_at_once=_whole_number("SEQ2SEQ_TRAININGS_AT_ONCE", or_none=True),
        training_minutes=_number("SEQ2SEQ_TRAINING_MINUTES") or 15,
        training_memory_mb=_whole_number("SEQ2SEQ_TRAINING_MEMORY_MB") or 1500,
        hosts=tuple(filter(None, re.split(r"[,\s]+", os.environ.get("SEQ2SEQ_HOSTS", "")))),
        metrics=bool(_number("SEQ2SEQ_METRICS", "0 or 1", or_none=True)),
        space_host=os.environ.get("SPACE_HOST") or None,
        engine=os.environ.get("SEQ2SEQ_ENGINE") or "process",
        ray_address=os.environ.get("SEQ2SEQ_RAY_ADDRESS") or None,
        decoders=_decoders("SEQ2SEQ_DECODERS"),
    )


def _decoders(variable: str) -> int | None:
    if os.environ.get(variable) == "auto":
        return None
    return _whole_number(variable, or_none=True, expected="auto, or a whole number, 0 or above,")


def _number(variable: str, expected: str = "a number above 0", or_none: bool = False) -> float | None:
    """Above 0, or 0 where that may be; None where the variable is not set."""
    text = os.environ.get(variable)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (0 < value < math.inf or (or_none and value == 0)):
        raise Seq2SeqError(f"{variable}={text!r}: {expected} was expected.")
    return value


def _whole_number(variable: str, or_none: bool = False, expected: str = "") -> int | None:
    expected = expected or ("a whole number, 0 or above," if or_none else "a whole number above 0")
    value = _number(variable, expected, or_none)
    if value is not None and not value.is_integer():
        raise Seq2SeqError(f"{variable}={os.environ[variable]!r}: {expected} was expected.")
    return None if value is None else int(value)
