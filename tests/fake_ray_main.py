"""Speaks as the process does that is connected to Ray, without Ray. A worker's probe says how it behaves: "lost" loses
it, "crash" ends the process."""

import json
import os
import sys


def say(line: str) -> None:
    print(line, flush=True)


if os.environ.get("SEQ2SEQ_RAY_ADDRESS") == "nowhere":
    say("failed No Ray cluster answers at nowhere.")
    sys.exit()
say("room 4")
for line in sys.stdin:
    number, _, what = line.partition(" ")
    if what == "begin\n":
        say(number + ' {"kind": "ready", "speed": 2.0}')
    elif what == "end\n":
        print("ended", number, file=sys.stderr, flush=True)
    else:
        match json.loads(what).get("probe"):
            case "lost":
                say(number + ' {"kind": "gone", "message": "It is lost."}')
            case "crash":
                os.abort()
            case _:
                say(number + " " + json.dumps({"kind": "remark", "message": what}))
