"""The process that a watched training runs in: commands in on standard input, reports out on standard output.

Both are lines of JSON: what comes out of a process that a stranger's data went into is data, too. It is started
before it is needed, so that TensorFlow's start-up is over when someone presses Start. It ends when the run does, and
at once when its input is closed: when whoever started it ends, by whatever cause, so does this.

    python -m seq2seq_core.live.worker FOLDER      the folder is its own; it leaves the finished model there
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import orjson

from ..errors import Seq2SeqError
from ..settings import read_settings

REPORT_EVERY = 0.45  # seconds
LOOK_SHARE = 0.08  # of the time may go into looking at the weights
LOOK_AT_LEAST_EVERY = 4.0  # seconds, however long a look takes
MODEL_ZIP, CURVES_FILE = "model.zip", "curves.csv"


class Commands:
    """Reads commands as they come in, in a thread of its own, so that the end of the input is noticed at once."""

    def __init__(self, stream: IO[bytes], folder: Path) -> None:
        self._queue: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(stream, folder), daemon=True).start()

    def _read(self, stream: IO[bytes], folder: Path) -> None:
        for line in stream:
            self._queue.put(orjson.loads(line))
        _leave(folder)  # nobody is left who could want anything

    def wait(self) -> dict[str, Any]:
        return self._queue.get()

    def next(self) -> dict[str, Any] | None:
        """The next one if there is one."""
        with contextlib.suppress(queue.Empty):
            return self._queue.get_nowait()
        return None


def _leave(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


class Worker:
    def __init__(self, commands: Commands, out: IO[bytes], folder: Path) -> None:
        self.commands, self.out, self.folder = commands, out, folder
        self.paused = self.stopped = False
        self.step_to: str | None = None  # "batch" or "epoch": pause after the next one
        self.looked = self.look_took = self.reported = 0.0
        self.moments_sent = 0

    def say(self, kind: str, **values: Any) -> None:
        options = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
        self.out.write(orjson.dumps({"kind": kind, **values}, option=options) + b"\n")
        self.out.flush()

    def run(self, start: dict[str, Any]) -> None:
        from ..config import ModelConfig
        from ..data.download import cached_pairs
        from ..data.pairs import Pair, read_pairs
        from ..training.events import BatchTrained, EpochTrained, TrainingFinished
        from .watched_run import LiveTraining

        config = ModelConfig.from_dict(start["config"])
        pairs = [Pair(*pair) for pair in start["pairs"]]
        if config.task == "pairs" and not pairs:
            pairs = read_pairs(cached_pairs(), config.num_samples)
        self.live = live = LiveTraining(config, pairs, start["probe"])
        for event in live.events():
            if isinstance(event, TrainingFinished):
                break
            if self.step_to and isinstance(event, {"batch": BatchTrained, "epoch": EpochTrained}[self.step_to]):
                self.step_to, self.paused = None, True
            if isinstance(event, BatchTrained) and not event.loss < 1e6:  # NaN, too
                raise Seq2SeqError("The training diverged: the loss is no number any more. Try a lower learning rate.")
            self.obey()
            if self.stopped:
                break
            if self.step_to != "batch" and time.monotonic() - self.reported >= REPORT_EVERY:
                self.report()
        self.keep()

    def obey(self) -> None:
        """Does what was asked meanwhile; while paused, waits for more."""
        told = False
        while True:
            waits = self.paused and not self.stopped
            if waits and not told:
                self.report(look=True)
                told = True
            command = self.commands.wait() if waits else self.commands.next()
            if command is None:
                return
            match command["do"]:
                case "pause":
                    self.paused, self.step_to = True, None
                case "resume":
                    self.paused = False
                case "step":
                    self.paused, self.step_to = False, command["until"]
                    return
                case "stop":
                    self.stopped = True
                case "rate":
                    self._try(lambda rate=command["value"]: self.live.turn_rate(rate))
                case "probe":
                    if self._try(lambda text=command["text"]: self.live.set_probe(text)):
                        self.say("history", probe=self.live.probe, moments=self.live.history())
                        self.moments_sent = len(self.live.moments)
                        self.report(look=True)

    def _try(self, action: Any) -> bool:
        try:
            action()
        except Seq2SeqError as error:
            self.say("remark", message=str(error))
            return False
        return True

    def report(self, look: bool = False) -> None:
        now = time.monotonic()
        live = self.live
        state = "paused" if self.paused else "running"
        values: dict[str, Any] = {"state": state, "figures": live.figures(), "charts": live.charts()}
        if look or now - self.looked >= min(self.look_took / LOOK_SHARE, LOOK_AT_LEAST_EVERY):
            values["look"] = live.look()
            values["probe"] = live.probe
            self.looked, self.look_took = time.monotonic(), time.monotonic() - now
        if len(live.moments) > self.moments_sent:
            values["moments"] = [live.last_moment()] if len(live.moments) == self.moments_sent + 1 else live.history()
            self.moments_sent = len(live.moments)
        self.reported = time.monotonic()
        self.say("report", **values)

    def keep(self) -> None:
        """Leaves the model in the folder, as it stands after a stop, else with the best epoch's weights."""
        from ..saving.model_folder import HISTORY_FILE, save_checkpoint, write_history
        from ..saving.model_zip import EXAMPLES_FILE, pack_model

        live = self.live
        if not len(live.curves):
            raise Seq2SeqError("Stopped before the first batch was through: there is nothing to keep.")
        live.examine_at_the_end()
        model = self.folder / "model"
        save_checkpoint(model, live.network, live.config, live.started.vocabularies)
        write_history(model / HISTORY_FILE, [epoch for _, epoch in live.curves.epochs])
        (model / "README.md").write_text(model_card(live, stopped=self.stopped), encoding="utf-8")
        (model / EXAMPLES_FILE).write_bytes(orjson.dumps(live.examples))
        (self.folder / MODEL_ZIP).write_bytes(pack_model(model))
        (self.folder / CURVES_FILE).write_text(live.curves.to_csv(), encoding="utf-8")
        self.say(
            "report",
            state="stopped" if self.stopped else "finished",
            figures=live.figures(),
            charts=live.charts(),
            look=live.look(),
            probe=live.probe,
            moments=live.history(),
        )
        self.say("kept")


