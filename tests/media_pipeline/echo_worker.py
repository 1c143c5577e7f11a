"""A worker for the tests of ``WorkerProcess``: does what the question says.

python -m tests.media_pipeline.echo_worker [MODE]
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from pathlib import Path

from media_pipeline.sandbox import confine_or_exit
from media_pipeline.worker_process import serve

MODE = sys.argv[1] if len(sys.argv) > 1 else ""
LOG = Path(sys.argv[2]) if len(sys.argv) > 2 else None


def answer(question: bytes) -> bytes:
    match question:
        case b"die":
            os._exit(3)
        case b"crash":
            ctypes.string_at(0)
        case b"hang":
            time.sleep(60)
        case b"print":
            os.write(1, b"noise of a native library\n")  # must not be taken for an answer
        case b"environment":
            return json.dumps(dict(os.environ)).encode()
    return b"answer to " + question


def prepare() -> None:
    if LOG is not None:
        with LOG.open("a") as file:
            file.write("started\n")
    if MODE == "unavailable":
        print("what it needs is not installed", file=sys.stderr)
        sys.exit(os.EX_UNAVAILABLE)
    if MODE == "broken":
        raise RuntimeError("the model does not load")
    if MODE == "slow":
        time.sleep(60)


if __name__ == "__main__":
    if MODE == "confined":
        confine_or_exit()
    serve(answer, prepare=prepare)
