"""The seam ``FaceObserver``, and the implementation that looks with MediaPipe in a confined process.

One look at a time for all sessions of the process. Each session has one place in the line, and a
newer frame takes the older one's place: eyes may blink, and nothing queues up. A frame is brought
to its small RGB form only when its turn has come, on a thread of the observer's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import mmap
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np

from media_pipeline.vision.facts import FrameFacts, RgbFrame
from media_pipeline.vision.policy import Look
from media_pipeline.vision.worker import LookAt
from media_pipeline.worker_process import State, WorkerDownError, WorkerOptions, WorkerProcess

FrameMaker = Callable[[], RgbFrame]
"""Makes the frame to look at; called off the event loop, and only for frames that are looked at."""

OnFacts = Callable[[FrameFacts, int], None]
"""Told the facts of a frame and the frame's own time (session milliseconds), on the event loop."""

OnState = Callable[[State, str], None]

_log = logging.getLogger(__name__)


class FaceObserver(Protocol):
    """Looks at frames of many sessions. All methods belong to one event loop and return at once."""

    @property
    def state(self) -> State:
        """``missing``: frames are taken and not looked at until it is ``ok`` again."""

    @property
    def detail(self) -> str:
        """Why it is missing."""

    def open(self, session: str, on_facts: OnFacts, on_state: OnState) -> None:
        """A session joins. ``on_facts`` follows each frame looked at, in the frames' order."""

    def offer(self, session: str, frame: FrameMaker, at_ms: int, look: Look) -> None:
        """A frame to look at when there is time; takes the place of one still waiting."""

    def close(self, session: str) -> None:
        """A session leaves; it is told nothing more. Unknown sessions are ignored."""

    def frames_per_second(self, *, least: bool = False) -> float:
        """How many frames of each session are wanted now: fewer under load.

        ``least``: something else needs the cores more; only as many as are worth having.
        """


@dataclass(frozen=True, slots=True)
class ObserverOptions:
    width: int = 320
    """Pixels; frames are looked at at this width (the detector itself sees 128 × 128)."""
    height_at_most: int = 320
    """Pixels; a phone held upright is looked at at this height instead."""
    frames_per_second: float = 2.5
    """Of each session, while there is time."""
    frames_per_second_at_least: float = 1.0
    """Under load. Slower, an observation would come later than two seconds."""
    niceness: int = 12
    """Of the vision process: recognition comes first."""
    load_window_s: float = 2.0
    """Over which the share of time spent looking is measured."""


def wanted_frames_per_second(busy_share: float, options: ObserverOptions) -> float:
    """Full pace up to half of the time spent looking, then down in a line to the least."""
    over = min(max((busy_share - 0.5) / 0.5, 0.0), 1.0)
    return options.frames_per_second - over * (options.frames_per_second - options.frames_per_second_at_least)


@dataclass(slots=True)
class _Session:
    on_facts: OnFacts
    on_state: OnState


@dataclass(slots=True)
class _Waiting:
    frame: FrameMaker
    at_ms: int
    look: Look


@dataclass(slots=True)
class _Load:
    """The share of the last while spent looking."""

    window_s: float
    share: float = 0.0
    _since: float = field(default_factory=time.monotonic)
    _busy_s: float = 0.0

    def add(self, busy_s: float) -> None:
        self._busy_s += busy_s
        self.read()

    def read(self) -> float:
        elapsed = time.monotonic() - self._since
        if elapsed >= self.window_s:
            self.share = min(self._busy_s / elapsed, 1.0)
            self._since, self._busy_s = time.monotonic(), 0.0
        return self.share


