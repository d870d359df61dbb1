import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import open_browser
from playwright.sync_api import Browser, Page
from server import Server, running_app


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a busy machine, a click may come before what it is meant for: these are tried once more, and listed if so."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.flaky(reruns=1))


# what Gradio says of its own requests when a page is left for another
LEAVING = ("AbortError: signal is aborted", "Unexpected error Connection errored out")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps what it downloads; empty."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Server]:
    """The app in a classroom: whatever it asks of the internet is refused (nobody listens at port 9)."""
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with running_app(log, XDG_CACHE_HOME=str(cache), HTTPS_PROXY="http://127.0.0.1:9") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A fresh visitor."""
    with visitor(browser, server) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_page(browser: Browser, server: Server) -> Iterator[Page]:
    """One visitor for all tests of a file, which stay on the page that is open."""
    with visitor(browser, server) as opened:
        yield opened


@contextmanager
def visitor(browser: Browser, server: Server) -> Iterator[Page]:
    """Whatever the page logs as an error, or asks of another host, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    opened.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    opened.on("request", lambda request: problems.append(request.url) if _is_foreign(request.url, server) else None)
    yield opened
    context.close()
    assert [problem for problem in problems if not any(each in problem for each in LEAVING)] == []
    assert "Traceback" not in server.log_text()


def _is_foreign(url: str, server: Server) -> bool:
    return not url.startswith((server.url, "data:", "blob:"))
