"""The wheel, built once and installed as a user would, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from commands import run

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "e2e"))  # server.py


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where packages cannot be had."""
    folder = tmp_path_factory.mktemp("index")
    options = ["-q", "--no-deps", "--no-cache-dir", "--retries", "0", "--timeout", "20", "-d", str(folder)]
    done = subprocess.run([sys.executable, "-m", "pip", "download", *options, "num2words"], capture_output=True)
    if done.returncode:
        pytest.skip("no package index can be reached")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel, and finds what it needs where this one does: no download."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False)
    variables = {"base": str(folder), "platbase": str(folder)}
    packages, bin_ = (Path(sysconfig.get_path(name, vars=variables)) for name in ("purelib", "scripts"))
    # where this one is an editable install, the .pth that leads to the checkout is not followed from there
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    run(sys.executable, "-m", "pip", "--python", bin_ / "python", "install", "-q", "--no-deps", "--no-index", wheel)
    return bin_
