"""A file from the visitor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import is_valid_file

from seq2seq_core.language import tr


class Upload(gr.File):
    """A file that is read where it was uploaded to: Gradio's own leaves an empty one beside it each time."""

    def get_block_name(self) -> str:
        return "file"

    def preprocess(self, payload: Any) -> str | None:
        """Its path, as `gr.File` gives it."""
        if payload is None:
            return None
        expected = self.file_types or []
        if not is_valid_file(payload.path, expected):
            name, kinds = Path(payload.path).name, ", ".join(expected)
            raise gr.Error(tr("{name}: a file of {kinds} was expected.", name=name, kinds=kinds))
        return payload.path
