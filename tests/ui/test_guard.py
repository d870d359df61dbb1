"""The guard before the server: who may ask, under which name, how much; and the headers of every answer."""

from __future__ import annotations

import math
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from seq2seq_ui.server import guard
from seq2seq_ui.server.guard import COMMANDS, HEADERS, LONGEST_BODY, UPLOADS, Allowance, Guard

UPLOAD = "/gradio_api/upload"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse((await request.body()).decode())


def client(**options: Any) -> TestClient:
    routes = [Route("/{path:path}", echo, methods=["GET", "POST"])]
    return TestClient(
        Starlette(routes=routes, middleware=[Middleware(Guard, **options)]), base_url="http://lab.example:7860"
    )


def test_every_answer_has_the_headers_a_refused_one_too() -> None:
    for answer in (client().get("/"), client().post("/x", headers={"Origin": "http://evil.example"})):
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    ancestors = HEADERS["Content-Security-Policy"].partition("frame-ancestors ")[2]
    assert "https://huggingface.co" in ancestors.split()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a program
        ({"Origin": "http://lab.example:7860"}, 200),
        ({"Origin": "http://LAB.example:7860"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://seen-outside.example"}, 200),  # a proxy changed the name
        ({"Origin": "http://lab.example:8000"}, 403),  # another server of that machine
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://lab.example:7860"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}, 403),  # which its page could send
    ],
)
@pytest.mark.parametrize("path", [UPLOAD, "/lab/gradio_api/queue/join", "/_lab/train/command"])
def test_only_our_own_page_and_programs_may_change_anything(path: str, headers: dict[str, str], status: int) -> None:
    answer = client().post(path, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "a page of another site" in answer.text
    assert client().get(path, headers=headers).status_code == 200


def test_a_page_whose_name_a_proxy_changes_is_known_by_what_the_server_is_told() -> None:
    headers = {"Origin": "https://school.example"}
    assert client().post("/x", headers=headers).status_code == 403
    assert client(behind=("school.example",)).post("/x", headers=headers).status_code == 200
    assert client(hosts=("lab.example", "School.example")).post("/x", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("lab.example", 200),
        ("LAB.EXAMPLE:80", 200),
        ("127.0.0.1:7860", 200),
        ("[::1]:7860", 200),
        ("localhost", 200),
        ("evil.example", 421),
        ("lab.example.evil.example", 421),
        ("[::1", 421),
    ],
)
def test_where_it_is_told_its_names_it_answers_to_no_other(host: str, status: int) -> None:
    answer = client(hosts=("lab.example",)).get("/", headers={"Host": host})
    assert answer.status_code == status
    assert client().get("/", headers={"Host": host}).status_code == 200


def test_gradios_link_that_writes_to_the_disk_is_closed() -> None:
    assert client().get("/lab/gradio_api/deep_link?session_hash=x").status_code == 404


def test_what_is_sent_says_how_long_it_is_and_is_not_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client().post("/x", content=iter([b"a", b"b"])).status_code == 411
    monkeypatch.setattr(guard, "LONGEST_BODY", 10)
    assert client().post("/x", content=b"a" * 10).text == "a" * 10
    assert client().post("/x", content=b"a" * 11).status_code == 413
    assert LONGEST_BODY > 4 * 120 * 20_000  # bytes of the pairs that may be pasted


def test_uploads_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "UPLOADS", (100, 0.001))
    ask = client()
    assert ask.post(UPLOAD, content=b"a" * 101).status_code == 413
    assert ask.post(UPLOAD, content=b"a" * 60).status_code == 200
    refused = ask.post(UPLOAD, content=b"a" * 60)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 19_000
    assert ask.post("/x", content=b"a" * 60).status_code == 200
    assert ask.post(UPLOAD, content=b"a" * 40).status_code == 200
    assert UPLOADS[0] + UPLOADS[1] * 3_600 < 3e9  # bytes in the hour for which Gradio keeps what nobody read


def test_a_visitors_commands_are_bounded_and_nobody_elses_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "COMMANDS", (5, 0.001))
    ask = client()
    command = "/_lab/train/command?visitor="
    assert [ask.post(f"{command}a").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert ask.post(f"{command}b").status_code == 200
    monkeypatch.setattr(guard, "MOST_VISITORS", 2)
    assert ask.post(f"{command}c").status_code == 200
    assert len(guard_of(ask)._commands) == 2
    assert COMMANDS[1] >= 10


def guard_of(asked: TestClient) -> Guard:
    layer: Any = asked.app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(layer, Guard):
        layer = layer.app
    return layer


def test_an_allowance_comes_back_with_time() -> None:
    now = [0.0]
    allowance = Allowance(10, 2, clock=lambda: now[0])
    assert allowance.take(8) == 0
    assert allowance.take(4) == 1  # second
    now[0] = 1.0
    assert allowance.take(4) == 0
    now[0] = 1_000.0
    assert allowance.take(10.5) == math.inf
    assert allowance.take(10) == 0
