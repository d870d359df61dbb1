"""Whether anything can be trained here: a machine that only shows models needs neither Keras nor TensorFlow."""

from __future__ import annotations

import importlib.util


def missing_package() -> str | None:
    """What training needs and this machine has not; None: it has all. Nothing is imported to find out."""
    return next((name for name in ("TensorFlow", "Keras") if not is_there(name.lower())), None)


def is_there(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ImportError:
        return False
