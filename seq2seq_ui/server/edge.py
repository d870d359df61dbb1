"""The edge: whatever comes from the internet is looked at before an event of the page or the API reads it.

A wrong type, at any event, is a sentence to the caller and one line in the log. So is every Seq2SeqError that an event
ends with. What is left, with a traceback in the log, is a bug.
"""

from __future__ import annotations

import inspect
import logging
import math
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, get_type_hints

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.components import Component
from gradio.components.api_component import Api
from gradio.route_utils import FnIndexInferError
from gradio.utils import is_prop_update
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from seq2seq_core import Seq2SeqError
from seq2seq_core.inference.translator import whole_characters
from seq2seq_core.language import ENGLISH, later, speaking, tr

from ..answers.base import stale
from ..components import ModelPicker
from ..visitors import VISITORS
from .metrics import FIGURES
from .sessions import drop
from .speaking import language_of

LOG = logging.getLogger("seq2seq_ui")

_Value = TypeVar("_Value", str, int, float, bool)
_EXPECTED = {
    str: later("{name}: a text was expected, not {given}."),
    int: later("{name}: a whole number was expected, not {given}."),
    float: later("{name}: a number was expected, not {given}."),
    bool: later("{name}: true or false was expected, not {given}."),
}
# what each of Gradio's components must be given; the others check for themselves
_KINDS: dict[type, type] = {
    gr.Textbox: str,
    gr.Number: float,
    gr.Slider: float,
    gr.Checkbox: bool,
    gr.Dataset: int,
    ModelPicker: str,
}
_MAY_BE_EMPTY = (gr.Number, gr.Dropdown, gr.File)


# on a handler: the Notice that says why there is no answer, for Gradio's page says nothing of an event without a queue
NOTICE = "notice"
_ANSWERED: dict[str, Any] = {
    "is_generating": False,
    "iterator": None,
    "duration": 0.0,
    "average_duration": 0.0,
    "render_config": None,
}
_ANSWERED |= {"changed_state_ids": [], "used_cache": None}


class CheckedBlocks(gr.Blocks):
    """A page of Gradio's whose events are checked."""

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], state: Any, explicit_call: bool = False
    ) -> list[Any]:
        try:
            names, hints = _parameters(block_fn.fn) if block_fn.fn else ([], {})
            for number, (block, value) in enumerate(zip(block_fn.inputs, inputs, strict=False)):
                if value is None and isinstance(block, gr.Textbox):  # one that nobody has touched
                    inputs[number] = ""
                    continue
                if isinstance(value, str):
                    inputs[number] = whole_characters(value)
                if isinstance(block, gr.Slider):
                    inputs[number] = _held(block, value)
                elif isinstance(block, Api):
                    of_kind(names[number], value, hints[names[number]])
                elif not block.stateful and (value is not None or not isinstance(block, _MAY_BE_EMPTY)):
                    _refuse(block, value)
            values = await super().preprocess_data(block_fn, inputs, state, explicit_call)
            if block_fn.preprocess:
                return values
            # here and now: Gradio has a thread do it for each of them
            return [
                (state.get(block._id, block) if state else block).preprocess(value)
                if isinstance(block, Component) and not block.stateful
                else value
                for block, value in zip(block_fn.inputs, values, strict=True)
            ]
        except Seq2SeqError:
            raise
        except gr.Error as error:
            message = str(error.message)
            if "list of choices" in message:  # it would go on with the value, which may be a secret, and all choices
                message = tr("What was chosen is not among the choices: reload the page if it was.")
            raise Seq2SeqError(message) from None
        except Exception as error:  # Gradio's components end in anything
            reason = str(error).partition("\n")[0]
            raise Seq2SeqError(
                tr("What was sent does not fit the fields of the page ({reason}).", reason=reason[:100])
            ) from None

    async def postprocess_data(self, block_fn: BlockFunction, predictions: Any, state: Any) -> list[Any]:
        if not block_fn.postprocess and isinstance(predictions, dict):
            predictions = {
                block: block.postprocess(value)
                if isinstance(block, Component) and not block.stateful and not is_prop_update(value)
                else value
                for block, value in predictions.items()  # a program's answer is a dict, too
            }
        return await super().postprocess_data(block_fn, predictions, state)

    async def process_api(self, block_fn: BlockFunction | int, *args: Any, **options: Any) -> dict[str, Any]:
        named = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        start = time.perf_counter()
        headers = getattr(options.get("request"), "headers", None) or {}
        try:
            # the queue's own task knows nothing of the request
            with speaking(language_of(headers) if named.api_visibility != "public" else ENGLISH):
                try:
                    return await super().process_api(block_fn, *args, **options)
                except Seq2SeqError as error:
                    LOG.warning("%s: %s", named.api_name, " ".join(str(error).split()))
                    notice = getattr(named.fn, NOTICE, None)
                    if notice is None:
                        raise gr.Error(str(error), print_exception=False) from None
                    data = await self.postprocess_data(named, {notice: stale(error)}, options.get("state"))
                    return _ANSWERED | {"data": data}
        finally:
            FIGURES.took(str(named.api_name), time.perf_counter() - start)
            session = options.get("session_hash") or ""
            # each call of a program stands by itself, and what comes after a page was closed makes no session of it
            if named.api_visibility == "public" or VISITORS.has_closed(session):
                drop(self, session)


