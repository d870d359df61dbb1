"""The real server: its API through gradio_client, its routes through HTTP."""

import gzip
import importlib.util
import json
import os
import time
import tracemalloc
from pathlib import Path
from typing import Any

import brotli
import httpx
import numpy as np
import orjson
import pytest
from gradio.routes import App
from gradio_client import Client
from gradio_client.exceptions import AppError
from loops import run_apart

from seq2seq_core import DEFAULT_MODEL, DecodeTrace, list_pretrained, load_model
from seq2seq_core.insights.deletion import deletion
from seq2seq_ui import launch
from seq2seq_ui.components.base import FOLDER, SCRIPTS, STYLES, scripts_url
from seq2seq_ui.components.plotly_chart.plotly_chart import PLOTLY_URL
from seq2seq_ui.library import examples_of
from seq2seq_ui.links import Comparison, Learning, Looking, View
from seq2seq_ui.server import api

UNSEEN_MODEL = "There is no model 'nope': choose one of .*en-fr-char-lstm"


@pytest.fixture(scope="module")
def client(url: str) -> Client:
    return Client(url, verbose=False)


def test_the_named_endpoints_are_those_for_programs(client: Client) -> None:
    named = list(client.view_api(return_format="dict")["named_endpoints"])
    assert named == ["/translate", "/list_models", "/explain"]


def test_translate_returns_what_a_program_needs_and_no_more(client: Client) -> None:
    answer = client.predict("I love you.", api_name="/translate")
    expected = load_model(DEFAULT_MODEL).translate("I love you.")
    assert expected.attention is not None
    assert list(answer) == ["text", "tokens", "probabilities", "read", "attention", "unknown", "model"]
    assert answer["text"] == expected.text
    assert answer["tokens"] == list(expected.tokens)
    assert answer["read"] == list(expected.encoder.tokens)
    np.testing.assert_allclose(answer["probabilities"], expected.chosen_probabilities, atol=5e-5)
    np.testing.assert_allclose(answer["attention"], expected.attention, atol=5e-5)
    assert len(orjson.dumps(answer)) < 10_000 < len(expected.to_json()) / 10
    said = client.predict("日12+30", model="addition-lstm", api_name="/translate")
    assert (said["text"], said["attention"], said["unknown"]) == ("42", None, ["日"])


def test_the_models_are_listed(client: Client) -> None:
    models = client.predict(api_name="/list_models")
    assert [model["name"] for model in models] == list_pretrained()
    for listed in models:
        model = load_model(listed["name"])
        assert tuple(listed["languages"]) == tuple(filter(None, model.languages))
        assert tuple(listed["examples"]) == examples_of(model)
        assert listed["title"] == model.config.title


def test_what_each_character_rests_on_is_explained(client: Client) -> None:
    answer = client.predict("Get out!", api_name="/explain")
    model = load_model(DEFAULT_MODEL)
    trace = model.translate("Get out!")
    effects = deletion(model, trace)
    assert (answer["text"], answer["read"]) == (trace.text, list("Get out!"))
    assert [step["token"] for step in answer["steps"]] == list(trace.tokens)
    for step, row in zip(answer["steps"], effects, strict=True):
        assert len(step["mattered"]) == 3
        first = step["mattered"][0]
        assert abs(first["effect"]) == pytest.approx(np.abs(row).max(), abs=5e-5)
        assert "Get out!"[first["position"]] == first["token"]
    for text, name, reason in (("a", DEFAULT_MODEL, "only token"), ("abc", "reverse-lstm", "one character")):
        with pytest.raises(AppError, match=reason):
            client.predict(text, name, api_name="/explain")


def test_translate_returns_the_whole_trace_where_it_is_asked_to(client: Client) -> None:
    answer = client.predict("Be nice.", full=True, api_name="/translate")
    trace = DecodeTrace.from_json(orjson.dumps(answer))
    expected = load_model(DEFAULT_MODEL).translate("Be nice.")
    assert trace.text == expected.text
    np.testing.assert_array_equal(trace.probabilities, expected.probabilities)
    np.testing.assert_array_equal(trace.encoder.layers[0].gates, expected.encoder.layers[0].gates)


