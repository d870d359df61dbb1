"""A rehearsal of the Hugging Face Space: its files alone, its variables, its requirements, and Gradio's own tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
import yaml
from commands import download
from gradio_client import Client
from packaging.requirements import Requirement
from server import ROOT, Server, running_app

from seq2seq_core import DEFAULT_MODEL, load_model

# what a Space sets for an app of Gradio's, besides the port
SPACE = {"SPACE_ID": "someone/seq2seq-lab", "SYSTEM": "spaces", "GRADIO_SERVER_NAME": "0.0.0.0", "PYTHONPATH": ""}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what the repository holds, and nothing else."""
    folder = tmp_path_factory.mktemp("space") / "app"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def front_matter() -> dict[str, object]:
    _, block, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    matter: dict[str, object] = yaml.safe_load(block)
    return matter


def test_its_front_matter_asks_for_what_the_package_needs() -> None:
    matter = front_matter()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (gradio,) = (needed for line in project["dependencies"] if (needed := Requirement(line)).name == "gradio")
    assert str(matter["sdk_version"]) in gradio.specifier
    assert str(matter["python_version"]) in Requirement(f"python{project['requires-python']}").specifier
    assert (ROOT / str(matter["app_file"])).exists()
    assert len(str(matter["short_description"])) <= 60  # the Hub refuses a longer one


def answers(server: Server) -> None:
    assert "Seq2Seq Lab" in httpx.get(server.url, timeout=60).text
    assert httpx.get(f"{server.url}config").json()["space_id"] == SPACE["SPACE_ID"]
    answer = Client(server.url, verbose=False).predict("Be nice.", api_name="/translate")
    assert answer["text"] == load_model(DEFAULT_MODEL).translate("Be nice.").text
    log = server.log_text()
    # Gradio's thread for reloading ends so where the package is missing with which the Hub fits its own machines out
    assert log.count("Traceback") == log.count("RuntimeError: `spaces` package is required")


def test_the_page_answers_there(files: Path, tmp_path: Path) -> None:
    with running_app(tmp_path / "log", cwd=files, **SPACE) as server:
        answers(server)


@pytest.fixture
def fresh_python(tmp_path: Path, index: None) -> Iterator[Path]:
    """Of an environment made from requirements.txt alone; two gigabytes, so it goes at once."""
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    try:
        download(sys.executable, "-m", "pip", "--python", python, "install", "-q", "-r", ROOT / "requirements.txt")
        yield python
    finally:
        shutil.rmtree(folder)


@pytest.mark.timeout(1_200)
@pytest.mark.skipif(sys.platform == "win32", reason="a Space is Linux")
def test_it_needs_nothing_but_its_requirements(fresh_python: Path, files: Path, tmp_path: Path) -> None:
    with running_app(tmp_path / "log", command=[fresh_python, "app.py"], cwd=files, **SPACE) as server:
        answers(server)


def test_gradios_own_command_serves_it(tmp_path: Path) -> None:
    """`gradio app.py`, which serves `demo` again whenever a file changes."""
    command = [Path(sys.executable).with_name("gradio"), "app.py"]
    with running_app(tmp_path / "log", command=command) as server:
        assert "Seq2Seq Lab" in httpx.get(server.url, timeout=60).text
        assert "Watching" in server.log_text()
        assert "demo name" not in server.log_text().lower()  # it found it under the name that it looks for first
        for child in psutil.Process(server.pid).children(recursive=True):  # which it would leave behind
            child.terminate()


LAUNCHED = """
import httpx
from app import demo
_, url, _ = demo.launch(prevent_thread_lock=True, quiet=True)
print(httpx.get(f"{url}_lab/trace.json?text=Hi.").status_code, demo.max_file_size)
demo.close(verbose=False)
"""


def test_demo_is_served_as_it_must_be_whoever_launches_it(
    run_python: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run_python("-c", LAUNCHED, cwd=ROOT)
    assert done.stdout.split() == ["200", str(50 * 2**20)], done.stderr
