"""Runs payloads that come on its input, one JSON line each, and says how they ended: what it is tested by."""

import json
import sys

from formats.running import run


def main() -> None:
    for line in sys.stdin:
        text, format, target = json.loads(line)
        outcome = run(text.encode("utf-8", "surrogatepass"), format, target=target, shots=3, seed=1)
        code = None if outcome.fault is None else outcome.fault.code
        message = "" if outcome.fault is None else outcome.fault.message
        print(json.dumps([len(outcome.data), code, message]), flush=True)


if __name__ == "__main__":
    main()