def model_card(live: Any, stopped: bool) -> str:
    """The README.md of a model that was trained while being watched."""
    figures, config = live.figures(), live.config
    kept = "the weights when it was stopped" if stopped else "the epoch with the lowest validation loss"
    return (
        f"# {config.title}\n\n"
        f"Trained in the Train tab of Seq2Seq Lab: {figures['batches_done']:,} batches "
        f"({figures['epoch']} of {config.epochs} epochs begun) on {figures['training_pairs']:,} pairs; "
        f"{figures['parameters']:,} parameters. Kept: {kept}.\n\n"
        f"Exact match on held-out examples: {figures['exact_at_the_end']:.1%}.\n"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    # Ctrl-C reaches the whole terminal: this one ends with its server. Told to end by itself, it leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: _leave(folder))
    # reports must stay alone on the pipe: whatever a library prints goes to standard error
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    commands = Commands(os.fdopen(os.dup(0), "rb"), folder)
    worker = Worker(commands, out, folder)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # whoever types in another tab comes first
    from .speed import measure_speed

    speed = measure_speed()
    _limit_memory()
    worker.say("ready", speed=speed)
    try:
        while (command := commands.wait())["do"] != "start":
            pass
        worker.run(command)
    except Seq2SeqError as error:
        worker.say("refused", message=str(error))
    except MemoryError:
        worker.say("refused", message=OUT_OF_MEMORY)
    except Exception as error:
        if "ResourceExhausted" not in type(error).__name__ and "bad_alloc" not in str(error):
            raise
        worker.say("refused", message=OUT_OF_MEMORY)


OUT_OF_MEMORY = (
    "The training needed more memory than it may have here: try fewer units, a smaller batch or shorter examples."
)


def _limit_memory() -> None:
    """Private memory may grow by so much from here on; beyond it an allocation fails, in this process alone."""
    try:
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii")
    except (ImportError, OSError):  # neither Linux
        return
    (now,) = (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))
    limit = now + read_settings().training_memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    main()
