"""The Gradio screens. They show what `seq2seq_core` computes and compute nothing themselves."""

from .page import build_page, launch

__all__ = ["build_page", "launch"]
