"""What is said about a watched training, and how it reads as JSON, one line a message.

Commands go from the page through the server to the worker, reports the other way. Between an engine and its worker
they may travel as they like; a page gets and gives the JSON below.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

import orjson

from ..charts.base import Figure
from ..config import ModelConfig
from ..data.pairs import Pair
from ..errors import Seq2SeqError
from ..language import ENGLISH, tr

Strips = dict[str, Any]  # the stepper's value


# commands


@dataclass(frozen=True)
class Start:
    """The first one; the server's own, no page may give it."""

    do: ClassVar = "start"
    config: ModelConfig
    pairs: tuple[Pair, ...]  # those to train on; none: the config's task has them
    probe: str
    saves: bool = False  # says a Checkpoint now and then, after an epoch
    saved: dict[str, bytes] = field(default_factory=dict)  # all files of the last one: it goes on from there
    language: str = ENGLISH  # of whoever watches it: what the worker says is in it


@dataclass(frozen=True)
class Pause:
    do: ClassVar = "pause"


@dataclass(frozen=True)
class Resume:
    do: ClassVar = "resume"


@dataclass(frozen=True)
class Step:
    """Trains on, and pauses after the next one."""

    do: ClassVar = "step"
    until: Literal["batch", "epoch"]


@dataclass(frozen=True)
class Stop:
    """Ends the training and keeps what was learnt."""

    do: ClassVar = "stop"


@dataclass(frozen=True)
class TurnRate:
    do: ClassVar = "rate"
    value: float  # the learning rate of the next batch


@dataclass(frozen=True)
class SetProbe:
    do: ClassVar = "probe"
    text: str


@dataclass(frozen=True)
class Speak:
    """Whoever watches speaks another language now. The server's own, as Start is."""

    do: ClassVar = "speak"
    language: str


@dataclass(frozen=True)
class Leave:
    """Out of the queue, or off the worker at once: nothing is kept. The pool's to do; no worker is told."""

    do: ClassVar = "leave"


Control = Pause | Resume | Step | Stop | TurnRate | SetProbe | Speak
Command = Start | Control  # what a worker is told


# reports


@dataclass(frozen=True)
class Figures:
    """A run's numbers at one moment of it."""

    batches_done: int
    batches_all: int
    epoch: int  # counted from 1; 0: not begun
    epochs: int
    batch: int  # of the epoch, counted from 1
    batches: int  # an epoch
    parameters: int
    training_pairs: int
    validation_pairs: int
    loss: float | None  # nats per real target token, mean of the last ten batches
    accuracy: float | None  # share of real target tokens, of the same batches
    val_loss: float | None  # after the last whole epoch
    val_accuracy: float | None
    exact: float | None  # share of some held-out sources whose translation is right, when last examined
    exact_at_the_end: float | None  # of more of them, by the weights that are kept
    gradient_norm: float | None
    learning_rate: float  # of the next batch
    examples_per_second: float | None
    seconds_left: float | None  # at this speed


@dataclass(frozen=True)
class Sample:
    """A held-out sentence as it is translated now."""

    source: str
    reference: str  # of its right answers, the one most like what was written
    written: list[tuple[str, bool]]  # in pieces: (text, it stands in the reference, too)
    right: bool


@dataclass(frozen=True)
class ProbeDecoding:
    """The probe, decoded by the network as it was at one moment. Without a text there are no charts of it."""

    batch: int  # of the whole run; 0: nothing learnt yet
    epoch: int
    text: str | None = None  # None: the network cannot read the probe
    strips: Strips | None = None
    charts: dict[str, Figure] | None = None  # by name


@dataclass(frozen=True)
class Look:
    """What the network does now."""

    samples: list[Sample]
    charts: dict[str, Figure]  # by name
    now: ProbeDecoding


@dataclass(frozen=True)
class Ready:
    """The worker has loaded all it needs."""

    kind: ClassVar = "ready"
    speed: float  # of its machine, see `duration`


@dataclass(frozen=True)
class Report:
    kind: ClassVar = "report"
    state: Literal["running", "paused", "stopped", "finished"]
    figures: Figures
    charts: dict[str, Figure]  # of the curves, by name
    look: Look | None = None
    probe: str | None = None
    moments: list[ProbeDecoding] | None = None  # those that are new, or all


@dataclass(frozen=True)
class History:
    """There is another probe: its decodings at all moments so far."""

    kind: ClassVar = "history"
    probe: str
    moments: list[ProbeDecoding]


@dataclass(frozen=True)
class Remark:
    """A command could not be followed; the training goes on."""

    kind: ClassVar = "remark"
    message: str


@dataclass(frozen=True)
class Refused:
    """The run cannot be trained, or not to its end."""

    kind: ClassVar = "refused"
    message: str


@dataclass(frozen=True)
class KeptModel:
    """The network with the weights of one moment of its run."""

    weights: str  # which, in words that whoever shows them translates
    batch: int  # of the whole run, the last one they were trained on
    epoch: int
    exact: float  # share of up to a thousand held-out sources that are translated entirely right
    exact_in_training: float  # the same of some sources it was trained on
    model_zip: bytes

    @property
    def title(self) -> str:
        """“epoch 7, the best on held-out examples”, in the language that is spoken."""
        return tr(self.weights, epoch=self.epoch)


