"""Stills for people: small, rare, and gone when there is nothing to see."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

import av
import numpy as np
import pytest

from media_pipeline.vision.still import Still, StillOptions, encode_still


class Clock:
    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


async def in_worker(work: Callable[..., bytes], *arguments: object) -> bytes:
    return await asyncio.to_thread(work, *arguments)


def picture(brightness: int, width: int = 640, height: int = 360) -> av.VideoFrame:
    rgb = np.full((height, width, 3), brightness, np.uint8)
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")


def seen(jpeg: bytes | None) -> tuple[int, int, int]:
    """Width, height and mean brightness of a still."""
    assert jpeg is not None and jpeg[:2] == b"\xff\xd8"
    with av.open(io.BytesIO(jpeg), "r", format="mjpeg") as container:
        frame = next(container.decode(video=0))
    return frame.width, frame.height, round(float(frame.to_ndarray(format="gray").mean()))


@pytest.mark.parametrize(
    ("size", "fits"), [((640, 360), (240, 134)), ((360, 640), (134, 240)), ((160, 90), (160, 90))]
)
def test_it_is_small_and_keeps_its_shape(size: tuple[int, int], fits: tuple[int, int]) -> None:
    jpeg = encode_still(picture(120, *size), StillOptions())
    width, height, brightness = seen(jpeg)
    assert (width, height) == fits
    assert abs(brightness - 120) <= 3
    assert len(jpeg) < 12_000


async def test_a_new_one_is_made_at_most_every_five_seconds_however_many_ask() -> None:
    clock = Clock()
    still = Still(clock)
    still.offer(picture(50), 0)
    first = await asyncio.gather(*(still.jpeg(in_worker) for _ in range(12)))
    assert len(set(first)) == 1 and still.encoded == 1
    for at_ms in (1_000, 3_000, 4_900):
        clock.ms = at_ms
        still.offer(picture(200), at_ms)
        assert seen(await still.jpeg(in_worker))[2] < 60
    clock.ms = 5_000
    assert seen(await still.jpeg(in_worker))[2] > 190
    assert still.encoded == 2


async def test_nobody_who_is_gone_is_shown() -> None:
    clock = Clock()
    still = Still(clock)
    assert not still.is_there and await still.jpeg(in_worker) is None
    still.offer(picture(100), 0)
    assert await still.jpeg(in_worker)
    clock.ms = 10_001
    assert not still.is_there and await still.jpeg(in_worker) is None
    still.offer(picture(100), clock.ms)
    assert still.is_there
    still.forget()
    assert not still.is_there and await still.jpeg(in_worker) is None
