"""The Gradio screens. They show what `seq2seq_core` computes and compute nothing themselves."""

from __future__ import annotations

from typing import Any


def launch(**options: Any) -> Any:
    """Serves the page; options go to Gradio's launch()."""
    # here, not above: Gradio takes a second to import, for which the terminal's commands need not wait
    from .page import launch as serve

    return serve(**options)


__all__ = ["launch"]
