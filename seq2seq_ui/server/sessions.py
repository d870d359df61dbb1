"""Sessions: what Gradio keeps of a page, or of a program that called, goes when they do."""

from __future__ import annotations

import gradio as gr


def drop(page: gr.Blocks, session: str) -> None:
    """Forgets a session: Gradio keeps a copy of every component's config for each, and the last value of each output.

    A page that goes on none the less, after a loss of its connection, has the values of a new one in its states.
    """
    held, events = page.state_holder, page._queue.pending_event_ids_session
    with held.lock:
        held.session_data.pop(session, None)
        held.time_last_used.pop(session, None)
    if not events.get(session):
        events.pop(session, None)
