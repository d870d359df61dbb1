"""Sessions: what Gradio keeps of a page, or of a program that called, is little, and goes when they do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio import state_holder


class Session(state_holder.SessionState):
    """Without the config of every component and the last value of each output, 0.4 MB and 16 ms for every page: these
    are for links of Gradio's that this page does not have (guard.py).
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(SimpleNamespace(default_config=blocks.default_config, blocks={}))  # type: ignore[arg-type]

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


def hold_little() -> None:
    """Gradio makes its sessions of this kind from now on."""
    state_holder.SessionState = Session  # type: ignore[misc]


def drop(page: gr.Blocks, session: str) -> None:
    """Forgets a session: the values of its states, and the components that events have made anew for it.

    A page that goes on none the less, after a loss of its connection, has the values of a new one in its states.
    """
    held, events = page.state_holder, page._queue.pending_event_ids_session
    with held.lock:
        held.session_data.pop(session, None)
        held.time_last_used.pop(session, None)
    if not events.get(session):
        events.pop(session, None)
