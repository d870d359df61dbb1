"""The Gradio screens. They show what `seq2seq_core` computes and compute nothing themselves."""

from __future__ import annotations

from typing import Any


def build_page() -> Any:
    """The whole app, not yet served: its launch() takes Gradio's options."""
    # here, not above: Gradio takes a second to import, for which the terminal's commands need not wait
    from .page import build_page as build

    return build()


def launch(**options: Any) -> Any:
    """Builds and serves the page; options go to Gradio's launch()."""
    return build_page().launch(**options)


__all__ = ["build_page", "launch"]
