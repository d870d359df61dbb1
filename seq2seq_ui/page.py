"""The page: header, tabs, and how it is served."""

from __future__ import annotations

import os

# a sentence's products are small: a second thread gains little on idle cores and waits for ever on busy ones
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # must be set before NumPy loads
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # a classroom without internet must not wait for it
# after every event Gradio makes a table of the last 10,000 anew, up to 6 ms, for a page that nobody sees here
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")

from pathlib import Path
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from seq2seq_core.settings import Settings, read_settings

from .components import Header
from .components.base import SCRIPTS_URL, STYLES
from .lab import Lab
from .server import api, metrics, sessions
from .server.edge import CheckedBlocks
from .server.guard import Guard
from .server.routes import ROUTES
from .tabs import TABS
from .uploads import MAX_UPLOAD_MB

TITLE = "Seq2Seq Lab"
STYLE = Path(__file__).with_name("style.css")

_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
# no web fonts: they would come from the internet
THEME = gr.themes.Default(
    primary_hue="orange", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=_SYSTEM_MONO, text_size="lg"
).set(  # WCAG AA: 4.5 to 1 for text, which Gradio's own greys and oranges are not
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_400",
    block_info_text_color="*neutral_600",
    button_primary_background_fill="*primary_700",
    button_primary_background_fill_dark="*primary_700",
    button_primary_background_fill_hover="*primary_800",
    button_primary_background_fill_hover_dark="*primary_800",
)


class LabPage(CheckedBlocks):
    """The app as Gradio's own tools know one: whoever launches it, it is served as it must be."""

    def launch(self, *arguments: Any, **options: Any) -> Any:
        """Serves the page; options go to Gradio's launch()."""
        settings: dict[str, Any] = {
            "theme": THEME,
            "css_paths": [STYLE, *STYLES],
            # before Gradio's own, so that who loads the page anew is heard of at once
            "head": "".join(
                f'<script type="module" src="{SCRIPTS_URL}/{name}.js"></script>' for name in ("stream", "queue")
            ),
            "app_kwargs": _server(read_settings()),
            "ssr_mode": False,  # a second server in Node would double the memory and add nothing here
            "footer_links": ["api"],  # Gradio's settings would replace the address, which holds the view
            "show_error": True,
            "run_history": False,  # what someone typed is not kept in a classroom's browser
            # of pages that never said that they close; by default 10,000
            "state_session_capacity": 300,
            "max_file_size": f"{MAX_UPLOAD_MB}mb",
        }
        _reach_this_machine_directly()
        return super().launch(*arguments, **settings | options)


def build_page() -> LabPage:
    """The whole app, not yet served."""
    sessions.hold_little()
    with LabPage(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
        api.build()  # first: the endpoints take the names they want, the page's own events what is left
        Header()
        Lab(page, TABS)
    page.queue(default_concurrency_limit=4)
    page._queue.sleep_when_free = 0.01  # seconds; looking a thousand times a second takes 4 % of a core
    return page


def _server(settings: Settings) -> dict[str, Any]:
    """What Gradio's server has besides its own."""
    behind = (settings.space_host,) if settings.space_host else ()
    guard = Middleware(Guard, hosts=settings.hosts, behind=behind)
    if not settings.metrics:
        return {"routes": ROUTES, "middleware": [guard]}
    return {"routes": [*ROUTES, *metrics.ROUTES], "middleware": [guard, Middleware(metrics.VisitorCount)]}


def _reach_this_machine_directly() -> None:
    """Gradio looks whether its page answers, and would ask the proxy of a school or firm for it."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = ",".join(filter(None, [known, "localhost,127.0.0.1,0.0.0.0"]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = hosts
