"""The named endpoints that programs call."""

from __future__ import annotations

from typing import Any

import gradio as gr
import orjson

from ..links import View


def translate(
    text: str,
    model: str = View.model,
    method: str = View.method,
    temperature: float = View.temperature,
    top_k: int = View.top_k,
    beam_width: int = View.beam_width,
    seed: int = View.seed,
    prefix: str = View.prefix,
    top_p: float = View.top_p,
) -> dict[str, Any]:
    """Translates one sentence and returns the whole trace: tokens, logits, probabilities, gates, states, norms.

    Args:
        text: the sentence.
        model: name of a pretrained model.
        method: greedy, sample, beam or, where the model is a plain encoder-decoder, softmax.
        temperature: for sample.
        top_k: for sample; 0 keeps every token.
        beam_width: for beam.
        seed: for sample.
        prefix: what the translation must begin with.
        top_p: for sample, the share that the tokens kept make up; 1 keeps every token.
    """
    trace = View(model, text, method, temperature, top_k, beam_width, seed, prefix, top_p).translate()
    # written as JSON once, and never made into the millions of Python's numbers that a long text has
    return orjson.Fragment(trace.to_json())  # type: ignore[return-value]  # the hint is the API's documentation


def build() -> None:
    """Registers the endpoints; call inside the page."""
    gr.api(translate, api_name="translate")
