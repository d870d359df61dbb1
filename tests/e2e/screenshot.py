"""The README's picture, taken from the running app.

python tests/e2e/screenshot.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser import open_browser
from server import ROOT, running_app


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "log") as server,
        open_browser() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=1)
        page.goto(f"{server.url}?__theme=light#text=Do+you+want+something+to+drink%3F&step=1")
        page.wait_for_selector("#stepper [data-cursor='32']")
        page.wait_for_timeout(500)
        page.screenshot(path=ROOT / "docs" / "screenshot.png")


if __name__ == "__main__":
    main()
