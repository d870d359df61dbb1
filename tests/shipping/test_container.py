"""The container's recipe, as far as Docker is not needed: its files, and the commands of its light variant."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from commands import download, run
from gradio_client import Client
from server import ROOT, running_app

from seq2seq_core import load_model


@dataclass
class Stage:
    of: str  # the image or stage that it starts from
    copied: list[str] = field(default_factory=list)  # from the checkout
    taken: list[str] = field(default_factory=list)  # stages that something is copied from
    runs: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    user: str = "root"


def stages() -> dict[str, Stage]:
    read: dict[str, Stage] = {}
    stage = Stage("")
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for line in filter(None, re.sub(r"(?m)^#.*\n", "", text).split("\n")):
        match line.split():
            case ["FROM", image, "AS", name]:
                read[name] = stage = Stage(image)
            case ["COPY", option, _, _] if option.startswith("--from="):
                stage.taken.append(option.removeprefix("--from="))
            case ["COPY", *sources, _]:
                stage.copied += sources
            case ["RUN", *_]:
                stage.runs.append(line.removeprefix("RUN "))
            case ["CMD", *_]:
                stage.command = [part.strip('",[]') for part in line.split()[1:]]
            case ["USER", user]:
                stage.user = user
    return read


def chain(name: str) -> list[Stage]:
    """The stage, and those below it."""
    all_ = stages()
    return [all_[name], *chain(all_[name].of)] if name in all_ else []


def test_what_is_copied_is_there_and_is_sent_to_docker() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {source for stage in stages().values() for source in stage.copied}
    assert copied == sent
    assert all((ROOT / source).exists() for source in copied)


def test_both_variants_serve_as_nobody_in_particular() -> None:
    assert list(stages())[-1] == "full"  # what `docker build .` makes
    for variant in ("light", "full"):
        below = chain(variant)
        assert next(stage.command for stage in below if stage.command) == ["seq2seq", "serve"]
        assert next(stage.user for stage in below if stage.user != "root") == "lab"
        assert all(taken in stages() for taken in below[0].taken)


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory, index: None) -> Path:
    """The environment that the RUN lines of the light variant make, each absolute folder of theirs below another."""
    root = tmp_path_factory.mktemp("container")
    source = root / "source"
    (name,) = stages()["light"].taken
    recipe = chain(name)[::-1]
    for copied in (copied for stage in recipe for copied in stage.copied):
        copy: Callable[..., object] = shutil.copytree if (ROOT / copied).is_dir() else shutil.copyfile
        source.mkdir(exist_ok=True)
        copy(ROOT / copied, source / copied)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # the image's python and pip
    for line in (line for stage in recipe for line in stage.runs):
        there = re.sub(r"(?<=\s)/(?=venv|wheels)|^/(?=venv)", f"{root}/", line)
        download("sh", "-c", there, cwd=source, env=os.environ | {"PATH": path})
    return root / "venv" / "bin"


@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="an image is Linux")
def test_the_light_variant_has_no_tensorflow_and_answers(light: Path, tmp_path: Path) -> None:
    listed = run(light / "pip", "list").lower()
    assert "gradio" in listed
    assert not {"tensorflow", "keras"} & set(listed.split())
    with running_app(
        tmp_path / "log", command=[light / "seq2seq", "serve"], cwd=tmp_path, PYTHONPATH="", SEQ2SEQ_PRETRAINED=""
    ) as server:
        answer = Client(server.url, verbose=False).predict("12+30", model="addition-lstm", api_name="/translate")
        assert answer["text"] == load_model("addition-lstm").translate("12+30").text
        assert "Traceback" not in server.log_text()
