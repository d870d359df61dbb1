"""Sequence-to-sequence learning, seen from inside. Importing this loads neither TensorFlow nor Gradio."""

from .errors import Seq2SeqError
from .models import DEFAULT_MODEL, TUTORIAL_MODEL, list_pretrained, load_model
from .trace import DecodeTrace
from .translator import Translator

__all__ = [
    "DEFAULT_MODEL",
    "TUTORIAL_MODEL",
    "DecodeTrace",
    "Seq2SeqError",
    "Translator",
    "list_pretrained",
    "load_model",
]
