"""The named endpoints that programs call; where Gradio's MCP server is switched on, its tools are these."""

from __future__ import annotations

from typing import Any

import gradio as gr
import numpy as np
import orjson

from seq2seq_core import Seq2SeqError, list_pretrained
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.insights.deletion import DELETION, deletion, tokens_read
from seq2seq_core.models import KINDS

from ..library import EXAMPLES, config_of, pretrained
from ..links import View

MOST_MATTERED = 3  # tokens of the source named for each that was written


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
    full: bool = False,
    mend: bool = True,
) -> dict[str, Any]:
    """Translates one sentence with a small recurrent network, step by step.

    Returns `text`, the translation; `tokens`, what was written, one a step (characters, or words); `probabilities`, how
    sure the network was of each; `read`, the tokens it read; `attention`, for each step the weight of each token
    read (null: it has none); `unknown`, what it has never seen. The networks are small, each taught everyday sentences
    or one task, so a translation may be wrong.

    Args:
        text: the sentence, up to 250 characters; or what the model's task asks for, such as 12+30.
        model: name of a pretrained model, as list_models shows them.
        method: greedy, sample or beam.
        temperature: for sample.
        top_k: for sample; 0 keeps every token.
        beam_width: for beam.
        seed: for sample.
        prefix: what the translation must begin with.
        top_p: for sample, the share that the tokens kept make up; 1 keeps every token.
        full: true: the whole trace instead, megabytes: logits, probabilities of every token, gates, states, norms.
        mend: whether typos are taken back before it reads; `read` shows what it read.
    """
    view = View(model, text, method, temperature, top_k, beam_width, seed, prefix, top_p, mend=int(mend))
    trace = view.translate()
    if full:
        # written as JSON once, and never made into the millions of Python's numbers that a long text has
        return orjson.Fragment(trace.to_json())  # type: ignore[return-value]  # the hint is the API's documentation
    return {
        "text": trace.text,
        "tokens": list(trace.tokens),
        "probabilities": [_number(each) for each in trace.chosen_probabilities],
        "read": list(trace.encoder.tokens),
        "attention": None if trace.attention is None else [[_number(each) for each in row] for row in trace.attention],
        "unknown": [item.text for item in trace.unknown],
        "model": trace.model,
    }


def list_models() -> list[dict[str, Any]]:
    """Lists the pretrained models; the first one is the default.

    Of each: `name`, as translate and explain take it; `title`, what it does; `languages`, from and to (empty: a task of
    its own); `network`, of which kind it is; `examples`, texts to try with it.
    """
    return [_described(name) for name in list_pretrained()]


def explain(text: str, model: str = View.model) -> dict[str, Any]:
    """Translates one sentence and says what each token that was written rests on.

    Returns `text`, the translation, `read`, the tokens that were read, and `steps`: for each token written its
    `probability`, and what `mattered` most, up to three of the tokens read, each with its `position` from 0 and its
    `effect`: the nats that the log-probability of what was written loses when this one is left out (below 0: it gains).
    It is measured on the network itself, one token at a time: of two that say the same, neither may seem to matter.

    Args:
        text: the sentence, up to 250 characters.
        model: name of a pretrained model, as list_models shows them.
    """
    trace = View(model, text).translate()
    translator = pretrained(model)
    if reason := DELETION.refuses(translator):
        raise Seq2SeqError(reason)
    read = trace.encoder.tokens[: tokens_read(translator, trace)]
    if len(read) < 2:
        raise Seq2SeqError("With its only token left out, there would be nothing to read: give it a longer text.")
    steps = []
    for token, probability, effects in zip(
        trace.tokens, trace.chosen_probabilities, deletion(translator, trace), strict=True
    ):
        most = np.argsort(-np.abs(effects))[:MOST_MATTERED]
        mattered = [{"token": read[place], "position": int(place), "effect": _number(effects[place])} for place in most]
        steps.append({"token": token, "probability": _number(probability), "mattered": mattered})
    return {"text": trace.text, "read": list(read), "steps": steps, "model": trace.model}


def _number(value: float) -> float:
    """Four digits behind the point: what is read, not what is calculated with."""
    return round(float(value), 4)


def _described(name: str) -> dict[str, Any]:
    """By its config: no weights are loaded."""
    config = config_of(name)
    task = TASKS.get(config.task)
    languages = [language for language in (task or config).languages.split("-") if language]
    languages = languages[::-1] if config.swap else languages
    return {
        "name": name,
        "title": config.title,
        "languages": languages,
        "network": KINDS[config.architecture].title,
        "examples": list(task.examples if task else EXAMPLES[(languages or ["en"])[0]]),
    }


def build() -> None:
    """Registers the endpoints; call inside the page."""
    for endpoint in (translate, list_models, explain):
        gr.api(endpoint, api_name=endpoint.__name__)
