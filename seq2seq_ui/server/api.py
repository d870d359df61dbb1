"""The named endpoints that programs call."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_core import DEFAULT_MODEL, Seq2SeqError

from ..links import View


def translate(
    text: str,
    model: str = DEFAULT_MODEL,
    method: str = "greedy",
    temperature: float = 1.0,
    top_k: int = 0,
    beam_width: int = 5,
    seed: int = 0,
    prefix: str = "",
) -> dict[str, Any]:
    """Translates one sentence and returns the whole trace: tokens, logits, probabilities, gates, states, norms.

    Args:
        text: the sentence.
        model: name of a pretrained model.
        method: greedy, sample or beam.
        temperature: for sample.
        top_k: for sample; 0 keeps every token.
        beam_width: for beam.
        seed: for sample.
        prefix: what the translation must begin with.
    """
    try:
        return View(model, text, method, temperature, top_k, beam_width, seed, prefix).translate().to_dict()
    except Seq2SeqError as error:
        raise gr.Error(str(error), print_exception=False) from None


def build() -> None:
    """Registers the endpoints; call inside the page."""
    gr.api(translate, api_name="translate")
