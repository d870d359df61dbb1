"""`seq2seq serve`: what reaches Gradio, and that the other commands are there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from seq2seq_ui import terminal


def test_all_commands_are_there() -> None:
    shown = CliRunner().invoke(terminal.app, ["--help"]).output
    for command in ("list", "translate", "train", "evaluate", "serve"):
        assert command in shown


def test_its_options_are_gradios(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(terminal, "launch", lambda **options: given.update(options))
    done = CliRunner().invoke(terminal.app, ["serve", "--host", "0.0.0.0", "--port", "7999", "--root-path", "/lab"])
    assert done.exit_code == 0, done.output
    assert given == {
        "server_name": "0.0.0.0",
        "server_port": 7999,
        "inbrowser": False,
        "share": False,
        "root_path": "/lab",
    }


def test_the_variables_that_python_app_py_reads_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(terminal, "launch", lambda **options: given.update(options))
    variables = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "7998", "GRADIO_ROOT_PATH": "/lab"}
    assert CliRunner().invoke(terminal.app, ["serve"], env=variables).exit_code == 0
    assert (given["server_name"], given["server_port"], given["root_path"]) == ("0.0.0.0", 7998, "/lab")


def test_a_port_that_is_none_is_a_sentence() -> None:
    done = CliRunner().invoke(terminal.app, ["serve", "--port", "99999"])
    assert done.exit_code == 2
    assert "65535" in done.output


def test_it_serves_from_any_folder(tmp_path: Path, subprocess_environment: dict[str, str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from seq2seq_ui.terminal import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=subprocess_environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            try:
                assert "Seq2Seq Lab" in httpx.get(f"http://127.0.0.1:{port}/", timeout=20).text
                return
            except httpx.TransportError:
                time.sleep(0.2)
        pytest.fail("it did not answer")
    finally:
        process.terminate()
        process.wait(20)


def test_the_terminals_other_commands_do_not_wait_for_gradio(run_python: Any) -> None:
    done = run_python("-c", "import sys, seq2seq_ui.terminal; print('gradio' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
