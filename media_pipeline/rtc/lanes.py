"""Threads that decode for all connections, one piece of work of a stream at a time.

aiortc starts a thread for every track and waits for it on the event loop when the track ends.
Here a few threads serve everybody, a stream's work stays in order, its queue is bounded, and
ending a stream waits for nobody.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

_TURN = 8  # pieces of work a stream may have done before another stream's turn


class LanePool:
    """A fixed number of threads."""

    def __init__(self, threads: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)

    def lane(self, work: Callable[[Item], None], limit: int) -> Lane[Item]:
        return Lane(self._executor, work, limit)

    def close(self) -> None:
        """Ends the threads when they are done with what they have in hand; does not wait for it."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class Lane(Generic[Item]):
    """One stream's bounded queue. ``work`` is never run by two threads at once."""

    def __init__(self, executor: ThreadPoolExecutor, work: Callable[[Item], None], limit: int) -> None:
        self._executor = executor
        self._work = work
        self._limit = limit
        self._waiting: deque[Item] = deque()
        self._lock = threading.Lock()
        self._running = False
        self._closed = False

    def put(self, item: Item) -> bool:
        """Queues ``item``; False where the lane is full or closed and the item was not taken."""
        with self._lock:
            if self._closed or len(self._waiting) >= self._limit:
                return False
            self._waiting.append(item)
            start = not self._running
            self._running = True
        return self._schedule() if start else True

    def clear(self) -> int:
        """Forgets what waits; returns how much that was."""
        with self._lock:
            dropped = len(self._waiting)
            self._waiting.clear()
            return dropped

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)

    def _schedule(self) -> bool:
        try:
            self._executor.submit(self._turn)
        except RuntimeError:  # the pool is closed: the process is stopping
            self.close()
            return False
        return True

    def _turn(self) -> None:
        for _ in range(_TURN):
            with self._lock:
                if not self._waiting:
                    self._running = False
                    return
                item = self._waiting.popleft()
            try:
                self._work(item)
            except Exception:
                logger.exception("Decoding failed in a way nobody foresaw; the stream goes on")
        self._schedule()
