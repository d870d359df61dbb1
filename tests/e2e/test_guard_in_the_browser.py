"""What the page of another site can do here in a visitor's browser, and that our own page may do all it needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from server import Server

from seq2seq_ui.tabs import TABS

pytestmark = pytest.mark.e2e


class BlankPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def foreign() -> Iterator[str]:
    """The address of another site."""
    site = HTTPServer(("127.0.0.1", 0), BlankPage)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}/"
    site.shutdown()
    site.server_close()


SEND = """([address, path]) => {
    const form = new FormData();
    form.append("files", new Blob(["one\\tun"]), "pairs.txt");
    return fetch(address + path, { method: "POST", mode: "no-cors", body: form });
}"""


@pytest.mark.parametrize("path", ["gradio_api/upload", "gradio_api/queue/join", "_lab/train/command?visitor=x"])
def test_a_foreign_page_changes_nothing(browser: Browser, server: Server, foreign: str, path: str) -> None:
    page = browser.new_page()
    page.goto(foreign)
    with page.expect_response(f"{server.url}**") as answered:
        page.evaluate(SEND, [server.url, path])
    assert answered.value.status == 403
    page.close()


def test_nothing_that_the_page_needs_is_forbidden_to_it(page: Page, server: Server) -> None:
    """Whatever a browser blocks, it logs as an error, which fails the test."""
    page.set_default_timeout(120_000)
    expect.set_options(timeout=120_000)
    page.goto(f"{server.url}?__theme=dark")
    for tab in TABS:
        page.get_by_role("tab", name=tab.title, exact=True).click()
        expect(page.get_by_role("tabpanel").and_(page.locator(":visible")).first).to_be_visible()
        page.wait_for_timeout(1_500)  # a page keeps a connection open: its network is never idle


def test_it_may_stand_in_a_frame_on_this_machine(browser: Browser, server: Server, foreign: str) -> None:
    """As in a notebook."""
    page = browser.new_page()
    page.goto(foreign)
    framed = "address => document.body.append(Object.assign(document.createElement('iframe'), { src: address }))"
    page.evaluate(framed, server.url)
    expect(page.frame_locator("iframe").locator("#text")).to_be_visible(timeout=60_000)
    page.close()
