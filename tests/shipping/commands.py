"""A command that must succeed."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

PATIENCE = 300  # seconds for what has to be downloaded


def run(*command: object, **options: Any) -> str:
    """What it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def download(*command: object, **options: Any) -> str:
    """The same; one that has to wait for too long skips the test."""
    try:
        return run(*command, timeout=PATIENCE, **options)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the package index did not deliver within {PATIENCE} s")
