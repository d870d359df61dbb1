"""The real server, on a free port, once for each file that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gradio.routes import App

from seq2seq_ui import launch


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    served, _, _ = launch(prevent_thread_lock=True, quiet=True)
    yield served
    served.blocks.close()


@pytest.fixture(scope="module")
def url(app: App) -> str:
    return app.blocks.local_url