@dataclass(frozen=True)
class Kept:
    """What a finished run leaves: the last thing its worker says."""

    kind: ClassVar = "kept"
    models: list[KeptModel]  # the first one is the run's; a second one has the last epoch's weights, where others won
    curves_csv: str


@dataclass(frozen=True)
class Checkpoint:
    """All that it takes to go on after an epoch, on another machine, too. For the engine: a page is not told."""

    kind: ClassVar = "checkpoint"
    epoch: int
    obeyed: int  # commands after Start: those that came later are to be told again
    paused: bool
    probe: str
    rate: float  # the next batch's
    files: dict[str, bytes]  # by name; those that are new or have changed since the last one


@dataclass(frozen=True)
class Gone:
    """The worker has ended. Said by its engine, after everything else."""

    kind: ClassVar = "gone"
    message: str | None = None  # why, where the engine knows: a sentence, which whoever shows it translates
    names: dict[str, str] = field(default_factory=dict)  # what its {names} stand for


Message = Ready | Report | History | Remark | Refused | Checkpoint | Kept  # what a worker says

RunState = Literal["queued", "starting", "running", "paused", "stopping", "kept", "failed", "left"]


@dataclass(frozen=True)
class State:
    """What the server says of a run to its page."""

    kind: ClassVar = "state"
    state: RunState
    run: int
    message: str | None = None  # of one that failed
    warm: bool | None = None  # the worker that starts has loaded TensorFlow before
    place: int | None = None  # in the queue, from 1
    waiting: int | None = None
    wait: int | None = None  # seconds


# JSON


def encode(said: Command | Message | Gone | State) -> bytes:
    """One line; what is None is left out."""
    values: dict[str, Any] = {"kind": said.kind} if isinstance(said, Message | Gone | State) else {"do": said.do}
    for each in fields(said):
        if (value := getattr(said, each.name)) is not None:
            values[each.name] = value
    return orjson.dumps(values, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)


def _plain(value: object) -> object:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case Pair():
            return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def page_command(body: bytes) -> Control | Leave:
    """What a page asks for.

    Raises:
        Seq2SeqError: it is no command, or not one that a page may give.
    """
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        values = None
    match values:
        case {"do": "pause"}:
            return Pause()
        case {"do": "resume"}:
            return Resume()
        case {"do": "step", "until": "batch" | "epoch" as until}:
            return Step(until)
        case {"do": "stop"}:
            return Stop()
        case {"do": "rate", "value": int() | float() as value} if not isinstance(value, bool):
            return TurnRate(float(value))
        case {"do": "probe", "text": str() as text}:
            return SetProbe(text)
        case {"do": "leave"}:
            return Leave()
    raise Seq2SeqError(tr("This command is not known."))


def decode_command(line: bytes) -> Command:
    """What `encode` made of a command, for a worker that is told in JSON."""
    values = orjson.loads(line)
    if values["do"] == "start":
        pairs = tuple(Pair(*pair) for pair in values["pairs"])
        config = ModelConfig.from_dict(values["config"])
        return Start(config, pairs, values["probe"], values["saves"], _files(values["saved"]), values["language"])
    if values["do"] == "speak":
        return Speak(values["language"])
    command = page_command(line)
    assert not isinstance(command, Leave)
    return command


def decode_message(line: bytes) -> Message | Gone:
    """What `encode` made of a message; its charts are plain dicts now.

    Raises:
        ValueError: it is none.
    """
    try:
        values = orjson.loads(line)
        match values.pop("kind"):
            case "ready":
                return Ready(**values)
            case "report":
                values["figures"] = Figures(**values["figures"])
                if "look" in values:
                    values["look"] = _look(**values["look"])
                if "moments" in values:
                    values["moments"] = _moments(values["moments"])
                return Report(**values)
            case "history":
                return History(values["probe"], _moments(values["moments"]))
            case "remark":
                return Remark(**values)
            case "refused":
                return Refused(**values)
            case "checkpoint":
                return Checkpoint(**values | {"files": _files(values["files"])})
            case "gone":
                return Gone(**values)
            case "kept":
                return Kept([_kept_model(**each) for each in values["models"]], values["curves_csv"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no message of a worker: {error}") from None
    raise ValueError("no message of a worker")


def _look(samples: list[dict[str, Any]], charts: dict[str, Figure], now: dict[str, Any]) -> Look:
    pieces = [[(text, right) for text, right in each.pop("written")] for each in samples]
    return Look(
        [Sample(**each, written=written) for each, written in zip(samples, pieces, strict=True)],
        charts,
        ProbeDecoding(**now),
    )


def _files(encoded: dict[str, str]) -> dict[str, bytes]:
    return {name: base64.b64decode(data, validate=True) for name, data in encoded.items()}


def _kept_model(model_zip: str, **values: Any) -> KeptModel:
    return KeptModel(**values, model_zip=base64.b64decode(model_zip, validate=True))


def _moments(values: list[dict[str, Any]]) -> list[ProbeDecoding]:
    return [ProbeDecoding(**each) for each in values]
