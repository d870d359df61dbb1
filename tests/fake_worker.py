"""Speaks as seq2seq_core.live.worker does, without TensorFlow: what the pool does can be tested in moments.

The probe says how it behaves: "crash" dies at the start, "deaf" never stops, "slow" reports no progress.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

folder = Path(sys.argv[1])


def say(**message: object) -> None:
    print(json.dumps(message), flush=True)


def main() -> None:
    say(kind="ready", speed=2.0)
    start = json.loads(sys.stdin.readline())
    behaviour, stopped = start["probe"], threading.Event()
    if behaviour == "crash":
        os.abort()

    def listen() -> None:
        for line in sys.stdin:
            if json.loads(line)["do"] == "stop":
                stopped.set()
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while behaviour == "deaf" or not stopped.is_set():
        say(kind="report", state="running", figures={"seconds_left": 7.0})
        time.sleep(0.02)
    (folder / "model.zip").write_bytes(b"a zip")
    (folder / "curves.csv").write_bytes(b"a table")
    say(kind="kept")


main()
