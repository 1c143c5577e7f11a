"""A ``FaceObserver`` that sees what it is told to see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from media_pipeline.vision.facts import FrameFacts, RgbFrame, luma, picture_facts
from media_pipeline.vision.observer import FrameMaker, OnFacts, OnState
from media_pipeline.vision.policy import Look
from media_pipeline.worker_process import State


class ScriptedObserver:
    """``sees(frame, look)`` makes the facts; by default those of the picture, and no face."""

    def __init__(self, sees: Callable[[RgbFrame, Look], FrameFacts] | None = None) -> None:
        self._sees = sees or (lambda frame, _: picture_facts(luma(np.asarray(frame))))
        self._sessions: dict[str, tuple[OnFacts, OnState]] = {}
        self._waiting: dict[str, tuple[FrameMaker, int, Look]] = {}
        self._work: asyncio.Task[None] | None = None
        self.state: State = "ok"
        self.detail = ""
        self.wanted = 2.5
        self.offered: list[tuple[int, Look]] = []

    def open(self, session: str, on_facts: OnFacts, on_state: OnState) -> None:
        self._sessions[session] = (on_facts, on_state)

    def offer(self, session: str, frame: FrameMaker, at_ms: int, look: Look) -> None:
        if session not in self._sessions or self.state != "ok":
            return
        self.offered.append((at_ms, look))
        self._waiting[session] = (frame, at_ms, look)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._look_on())

    def close(self, session: str) -> None:
        self._sessions.pop(session, None)
        self._waiting.pop(session, None)

    def frames_per_second(self, *, least: bool = False) -> float:
        return 1.0 if least else self.wanted

    def become(self, state: State, detail: str = "") -> None:
        self.state, self.detail = state, detail
        for _, on_state in list(self._sessions.values()):
            on_state(state, detail)

    async def _look_on(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)
            session, (frame, at_ms, look) = next(iter(self._waiting.items()))
            del self._waiting[session]
            facts = self._sees(frame(), look)
            if session in self._sessions:
                self._sessions[session][0](facts, at_ms)
