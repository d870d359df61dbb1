"""Sequence-to-sequence learning, seen from inside. Importing this loads neither TensorFlow nor Gradio."""

from .errors import Seq2SeqError
from .inference.trace import DecodeTrace
from .inference.translator import Translator
from .saving.load_model import DEFAULT_MODEL, TUTORIAL_MODEL, list_pretrained, load_model

__all__ = [
    "DEFAULT_MODEL",
    "TUTORIAL_MODEL",
    "DecodeTrace",
    "Seq2SeqError",
    "Translator",
    "list_pretrained",
    "load_model",
]
