"""`seq2seq serve`: the page, from any folder. All other commands are the core's."""

from __future__ import annotations

from typing import Annotated

import typer

from seq2seq_core.cli import app, main

from . import launch

__all__ = ["main"]


@app.command()
def serve(
    host: Annotated[
        str,
        typer.Option(envvar="GRADIO_SERVER_NAME", help="0.0.0.0: a class reaches it, at this machine's own address."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="GRADIO_SERVER_PORT", min=1, max=65535)] = 7860,
    open_: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    share: Annotated[
        bool, typer.Option(help="A public address for up to a week, by Gradio; needs the internet.")
    ] = False,
    root_path: Annotated[
        str, typer.Option(envvar="GRADIO_ROOT_PATH", help="Where a proxy has put it, such as /lab.")
    ] = "",
) -> None:
    """Serve the page. Ctrl-C ends it."""
    launch(server_name=host, server_port=port, inbrowser=open_, share=share, root_path=root_path or None)
