"""Notice: one sentence to the user, where they are looking."""

from __future__ import annotations

from .base import JsonComponent

class Notice(JsonComponent):
    """Value: the sentence as plain text; "" hides it."""

    template = '<p class="lab-notice" role="status" hidden></p>'
    script = "notice.js"
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
