"""The page: header, tabs, and how it is served."""

from __future__ import annotations

import os

# a sentence's products are small: a second thread gains little on idle cores and waits for ever on busy ones
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # must be set before NumPy loads
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # a classroom without internet must not wait for it
# after every event Gradio makes a table of the last 10,000 anew, up to 6 ms, for a page that nobody sees here
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import gradio as gr
from gradio.context import Context, set_render_context
from gradio.data_classes import BlocksConfigDict
from starlette.middleware import Middleware

from seq2seq_core.language import ENGLISH, languages, speaking, spoken
from seq2seq_core.settings import Settings, read_settings

from .components import Header
from .components.base import STYLES, scripts_url
from .lab import Lab
from .server import api, copies, metrics, sessions
from .server.compression import PageCompression
from .server.edge import WRONG_CALLS, CheckedBlocks
from .server.guard import Guard
from .server.routes import ROUTES
from .server.speaking import Speaking
from .tabs import TABS
from .uploads import MAX_UPLOAD_MB

PageT = TypeVar("PageT", bound=CheckedBlocks)
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

    worded: Mapping[str, Any] = MappingProxyType({})  # its components as Gradio is told of them, by other languages

    @property
    def config(self) -> BlocksConfigDict:
        """What a browser is sent of the page, in its language."""
        if (language := spoken()) not in self.worded:
            return self._config
        return {**self._config, "components": self.worded[language], "head": _head(language)}

    @config.setter
    def config(self, config: BlocksConfigDict) -> None:
        self._config = config

    def launch(self, *arguments: Any, **options: Any) -> Any:
        """Serves the page; options go to Gradio's launch()."""
        settings: dict[str, Any] = {
            "theme": THEME,
            "css_paths": [STYLE, *STYLES],
            "head": _head(ENGLISH),
            "app_kwargs": _server(read_settings()),
            "ssr_mode": False,  # a second server in Node would double the memory and add nothing here
            "footer_links": ["api"],  # Gradio's settings would replace the address, which holds the view
            "show_error": True,
            "run_history": False,  # what someone typed is not kept in a classroom's browser
            # of pages that never said that they close; by default 10,000
            "state_session_capacity": 300,
            "max_file_size": f"{MAX_UPLOAD_MB}mb",
            "enable_monitoring": False,  # figures of Gradio's, a summary of them for everybody; ours are /metrics
        }
        copies.clear_up()
        copies.end_in_order()
        _reach_this_machine_directly()
        return super().launch(*arguments, **settings | options)


class Worded(CheckedBlocks):
    """The page in another language, from which a browser is told its words; it is never served, so it needs no server
    of its own, which takes longer to build than its components."""

    def queue(self, *arguments: Any, **options: Any) -> Worded:
        return self

    def __exit__(self, *error: Any) -> None:
        if not any(error):
            self.fill_expected_parents()
        set_render_context(self.parent)
        Context.root_block = None


def build_page() -> LabPage:
    """The whole app, not yet served."""
    sessions.hold_little()
    copies.keep_apart()
    first, worded = Context.id, {}
    for language in languages()[1:]:
        with speaking(language):
            worded[language] = _built(Worded).get_config_file()["components"]
        Context.id = first  # a component has the same number in every language
    page = _built(LabPage)
    page.worded = worded
    page.queue(default_concurrency_limit=4)
    page._queue.sleep_when_free = 0.01  # seconds; looking a thousand times a second takes 4 % of a core
    return page


def _built(kind: type[PageT]) -> PageT:
    with kind(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as page:
        api.build()  # first: the endpoints take the names they want, the page's own events what is left
        Header()
        Lab(page, TABS)
    return page


def _head(language: str) -> str:
    """Of the page's HTML. Gradio's own words follow the browser's language: here, the page's."""
    # before Gradio's own, so that who loads the page anew is heard of at once
    names = ("stream", "queue") if language == ENGLISH else ("stream", "queue", "gradio")
    scripts = "".join(f'<script type="module" src="{scripts_url(language)}/{name}.js"></script>' for name in names)
    if language == ENGLISH:
        return scripts
    told = f"document.documentElement.lang = '{language}';"
    told += f"Object.defineProperty(navigator, 'language', {{ value: '{language}' }});"
    return f"<script>{told}</script>{scripts}"


def _server(settings: Settings) -> dict[str, Any]:
    """What Gradio's server has besides its own."""
    behind = (settings.space_host,) if settings.space_host else ()
    around = [Middleware(PageCompression), Middleware(Speaking), Middleware(Guard, hosts=settings.hosts, behind=behind)]
    routes = [*ROUTES]
    if settings.metrics:
        routes += metrics.ROUTES
        around.append(Middleware(metrics.VisitorCount))
    return {"routes": routes, "middleware": around, "exception_handlers": WRONG_CALLS}


def _reach_this_machine_directly() -> None:
    """Gradio looks whether its page answers, and would ask the proxy of a school or firm for it."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = ",".join(filter(None, [known, "localhost,127.0.0.1,0.0.0.0"]))
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = hosts
