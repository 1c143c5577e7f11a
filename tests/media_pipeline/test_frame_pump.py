"""Frames reach hearing in order, none is dropped while it is busy, and a failure is told."""

from __future__ import annotations

import asyncio

import numpy as np

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import MediaError
from media_pipeline.frame_pump import FramePump


def frame(number: int) -> AudioFrame:
    return AudioFrame(np.zeros(320, np.int16), number * 20.0)


async def test_frames_wait_for_hearing_and_keep_their_order() -> None:
    heard: list[float] = []
    gate = asyncio.Event()

    async def accept(given: AudioFrame) -> None:
        await gate.wait()
        heard.append(given.start_ms)

    pump = FramePump(accept, lambda: None)
    for number in range(50):
        pump.put(frame(number))
    gate.set()
    await pump.drain()
    assert heard == [number * 20.0 for number in range(50)]
    await pump.close()


async def test_a_failure_is_told_once_and_nobody_waits_for_ever() -> None:
    told: list[str] = []

    async def accept(given: AudioFrame) -> None:
        raise MediaError("Voice activity detection has failed.")

    pump = FramePump(accept, lambda: told.append("hearing failed"))
    pump.put(frame(0))
    await pump.drain()
    pump.put(frame(1))
    await pump.drain()
    assert told == ["hearing failed"]
    await pump.close()
