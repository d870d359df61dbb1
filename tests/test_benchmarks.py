"""The benchmarks: rivals have processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("benchmark", ["decode", "training"])
def test_no_rivals_library_is_loaded_beside_another(
    benchmark: str, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """TensorFlow and PyTorch's Triton in one process end in a segmentation fault."""
    done = run_python(
        "-c",
        f"import sys; sys.path.insert(0, 'benchmarks'); import {benchmark}; "
        "print([name for name in ('keras', 'tensorflow', 'torch') if name in sys.modules])",
        cwd=ROOT,
    )
    assert done.stdout == "[]\n", done.stderr


def made(number: int) -> dict[str, Callable[..., int]]:
    return {"pid": os.getpid, "add": lambda more: number + more, "crash": lambda: os._exit(3)}


def test_a_rival_is_called_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    apart = __import__("apart").Apart(made, 40)
    assert apart("add", 2) == 42
    assert apart("pid") != os.getpid()
    with pytest.raises(RuntimeError, match="ended with status 3"):
        apart("crash")
    assert sys.modules.pop("apart")
