"""Of what visitors bring, nothing that Gradio writes to the disk is another one's, or stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx
import pytest
from gradio.routes import App

from seq2seq_ui.server import copies

BROUGHT = {"files": ("mine.tsv", b"one\tun\n")}


def test_of_a_file_that_a_class_brings_each_has_a_copy(app: App, url: str) -> None:
    """What the first one opens, and with it removes, was the second one's too."""
    first, second = (Path(*httpx.post(f"{url}gradio_api/upload", files=BROUGHT).json()) for _ in range(2))
    assert first.exists()
    assert second.exists()
    assert first != second
    assert first.name == second.name == "mine.tsv"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_a_server_told_to_end_leaves_no_copy(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    """And the next one removes what one that was killed has left."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    killed, alive = (tmp_path / f"{copies.NAMED}{process}-x" for process in (ended.pid, os.getpid()))
    for folder in (killed, alive):
        (folder / "0123").mkdir(parents=True)
        (folder / "0123" / "theirs.tsv").write_text("one\tun\n")
    serve = "from seq2seq_ui import launch; print(launch(prevent_thread_lock=True, quiet=True)[1], flush=True); input()"
    environment = {**subprocess_environment, "TMPDIR": str(tmp_path)}
    environment.pop(copies.VARIABLE, None)
    process = subprocess.Popen(
        [sys.executable, "-c", serve], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        (path,) = httpx.post(f"{url}gradio_api/upload", files=BROUGHT).json()
        assert Path(path).is_relative_to(tmp_path)
        assert Path(path).exists()
        assert Path(path).parents[1].stat().st_mode & 0o077 == 0  # nobody else's to see
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [alive / "0123" / "theirs.tsv"]


def test_a_folder_that_was_named_to_gradio_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(copies.VARIABLE, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "seq2seq-uploads-mine").mkdir()
    copies.keep_apart()
    copies.clear_up()
    assert os.environ[copies.VARIABLE] == str(tmp_path)
    assert (tmp_path / "seq2seq-uploads-mine").exists()
