"""The API as tools for assistants: a real MCP client asks a real server."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from loops import run_apart

from seq2seq_core import DEFAULT_MODEL, list_pretrained, load_model
from seq2seq_ui import launch

pytest.importorskip("mcp", reason="the extra [mcp] is not installed")

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_MCP_SERVER", "True")
        app, address, _ = launch(prevent_thread_lock=True, quiet=True)
    yield address
    app.blocks.close(verbose=False)


async def ask(url: str) -> dict[str, Any]:
    async with (
        streamable_http_client(f"{url}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        answers: dict[str, Any] = {"tools": tools}
        for name, arguments in (
            ("translate", {"text": "Get out!"}),
            ("list_models", {}),
            ("explain", {"text": "12+30", "model": "addition-lstm"}),
        ):
            result = await session.call_tool(name, arguments)
            assert not result.isError, result
            # Gradio writes an object as Python does
            answers[name] = [ast.literal_eval(part.text) for part in result.content if part.type == "text"]
        answers["refused"] = await session.call_tool("translate", {"text": "Hi.", "model": "nope"})
        return answers


def test_an_assistant_finds_the_tools_and_calls_them(url: str) -> None:
    answers = run_apart(ask(url))
    assert set(answers["tools"]) == {"translate", "list_models", "explain"}
    for tool in answers["tools"].values():
        assert len(tool.description or "") > 100
        assert all(named.get("description") for named in tool.inputSchema.get("properties", {}).values())
    assert answers["translate"][0]["text"] == load_model(DEFAULT_MODEL).translate("Get out!").text
    assert [model["name"] for model in answers["list_models"][0]] == list_pretrained()
    assert answers["explain"][0]["text"] == "42"
    assert answers["refused"].isError
    assert "choose one of" in answers["refused"].content[0].text
