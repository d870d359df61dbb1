"""A model, chosen by its title."""

from __future__ import annotations

from typing import Any

import gradio as gr


class ModelPicker(gr.Dropdown):
    """Its value is the model's name, and whoever uses it finds out whether there is such a model.

    Gradio's own knows the choices of its session alone: a model of a page that was loaded anew, or of a server that was
    started anew, it refuses, with all names, which may be secrets.
    """

    def get_block_name(self) -> str:
        return "dropdown"

    def preprocess(self, payload: Any) -> Any:
        return payload

    def postprocess(self, value: Any) -> Any:
        return value
