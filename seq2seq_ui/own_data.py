"""What visitors bring: sentence pairs to train on, and models to look into. All of it stays in memory."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_core import Seq2SeqError
from seq2seq_core.model_zip import load_model_zip

from .components import Notice
from .live.visitors import VISITORS, OwnModel, Visitor


def build_upload(task: gr.Dropdown) -> Notice:
    return Notice(elem_id="train-pairs-notice")


def open_run(visitor: Visitor) -> OwnModel:
    """The model of the visitor's finished run, opened as its own upload would be."""
    import io

    run = visitor.run
    if run is None or run.kept is None:
        raise Seq2SeqError("There is no finished training here.")
    for model in visitor.models:
        if model.run == run.number:
            return model
    translator = load_model_zip(io.BytesIO(run.kept.model_zip), "the trained model")
    number = 1 + sum(model.run is not None for model in visitor.models)
    title = f"yours, run {number}: {run.config.title}"
    return VISITORS.add_model(
        visitor, translator, title, run.kept.examples, run.kept.model_zip, run.kept.curves_csv, run.number
    )
