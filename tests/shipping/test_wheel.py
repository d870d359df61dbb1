"""A built wheel in an environment of its own: everything is in it, and it serves from any folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import httpx
from commands import run
from gradio_client import Client
from server import ROOT, running_app

from seq2seq_core import DEFAULT_MODEL, list_pretrained, load_model
from seq2seq_ui.components.base import SCRIPTS, STYLES, scripts_url

NOT_OURS = (".pyc", ".pyi")  # Python and Gradio write them


def files_of(package: str) -> set[str]:
    paths = (path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix not in NOT_OURS)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_the_wheel_holds_the_packages_and_the_models_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}
    models = {f"seq2seq_core/{name}" for name in files_of("pretrained")}
    assert inside == files_of("seq2seq_core") | files_of("seq2seq_ui") | models


def test_it_serves_a_sentence_from_any_folder(installed: Path, tmp_path: Path) -> None:
    alone = {"PYTHONPATH": "", "SEQ2SEQ_PRETRAINED": ""}  # nothing leads to the checkout
    command = [installed / "seq2seq", "serve"]
    with running_app(tmp_path / "log", command=command, cwd=tmp_path, **alone) as server:
        answer = Client(server.url, verbose=False).predict("Be nice.", api_name="/translate")
        assert answer["text"] == load_model(DEFAULT_MODEL).translate("Be nice.").text
        for name, script in SCRIPTS.items():
            assert httpx.get(f"{server.url}{scripts_url()}/{name}").content == script
        css = httpx.get(f"{server.url}config").json()["css"]
        assert all(path.read_text(encoding="utf-8").strip() in css for path in STYLES)
        assert "Traceback" not in server.log_text()


def test_its_models_are_the_shipped_ones(installed: Path, tmp_path: Path) -> None:
    code = "import seq2seq_core as core; print(core.__file__, *core.list_pretrained())"
    file, *models = run(installed / "python", "-I", "-c", code, cwd=tmp_path).split()
    assert Path(file).is_relative_to(installed.parent)
    assert models == list_pretrained()