class MediaPipeFaceObserver:
    """``FaceObserver`` by MediaPipe's face landmarker, in a process that has no internet."""

    def __init__(
        self,
        model_file: Path,
        options: ObserverOptions | None = None,
        worker_options: WorkerOptions | None = None,
    ) -> None:
        self.options = options or ObserverOptions()
        size = self.options.width * self.options.height_at_most * 3
        self._memory_fd = os.memfd_create("viva-vision-frame")
        os.ftruncate(self._memory_fd, size)
        self._memory = mmap.mmap(self._memory_fd, size)
        self._worker = WorkerProcess(
            "media_pipeline.vision.worker",
            (str(model_file), str(self._memory_fd), str(size)),
            options=worker_options or WorkerOptions(niceness=self.options.niceness),
            pass_fds=(self._memory_fd,),
            on_state=self._tell_state,
        )
        self._sessions: dict[str, _Session] = {}
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._something_waits = asyncio.Event()
        self._load = _Load(self.options.load_window_s)
        self._pace: float | None = None
        self._converter = ThreadPoolExecutor(1, thread_name_prefix="vision-convert")
        self._looking: asyncio.Task[None] | None = None
        self.looked_at = 0
        """Frames looked at, for the metrics."""

    @property
    def state(self) -> State:
        return self._worker.state

    @property
    def detail(self) -> str:
        return self._worker.detail

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid

    async def start(self) -> State:
        """Answers when the process is ready, or known to be missing; the sessions work either way."""
        state = await self._worker.start()
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on(), name="vision")
        return state

    async def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        await self._worker.close()
        self._converter.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(BufferError):  # a conversion still running holds it; it goes with it
            self._memory.close()
        os.close(self._memory_fd)

    def open(self, session: str, on_facts: OnFacts, on_state: OnState) -> None:
        self._sessions[session] = _Session(on_facts, on_state)

    def offer(self, session: str, frame: FrameMaker, at_ms: int, look: Look) -> None:
        if session not in self._sessions or self._worker.state != "ok":
            return
        # A session's place in the line stays its own: a newer frame does not send it to the end.
        self._waiting[session] = _Waiting(frame, at_ms, look)
        self._something_waits.set()

    def close(self, session: str) -> None:
        self._sessions.pop(session, None)
        self._waiting.pop(session, None)

    def pace(self, frames_per_second: float | None) -> None:
        """Holds the pace at a value chosen by whoever watches the machine's load; None: by own load."""
        self._pace = frames_per_second

    def frames_per_second(self, *, least: bool = False) -> float:
        if self._pace is not None:
            return self._pace
        if least:
            return self.options.frames_per_second_at_least
        return wanted_frames_per_second(self._load.read(), self.options)

    async def _look_on(self) -> None:
        while True:
            await self._something_waits.wait()
            if not self._waiting:
                self._something_waits.clear()
                continue
            session, waiting = self._waiting.popitem(last=False)
            started = time.monotonic()
            try:
                facts = await self._look_at(waiting)
            except WorkerDownError as error:
                _log.info("a frame was not looked at: %s", error)
                self._waiting.clear()
                continue
            except Exception:  # one session's broken frame must not blind the others
                _log.exception("a frame could not be looked at")
                continue
            finally:
                self._load.add(time.monotonic() - started)
            self.looked_at += 1
            if (opened := self._sessions.get(session)) is not None:
                opened.on_facts(facts, waiting.at_ms)

    async def _look_at(self, waiting: _Waiting) -> FrameFacts:
        loop = asyncio.get_running_loop()
        height, width = await loop.run_in_executor(self._converter, self._write, waiting.frame)
        answer = await self._worker.ask(msgspec.msgpack.encode(LookAt(width, height, waiting.look)))
        return msgspec.msgpack.decode(answer, type=FrameFacts)

    def _write(self, make: FrameMaker) -> tuple[int, int]:
        """Puts a frame into the shared memory (on the converter's thread)."""
        frame = make()
        height, width, _ = frame.shape
        shared = np.frombuffer(self._memory, dtype=np.uint8, count=frame.size)
        shared.reshape(frame.shape)[:] = frame  # raises if it does not fit: makers keep to the options
        return height, width

    def _tell_state(self, state: State, detail: str) -> None:
        if state != "ok":
            self._waiting.clear()
        for session in list(self._sessions.values()):
            session.on_state(state, detail)
