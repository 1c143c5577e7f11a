"""From the connection's callback to hearing, which may ask to wait: nothing is dropped in between."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import MediaError

log = logging.getLogger(__name__)

WAITING_LIMIT = 6_000
"""Frames (two minutes) beyond the ten seconds hearing itself takes in; only a stuck thread gets there.
The newest are refused then, and counted."""


class FramePump:
    """Hands frames on in order, one after another, as fast as hearing takes them."""

    def __init__(self, accept: Callable[[AudioFrame], Awaitable[None]], failed: Callable[[], None]) -> None:
        """``failed`` is told, once, when hearing cannot take any more."""
        self._accept = accept
        self._failed = failed
        self._waiting: deque[AudioFrame] = deque()
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self.refused = 0
        self._task = asyncio.create_task(self._run(), name="frame pump")

    def put(self, frame: AudioFrame) -> None:
        """Take a frame; never waits."""
        if len(self._waiting) >= WAITING_LIMIT:
            self.refused += 1
            if self.refused == 1:
                log.error("hearing is stuck: frames are refused")
            return
        self._waiting.append(frame)
        self._empty.clear()
        self._wake.set()

    async def drain(self) -> None:
        """Returns when hearing has taken everything."""
        if not self._task.done():
            await self._empty.wait()

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while self._waiting:
                    await self._accept(self._waiting[0])
                    self._waiting.popleft()
            except MediaError:
                log.exception("hearing failed")
                self._failed()
                self._empty.set()
                return
            self._empty.set()