def test_translate_takes_the_decoding_methods(client: Client) -> None:
    sampled = [
        client.predict("Be nice.", method="sample", temperature=2.0, seed=7, api_name="/translate") for _ in range(2)
    ]
    assert sampled[0]["text"] == sampled[1]["text"]
    beam = client.predict("Be nice.", method="beam", beam_width=3, prefix="Vous", api_name="/translate")
    assert beam["text"].startswith("Vous")
    whole = client.predict("Be nice.", method="beam", beam_width=3, prefix="Vous", full=True, api_name="/translate")
    assert whole["forced"] == 4
    assert len(whole["hypotheses"]) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"text": "Hi.", "model": "nope"}, UNSEEN_MODEL),
        ({"text": "Hi.", "model": "../../etc"}, "There is no model"),
        ({"text": "  "}, "There is nothing to translate"),
        ({"text": "a" * 251}, "251 characters; at most 250"),
        ({"text": "日本"}, "never seen any of these characters"),
        ({"text": "Hi.", "method": "guess"}, "'guess' is not known: it is one of greedy, sample, beam"),
        ({"text": "Hi.", "method": "sample", "temperature": 0}, "temperature 0"),
        ({"text": "Hi.", "method": "beam", "beam_width": 1000}, "beam width 1000"),
        ({"text": "Hi.", "prefix": "世"}, "“世”"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(client: Client, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(AppError, match=message):
        client.predict(**arguments, api_name="/translate")


def test_a_long_text_costs_a_program_little() -> None:
    text = ("I would like to know where the station is, because my train leaves soon. " * 4)[:250]
    run_apart(api.translate("Be nice."))
    tracemalloc.start()
    try:
        answer = run_apart(api.translate(text))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(answer["read"]) == len(text.strip())
    assert most < 30e6  # bytes; with every gate of it as Python's numbers it was 141e6


def test_an_answer_is_not_made_into_python_numbers() -> None:
    """A text of 250 characters has three million; as objects they took five times what their JSON does."""
    View(text="Be nice.").translate()  # the weights
    tracemalloc.start()
    try:
        answer = run_apart(api.translate("Where is the station? " * 5, full=True))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(orjson.dumps(answer))


@pytest.mark.parametrize("value", [None, 123, [], {}, True, 2.5])
@pytest.mark.parametrize("argument", ["text", "model", "temperature", "beam_width", "seed", "prefix"])
def test_a_wrong_type_is_a_sentence_and_a_line_in_the_log(
    client: Client, argument: str, value: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    if argument in ("temperature", "beam_width", "seed") and value == 123:
        value = "abc"  # a whole number is right
    if argument == "temperature" and value == 2.5:
        value = "2.5"
    arguments: dict[str, object] = {"text": "Hi.", argument: value}
    with pytest.raises(AppError, match=rf"^{argument}: (a|true).* was expected, not "):
        client.predict(**arguments, api_name="/translate")
    assert len(caplog.records) == 1
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("path", "sent", "status", "message"),
    [
        ("call/v2/translate", {"text": "Hi.", "bogus": 1}, 400, "translate: Parameter `bogus` is not"),
        ("call/v2/translate", {"model": "addition-lstm"}, 400, "translate: No value provided for required"),
        ("call/v2/nope", {"text": "Hi."}, 404, "nope: There is no such endpoint."),
        ("call/nope", {"data": ["Hi."]}, 404, "nope: There is no such endpoint."),
        ("run/nope", {"data": ["Hi."]}, 404, "nope: There is no such endpoint."),
        ("queue/join", {"fn_index": 9999, "data": [], "session_hash": "a"}, 404, "join: There is no such endpoint."),
    ],
)
def test_a_call_that_cannot_be_is_a_sentence(
    url: str, path: str, sent: dict[str, object], status: int, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = httpx.post(f"{url}gradio_api/{path}", json=sent)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(message)
    assert "openapi.json" in answer.json()["detail"]
    assert "Traceback" not in capfd.readouterr().err


def events_of(url: str) -> list[tuple[int, list[Any]]]:
    """(number, what its inputs hold on the new page) of every event that the server answers and that is given any."""
    page = httpx.get(f"{url}config").json()
    held = {component["id"]: component["props"].get("value") for component in page["components"]}
    events = [event for event in page["dependencies"] if event["inputs"] and event["backend_fn"]]
    return [(event["id"], [held[number] for number in event["inputs"]]) for event in events]


def send(url: str, event: int, data: list[Any], told: object = None, session: str = "s") -> httpx.Response:
    body = json.dumps({"data": data, "fn_index": event, "session_hash": session, "event_data": told})
    headers = {"Content-Type": "application/json"}
    return httpx.post(f"{url}gradio_api/run/predict", content=body, headers=headers, timeout=60)


@pytest.mark.parametrize("value", [None, 123, "nope", [], {}, True, [[1]], "x" * 5_000])
def test_no_event_of_the_page_ends_in_a_traceback(
    url: str, value: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same wrong value for all that an event is given."""
    for event, data in events_of(url):
        answer = send(url, event, [value] * len(data))
        assert answer.status_code == 200 or len(answer.json()["error"]) > 10, event
        assert "Traceback" not in capfd.readouterr().err, event
    assert caplog.records
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_one_wrong_value_among_right_ones_is_a_sentence(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    for event, data in events_of(url):
        for place in range(len(data)):
            answer = send(url, event, [*data[:place], [], *data[place + 1 :]], session=f"{event}-{place}")
            assert answer.status_code == 200 or len(answer.json()["error"]) > 10, (event, place)
            assert "Traceback" not in capfd.readouterr().err, (event, place)


def test_what_an_event_without_a_queue_refuses_is_said_on_the_page(url: str) -> None:
    """Gradio shows a toast for the others; of these its page would say nothing but “Error”."""
    unqueued = {each["id"] for each in httpx.get(f"{url}config").json()["dependencies"] if each["queue"] is False}
    asked = [(event, data) for event, data in events_of(url) if event in unqueued]
    assert len(asked) > 20
    for event, data in asked:
        answer = send(url, event, [[]] * len(data), session="unqueued")
        assert answer.status_code == 200, event
        assert "Below, dimmed, is what was there before." in answer.text, event


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("Temperature", 9, "temperature=3"),
        ("Temperature", None, "temperature=0.1"),
        ("Top-k (0: all)", -4, "text=Be+nice.&method=sample"),
        ("Top-p (1: all)", 0, "top_p=0.05"),
        ("Seed", -5, "Seed: at least 0 was expected, not -5. Below, dimmed,"),
    ],
)
def test_a_number_typed_beyond_its_limits_is_what_the_field_makes_of_it(
    url: str, field: str, typed: float | None, said: str
) -> None:
    """A slider goes back to its nearest by itself, and tells nobody."""
    page = httpx.get(f"{url}config").json()
    labels = {component["id"]: component["props"].get("label") for component in page["components"]}
    event = next(each for each in page["dependencies"] if each["api_name"] == "redraw")
    data = dict(events_of(url))[event["id"]]
    for name, value in (("Decoding", "sample"), (field, typed)):
        data[[labels[number] for number in event["inputs"]].index(name)] = value
    assert said in send(url, event["id"], data, session="typed").text


def test_half_a_character_in_any_field_is_no_error(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A browser sends half an emoji as it stands, which no answer could be written with."""
    half = json.loads('"is \\ud83d"')
    told = {"prefix": half, "text": half, "step": 0}
    for event, data in events_of(url):
        for place in [place for place, value in enumerate(data) if isinstance(value, str)]:
            answer = send(url, event, [*data[:place], half, *data[place + 1 :]], told, f"{event}-{place}")
            assert answer.status_code == 200 or len(answer.json()["error"]) > 10, (event, place)
    assert "Traceback" not in capfd.readouterr().err


def test_a_tab_goes_on_after_a_link_that_it_could_not_open(url: str) -> None:
    """Gradio makes anew, of what it was made with, each component that an event might have changed and did not."""
    page = httpx.get(f"{url}config").json()["dependencies"]
    (opens,) = (each["id"] for each in page if each["api_name"] == "_open")
    fragments = [f"tab={tab.tab}&model=nope&lesson=nope&step=x" for tab in (View, Comparison, Looking, Learning)]
    for fragment in (*fragments, "tab=learn&lesson=learning-to-look&view=2&text=日本"):
        link = {"visitor": "", "fragment": fragment, "opened": 1}
        assert send(url, opens, [], link, "broken").status_code == 200, fragment
    # a call of a program ends its session, and a training is not what is tested
    others = {each["id"] for each in page if each["api_visibility"] == "public" or each["api_name"] == "begin"}
    for event, data in events_of(url):
        if event not in others:
            answer = send(url, event, data, {"prefix": "", "text": "", "step": 0}, "broken")
            assert "not among the choices" not in answer.text, event


@pytest.mark.parametrize(
    "told", [None, 5, [], {}, {"step": "x"}, {"step": 1, "prefix": 7}, {"step": 1.5, "prefix": ""}]
)
def test_what_a_component_says_is_checked_as_well(url: str, told: object, capfd: pytest.CaptureFixture[str]) -> None:
    """“What if” in the strip of cells."""
    page = httpx.get(f"{url}config").json()
    (event,) = [event["id"] for event in page["dependencies"] if event["api_name"] == "force"]
    answer = send(url, event, dict(events_of(url))[event], told)
    assert answer.status_code == 200  # its notice says it
    assert " was expected, not " in answer.text
    assert "Traceback" not in capfd.readouterr().err


def test_plotly_is_served_from_the_installed_package(url: str) -> None:
    spec = importlib.util.find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    installed = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    for accepted, packing, unpack in (("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)):
        with httpx.stream("GET", url + PLOTLY_URL, headers={"Accept-Encoding": accepted}) as response:
            assert response.headers["content-encoding"] == packing
            assert "immutable" in response.headers["cache-control"]
            assert unpack(b"".join(response.iter_raw())) == installed
    plain = httpx.get(url + PLOTLY_URL, headers={"Accept-Encoding": "identity"})
    assert (plain.content, plain.headers.get("content-encoding")) == (installed, None)


def test_the_page_itself_comes_compressed_where_the_browser_takes_it(url: str) -> None:
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert {"Accept-Encoding", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    plain = httpx.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "window.gradio_config" in plain.text
    assert "window.gradio_config" in gzip.decompress(packed).decode()
    assert len(packed) < len(plain.content) / 4 < 150_000


def test_what_is_told_as_it_happens_is_not_held_back_to_be_compressed(url: str) -> None:
    beat = f"{url}gradio_api/heartbeat/nobody"
    with httpx.stream("GET", beat, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers


def test_the_components_scripts_are_served_and_nothing_else_of_theirs(url: str) -> None:
    for name in SCRIPTS:
        response = httpx.get(f"{url}{scripts_url()}/{name}")
        assert response.content == (FOLDER / name).read_bytes()
        assert response.headers["content-type"].startswith("text/javascript")  # a browser refuses any other as a module
        assert "immutable" in response.headers["cache-control"]
    for name in ("base.py", "stepper/stepper.html", "stepper", "%2e%2e/page.py"):
        assert httpx.get(f"{url}{scripts_url()}/{name}").status_code == 404


def test_every_components_style_is_on_the_page_once(url: str) -> None:
    css = httpx.get(f"{url}config").json()["css"]
    assert {path.parent.name for path in STYLES} >= {"header", "live_run", "stepper"}
    for path in STYLES:
        assert css.count(path.read_text(encoding="utf-8").strip()) == 1


def test_traces_can_be_downloaded(url: str) -> None:
    expected = load_model(DEFAULT_MODEL).translate("Drop it!", "beam", beam_width=3)
    query = {"text": "Drop it!", "method": "beam", "beam_width": 3}
    read = DecodeTrace.from_json(httpx.get(url + "_lab/trace.json", params=query).content)
    csv = httpx.get(url + "_lab/trace.csv", params=query)
    assert csv.content.startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    table = DecodeTrace.from_csv(csv.text)
    for trace in (read, table):
        assert trace.text == expected.text
        np.testing.assert_array_equal(trace.logits, expected.logits)


def test_an_instruments_numbers_can_be_downloaded(url: str) -> None:
    query = {"instrument": "surprise", "text": "Be nice.", "model": "en-fr-char-lstm"}
    csv = httpx.get(url + "_lab/inside.csv", params=query)
    assert csv.headers["content-disposition"] == 'attachment; filename="inside.csv"'
    assert csv.content.startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    assert "surprise of what was written" in csv.text
    assert httpx.get(url + "_lab/inside.csv", params=query | {"instrument": "x-ray"}).status_code == 400


def test_the_numbers_of_a_chart_on_the_stage_can_be_downloaded(url: str) -> None:
    query = {"text": "Be nice.", "model": "en-fr-char-lstm", "chart": "gates"}
    csv = httpx.get(url + "_lab/chart.csv", params=query | {"lang": "fr"}, headers={"Accept-Language": "fr"})
    assert csv.headers["content-disposition"] == 'attachment; filename="chart.csv"'
    assert "forget f" in csv.text
    for none in ("network", "attention"):
        refused = httpx.get(url + "_lab/chart.csv", params=query | {"chart": none})
        assert (refused.status_code, refused.text) == (400, f"There are no numbers of {none!r} for this model.")


@pytest.mark.parametrize("query", [{"text": ""}, {"seed": "x"}, {"model": "/etc/passwd"}])
def test_a_bad_download_link_is_a_sentence(url: str, query: dict[str, str]) -> None:
    response = httpx.get(url + "_lab/trace.json", params=query)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/plain")
    assert len(response.text.split(".")) <= 3


def test_the_page_starts_behind_a_proxy_and_answers_below_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """A school's proxy knows no localhost; a path, as GRADIO_ROOT_PATH gives it, may or may not reach the server."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.org")
    monkeypatch.setenv("NO_PROXY", "")
    app, address, _ = launch(prevent_thread_lock=True, quiet=True, root_path="/lab")
    assert app is not None
    try:
        assert os.environ["no_proxy"].startswith("example.org,localhost")
        for path in (PLOTLY_URL, f"{scripts_url()}/base.js", "_lab/trace.json?text=Hi."):
            for url in (address + path, f"{address}lab/{path}"):
                assert httpx.get(url, timeout=60).status_code == 200, url
    finally:
        app.blocks.close()


def test_a_mad_download_link_is_clamped_as_the_pages_own_are(url: str) -> None:
    mad = "9" * 23
    query = {"text": "12+30", "model": "addition-lstm", "seed": mad, "layer": "99", "top_k": mad, "step": mad}
    for file in ("trace.json", "trace.csv"):
        assert httpx.get(f"{url}_lab/{file}", params=query).status_code == 200


def test_the_footer_has_no_settings_that_would_replace_the_address(url: str) -> None:
    assert httpx.get(f"{url}config").json()["footer_links"] == ["api"]


def test_gradios_own_figures_are_closed(url: str) -> None:
    """A summary was open to all, and each request for the rest wrote a line into the log."""
    for path in ("monitoring", "gradio_api/monitoring", "monitoring/summary"):
        assert httpx.get(url + path).status_code in (403, 404), path


def run_event(url: str, session: str) -> None:
    """The translation of what is in the fields, as its page asks for it."""
    event, data = next(each for each in events_of(url) if "Be nice." in each[1])
    body = {"data": data, "fn_index": event, "session_hash": session}
    assert httpx.post(f"{url}gradio_api/run/predict", json=body, timeout=60).status_code == 200


def test_a_session_costs_nothing_once_it_is_gone(app: App, url: str) -> None:
    """Gradio says that it closes when its heartbeat ends."""
    kept = app.state_holder.session_data
    with httpx.stream("GET", f"{url}gradio_api/heartbeat/gone-1", timeout=60) as heartbeat:
        beats = heartbeat.iter_lines()
        next(beats)
        run_event(url, "gone-1")
        assert len(str(kept["gone-1"].config_values)) < 5_000  # nothing of what it was answered
    end = time.monotonic() + 60
    while "gone-1" in kept:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert "gone-1" not in app.state_holder.time_last_used
    assert "gone-1" not in app.get_blocks()._queue.pending_event_ids_session
    run_event(url, "gone-1")  # what comes late
    assert "gone-1" not in kept


def test_a_call_of_the_api_leaves_no_session(app: App, client: Client) -> None:
    client.predict("Be nice.", api_name="/translate")
    assert client.session_hash not in app.state_holder.session_data


def test_gradio_keeps_no_table_of_events(app: App, url: str) -> None:
    for number in range(3):
        run_event(url, f"counted-{number}")
    queue = app.get_blocks()._queue
    assert len(queue.event_analytics) <= 1
    assert queue.cached_event_analytics_summary == {"functions": {}}


def test_nobody_waits_where_nobody_asks(url: str) -> None:
    answer = httpx.get(f"{url}_lab/place", params={"page": "nobody"})
    assert (answer.text, answer.headers["cache-control"]) == ("null", "no-store")
