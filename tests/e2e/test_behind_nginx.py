"""Two page servers behind the proxy of docs/nginx.conf: who is sent where, and that what is a stream stays one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import Browser, expect
from server import ROOT, free_port, running_app
from train_page import TrainPage
from translate_page import TranslatePage, shown

from seq2seq_core import DEFAULT_MODEL, load_model
from seq2seq_core.saving.load_model import pretrained_folder
from seq2seq_core.saving.model_zip import pack_model

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(NGINX is None, reason="nginx is not installed")]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    folder = tmp_path_factory.mktemp("nginx")
    servers, port = [free_port(), free_port()], free_port()
    config = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for said, used in (("7861", servers[0]), ("7862", servers[1]), ("listen 7860", f"listen 127.0.0.1:{port}")):
        assert config.count(said) == 1
        config = config.replace(said, str(used))
    (folder / "nginx.conf").write_text(config)
    with ExitStack() as stack:
        for number, server in enumerate(servers):
            stack.enter_context(running_app(folder / f"{number}.txt", port=server, SEQ2SEQ_DECODERS="1"))
        # started by root, it would serve as nobody, who may not write into the folder
        so = "daemon off;" + " user root;" * (os.geteuid() == 0)
        nginx = subprocess.Popen([str(NGINX), "-p", folder, "-c", folder / "nginx.conf", "-g", so])
        stack.callback(nginx.wait, 10)
        stack.callback(nginx.terminate)
        url = f"http://127.0.0.1:{port}/"
        wait_for(url)
        yield url


def wait_for(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            assert httpx.get(f"{url}healthz").text == "ok"
            return
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.1)


def server_of(visitor: httpx.Client) -> str:
    """Each server has an id of its own."""
    return visitor.get("gradio_api/app_id").text


def test_a_visitor_stays_at_one_server_and_visitors_are_shared_out(proxy: str) -> None:
    met = set()
    for _ in range(12):
        with httpx.Client(base_url=proxy) as visitor:
            assert re.fullmatch(r"lab=\w+; Path=/; HttpOnly; SameSite=Lax", visitor.get("").headers["set-cookie"])
            mine = {server_of(visitor) for _ in range(5)}
            assert len(mine) == 1
            assert "set-cookie" not in visitor.get("").headers
            met |= mine
    assert len(met) == 2


def test_a_program_without_cookies_is_answered(proxy: str) -> None:
    answer = Client(proxy, verbose=False).predict("Be nice.", api_name="/translate")
    assert answer["text"] == load_model(DEFAULT_MODEL).translate("Be nice.").text


def test_a_heartbeat_is_not_held_back(proxy: str) -> None:
    with httpx.Client(base_url=proxy, timeout=5) as visitor:
        visitor.get("")
        with visitor.stream("GET", "gradio_api/heartbeat/someone") as beats:
            assert "ALIVE" in next(beats.iter_text())


def test_a_page_translates_and_brings_a_model_which_is_there_after_a_reload(
    proxy: str, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "addition.zip"
    path.write_bytes(pack_model(pretrained_folder() / "addition-lstm"))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    try:
        translate = TranslatePage(page, proxy).open()
        translate.translate("I love you.")
        translate.expect_written(shown(load_model(DEFAULT_MODEL).translate("I love you.")))
        TrainPage(page, proxy).open()
        page.get_by_text("Look inside a model of your own").click()
        page.locator("#own-model input[type=file]").set_input_files(path)
        expect(page.locator("#own-model")).to_contain_text(path.name)
        page.locator("#own-model-open").click()
        expect(page.locator("#model input")).to_have_value(f"yours: {path.name}")
        time.sleep(5)  # a stream that says nothing for four seconds is taken for lost
        expect(page.get_by_text("The connection to the server is lost")).to_have_count(0)
        page.reload()
        expect(page.locator("#model input")).to_have_value(f"yours: {path.name}")
    finally:
        context.close()
