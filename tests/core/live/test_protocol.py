"""Commands and reports: what goes in as JSON comes out the same, and no page may say anything else."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from seq2seq_core import Seq2SeqError
from seq2seq_core.data.pairs import Pair
from seq2seq_core.live.presets import PRESETS
from seq2seq_core.live.protocol import (
    Checkpoint,
    Command,
    Figures,
    Gone,
    History,
    Kept,
    KeptModel,
    Leave,
    Look,
    Message,
    Pause,
    ProbeDecoding,
    Ready,
    Refused,
    Remark,
    Report,
    Resume,
    Sample,
    SetProbe,
    Speak,
    Start,
    State,
    Step,
    Stop,
    TurnRate,
    decode_command,
    decode_message,
    encode,
    page_command,
)

FIGURES = Figures(3, 90, 1, 9, 3, 10, 5_000, 600, 60, 2.5, 0.25, None, None, None, None, 0.5, 0.01, 800.0, 12.0)
DECODING = ProbeDecoding(3, 1, "46", {"writes": []}, {"state_norms": {"data": [2]}})
LOOK = Look([Sample("12+34", "46", [("4", True), ("7", False)], False)], {"gates": {"data": []}}, ProbeDecoding(3, 1))


@pytest.mark.parametrize(
    "command",
    [
        Start(PRESETS["dates"].config, (Pair("été", "summer"), Pair("hiver", "winter")), "été"),
        Pause(),
        Resume(),
        Step("batch"),
        Step("epoch"),
        Stop(),
        TurnRate(0.01),
        SetProbe("a\nb"),
        Speak("fr"),
        Start(PRESETS["dates"].config, (), "", saves=True, saved={"resume.npz": b"PK\x03\x04\xff\n"}),
    ],
    ids=lambda command: command.do,
)
def test_commands_arrive_as_they_were_given(command: Command) -> None:
    line = encode(command)
    assert line.count(b"\n") == 1
    assert decode_command(line) == command
    if not isinstance(command, Start | Speak):  # these are the server’s own
        assert page_command(line) == command


@pytest.mark.parametrize(
    "message",
    [
        Ready(2.0),
        Report("running", FIGURES, {"loss": {"data": []}}),
        Report("paused", FIGURES, {}, LOOK, "12+34", [DECODING, ProbeDecoding(4, 1, "47")]),
        History("12+34", [DECODING]),
        Remark("This cannot be."),
        Refused("This cannot be, either."),
        Checkpoint(3, 1, True, "12+34", 0.01, {"curves.csv": b"batch,loss\n", "resume.npz": b"PK\x03\x04\xff\n"}),
        Gone("Its computer is lost."),
        Kept([KeptModel("epoch 2, the last", 20, 2, 0.5, 1.0, b"PK\x03\x04\xff\n")], "batch,loss\n1,2.5\n"),
    ],
    ids=lambda message: message.kind,
)
def test_messages_arrive_as_they_were_said(message: Message | Gone) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert decode_message(line) == message


def test_a_page_reads_these_names() -> None:
    assert orjson.loads(encode(Report("paused", FIGURES, {}, LOOK, "12+34", [DECODING]))) == {
        "kind": "report",
        "state": "paused",
        "figures": vars(FIGURES),
        "charts": {},
        "look": {
            "samples": [{"source": "12+34", "reference": "46", "written": [["4", True], ["7", False]], "right": False}],
            "charts": {"gates": {"data": []}},
            "now": vars(LOOK.now),
        },
        "probe": "12+34",
        "moments": [vars(DECODING)],
    }
    # what is not known is not said: the page would show it
    assert orjson.loads(encode(State("queued", 7, place=1, wait=0))) == {
        "kind": "state",
        "state": "queued",
        "run": 7,
        "place": 1,
        "wait": 0,
    }


def test_arrays_in_charts_become_lists() -> None:
    line = encode(Report("running", FIGURES, {"loss": {"y": np.array([[0.5, np.nan]], np.float32)}}))
    assert orjson.loads(line)["charts"] == {"loss": {"y": [[0.5, None]]}}
    with pytest.raises(TypeError):
        encode(Report("running", FIGURES, {"loss": {"y": object()}}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"null",
        b"[]",
        b"{}",
        b'{"do": ["stop"]}',
        b'{"do": "format"}',
        b'{"do": "step"}',
        b'{"do": "step", "until": "doomsday"}',
        b'{"do": "rate", "value": "fast"}',
        b'{"do": "rate"}',
        b'{"do": "rate", "value": true}',
        encode(Start(PRESETS["dates"].config, (), "")),
    ],
)
def test_only_known_commands_are_a_pages(body: bytes) -> None:
    with pytest.raises(Seq2SeqError, match="not known"):
        page_command(body)


def test_a_pages_command_carries_nothing_else() -> None:
    assert page_command(b'{"do": "rate", "value": 1, "path": "/etc"}') == TurnRate(1.0)
    assert page_command(b'{"do": "leave", "kind": "kept"}') == Leave()


@pytest.mark.parametrize(
    "said",
    [
        b"Segmentation fault",
        b"{}",
        b"[]",
        b'{"kind": "format"}',
        b'{"kind": "ready"}',
        b'{"kind": "remark", "message": "a", "more": 1}',
        b'{"kind": "report", "state": "running", "charts": {}, "figures": {"loss": 1}}',
        b'{"kind": "kept", "model_zip": "#", "curves_csv": ""}',
        b'{"kind": "checkpoint", "epoch": 1, "obeyed": 0, "paused": false, "probe": "", "rate": 1, "files": 5}',
    ],
)
def test_what_is_no_message_is_none(said: bytes) -> None:
    with pytest.raises(ValueError, match="no message of a worker"):
        decode_message(said)
