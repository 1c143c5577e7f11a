"""What of the machine this process may use, and how far its threads step back from other programs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def usable_cores() -> int:
    """Cores this process may run on (an affinity mask counts)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_nice_thread(load: Callable[[], _T], niceness: int) -> _T:
    """Run ``load`` in a thread of lower priority: on Linux threads started by it inherit that."""
    outcome: list[_T] = []
    failure: list[BaseException] = []

    def run() -> None:
        lower_priority(niceness)
        try:
            outcome.append(load())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="model-loading")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def lower_priority(niceness: int) -> None:
    """Of the calling thread alone, by so much. A Linux thing: elsewhere priorities belong to processes."""
    if niceness > 0 and hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, now + niceness))
