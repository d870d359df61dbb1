"""Speaks as a worker's process does, without TensorFlow: what the engine does can be tested in moments.

The probe says how it behaves: "crash" dies at the start, "noise" says what is no message; others are told what they
tell.
"""

import json
import os
import sys


def say(**message: object) -> None:
    print(json.dumps(message), flush=True)


say(kind="ready", speed=2.0)
for line in sys.stdin:
    match json.loads(line).get("probe"):
        case "crash":
            print("the last words", file=sys.stderr, flush=True)
            os.abort()
        case "noise":
            print("no message", flush=True)
        case _:
            say(kind="remark", message=line)
