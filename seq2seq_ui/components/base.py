"""What the components share: the class they are made from, and their files, collected for the page and the server."""

from __future__ import annotations

import hashlib
import inspect
import re
from pathlib import Path
from string import Template
from typing import Any

import gradio as gr
import orjson

from seq2seq_core.language import CATALOGUES, ENGLISH, catalogue, spoken, tr

from ..packing import Packed, pack

FOLDER = Path(__file__).parent
STYLES = sorted(FOLDER.glob("*/*.css"))
# every script by its path below the address; they import each other by relative paths
SCRIPTS = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.js"))}
# named for its content, so that a browser may keep it and never has an old one; all our own addresses begin with _lab,
# since the server would take a page's own path (GRADIO_ROOT_PATH=/lab) off them
_CONTENT = [*SCRIPTS.values(), *(path.read_bytes() for path in sorted(CATALOGUES.glob("*.po")))]
SCRIPTS_URL = f"_lab/components-{hashlib.sha256(b''.join(_CONTENT)).hexdigest()[:12]}"
# what a person reads in an HTML file stands in double brackets
TEXT = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


WORDS = "words.js"


def words_js(language: str) -> bytes:
    """The script of that name, with the texts of all scripts in a language."""
    words = catalogue(language).of_files(".js")
    told = {
        "texts": words.texts,
        "forms": words.forms,
        "decimalSign": words.decimal_sign,
        "groupSign": words.group_sign,
    }
    rule = f"(n) => Number({words.rule})"  # C, which JavaScript reads as it is
    return f"export default {{ ...{orjson.dumps(told).decode()}, formOf: {rule} }};".encode()


def scripts_url(language: str = ENGLISH) -> str:
    """Where the scripts are, with the texts of a language (server/routes.py)."""
    return f"{SCRIPTS_URL}/{language}"


def show(group: str) -> str:
    """JavaScript for the end of an event: what a visitor asked for in a group has come, and comes into view."""
    return f"() => document.dispatchEvent(new CustomEvent('seq2seq:show', {{ detail: {{ group: '{group}' }} }}))"


class JsonComponent(gr.HTML):
    """A `gr.HTML` made from the files beside its class: `name.html`, filled by `name.js`, dressed by `name.css`.

    Its value goes to the JavaScript as JSON text and never through the HTML. Its fixed `settings` go to both: to the
    HTML as `${name}`, to the JavaScript as arguments. They are no properties of Gradio's, for `gr.skip()` takes these
    away from a component whose tab has not been opened.
    """

    def __init__(self, value: Any = None, *, settings: dict[str, Any] | None = None, **options: Any) -> None:
        settings = settings or {}
        template = Path(inspect.getfile(type(self))).with_suffix(".html")
        script = template.with_suffix(".js").relative_to(FOLDER).as_posix()
        html = TEXT.sub(lambda found: tr(found[1]), template.read_text(encoding="utf-8"))
        # names without quotes: Gradio takes a quoted one for an event of the component's
        arguments = ", ".join(f"{name}: {orjson.dumps(setting).decode()}" for name, setting in settings.items())
        super().__init__(
            value,
            html_template=Template(html).substitute(settings),
            js_on_load=f"import(new URL('{scripts_url(spoken())}/{script}', document.baseURI)).then(({{ mount }}) =>"
            f" mount({{ element, props, trigger, watch, {arguments} }}));",
            apply_default_css=False,
            padding=False,
            **options,
        )

    def postprocess(self, value: Any) -> str:
        """Any JSON value, as text; one that is packed already as it is."""
        return value if isinstance(value, Packed) else pack(value)
