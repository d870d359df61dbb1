"""Sequence-to-sequence learning, seen from inside. Importing this loads neither TensorFlow nor Gradio."""

from .errors import Seq2SeqError
from .inference.trace import DecodeTrace, Viewer, show_traces_with
from .inference.translator import Translator
from .saving.load_model import DEFAULT_MODEL, TUTORIAL_MODEL, list_pretrained, load_model


def _notebook() -> Viewer:
    from . import notebook  # charts and instruments: only who looks pays for them

    return notebook


show_traces_with(_notebook)

__all__ = [
    "DEFAULT_MODEL",
    "TUTORIAL_MODEL",
    "DecodeTrace",
    "Seq2SeqError",
    "Translator",
    "list_pretrained",
    "load_model",
]
