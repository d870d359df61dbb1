"""What the components share."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import gradio as gr
import orjson


class JsonComponent(gr.HTML):
    """A `gr.HTML` whose value goes to its JavaScript as JSON and never through a template."""

    template: str  # static HTML; the JavaScript fills it
    script: str  # file beside the class's

    def __init__(self, value: Any = None, *, head: str | None = None, **props: Any) -> None:
        super().__init__(
            value,
            html_template=self.template,
            js_on_load=Path(inspect.getfile(type(self))).with_name(self.script).read_text(encoding="utf-8"),
            apply_default_css=False,
            padding=False,
            head=head,
            **props,
        )

    def postprocess(self, value: Any) -> str:
        """Any JSON value, NumPy arrays included, to JSON text."""
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