# where a program says which endpoint it asks, and with what
CALLS = ("call/v2", "call", "run", "api", "queue")


async def wrongly_called(request: Request, error: Exception) -> Response:
    """A call that Gradio cannot make an event of: of an endpoint, or with a parameter, that is not there."""
    path = request.url.path.partition("/gradio_api/")[2].strip("/")
    asked, _, name = path.rpartition("/")
    if asked not in CALLS:
        raise error
    parameter = isinstance(error, TypeError)
    what = str(error).partition(". Please")[0] if parameter else "There is no such endpoint"
    sentence = f"{name}: {what}. /gradio_api/openapi.json says what can be asked."
    LOG.warning("%s", " ".join(sentence.split()))
    return JSONResponse({"detail": sentence}, 400 if parameter else 404)


# what Gradio ends such a call with, by the kind of error
WRONG_CALLS = dict.fromkeys((TypeError, KeyError, FnIndexInferError), wrongly_called)


@cache
def _parameters(fn: Callable[..., Any]) -> tuple[list[str], dict[str, Any]]:
    """Names, and types by name."""
    return list(inspect.signature(fn).parameters), get_type_hints(fn)


def of_kind(name: str, value: Any, kind: type[_Value]) -> _Value:
    """The value, if it is of its kind; a whole number is a number, and true is none. A text has whole characters alone.

    Raises:
        Seq2SeqError: it is not.
    """
    right = isinstance(value, kind)
    if kind in (int, float):
        right = type(value) in (int, float) and math.isfinite(value) and (kind is float or value == int(value))
    if not right:
        given = repr(value)
        given = given if len(given) <= 40 else given[:39] + "…"
        raise Seq2SeqError(tr(_EXPECTED[kind], name=name, given=given))
    if isinstance(value, str):
        value = whole_characters(value)
    return value


def told(event: gr.EventData, name: str, kind: type[_Value]) -> _Value:
    """What a component says with its event. Raises Seq2SeqError where it is not of its kind."""
    data = event._data if isinstance(event._data, dict) else {}
    return of_kind(name, data.get(name), kind)


def _held(slider: gr.Slider, value: Any) -> float:
    """What is typed beside a slider, and what the slider makes of it by itself as soon as one leaves the field."""
    if value is None:
        return slider.minimum
    _refuse(slider, value)
    return min(max(value, slider.minimum), slider.maximum)


def _refuse(block: Any, value: Any) -> None:
    label = getattr(block, "label", None) or tr("the field")
    for component, kind in _KINDS.items():
        if isinstance(block, component):
            of_kind(label, value, kind)
    if isinstance(block, gr.Number) and block.minimum is not None and value < block.minimum:
        raise Seq2SeqError(
            tr("{name}: at least {least} was expected, not {given}.", name=label, least=block.minimum, given=value)
        )
    if isinstance(block, gr.Radio | gr.Dropdown) and not isinstance(value, str | int | float):
        raise Seq2SeqError(tr("{name}: one of its choices was expected.", name=label))
