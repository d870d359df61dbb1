"""The named endpoints that programs call; where Gradio's MCP server is switched on, its tools are these."""

from __future__ import annotations

from typing import Any

import gradio as gr
import orjson

from seq2seq_core import list_pretrained
from seq2seq_core.data.tasks import TASKS
from seq2seq_core.decoding import make_method
from seq2seq_core.models import KINDS

from ..library import EXAMPLES, config_of, pretrained
from ..links import View
from .decoders import DECODERS


async def translate(
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
        mend: whether it reads what was meant (typos mended, chat spellings written out, marks set); `read` shows it.
    """
    view = View(model, text, method, temperature, top_k, beam_width, seed, prefix, top_p, mend=int(mend))
    make_method(view.decoding, pretrained(model).network)  # what it refuses need not wait for its turn
    if full:
        # written as JSON once, and never made into the millions of Python's numbers that a long text has
        whole = await DECODERS.asked("trace.json", view)
        return orjson.Fragment(whole)  # type: ignore[return-value]  # the hint is the API's documentation
    answer: dict[str, Any] = orjson.loads(await DECODERS.asked("translated", view))
    return answer


def list_models() -> list[dict[str, Any]]:
    """Lists the pretrained models; the first one is the default.

    Of each: `name`, as translate and explain take it; `title`, what it does; `languages`, from and to (empty: a task of
    its own); `network`, of which kind it is; `examples`, texts to try with it.
    """
    return [_described(name) for name in list_pretrained()]


async def explain(text: str, model: str = View.model) -> dict[str, Any]:
    """Translates one sentence and says what each token that was written rests on.

    Returns `text`, the translation, `read`, the tokens that were read, and `steps`: for each token written its
    `probability`, and what `mattered` most, up to three of the tokens read, each with its `position` from 0 and its
    `effect`: the nats that the log-probability of what was written loses when this one is left out (below 0: it gains).
    It is measured on the network itself, one token at a time: of two that say the same, neither may seem to matter.

    Args:
        text: the sentence, up to 250 characters.
        model: name of a pretrained model, as list_models shows them.
    """
    answer: dict[str, Any] = orjson.loads(await DECODERS.asked("explained", View(pretrained(model).name, text)))
    return answer


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
