"""A still of the candidate for people: small, at most one in five seconds, and only when somebody asks.

Nothing measures it and nothing keeps it. The picture is one that was decoded anyway; it is made small
and encoded off the event loop, for all who ask within five seconds once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import av

from media_pipeline.vision.small_frame import fitted


@dataclass(frozen=True, slots=True)
class StillOptions:
    width: int = 240
    """Pixels, at most."""
    height: int = 240
    """Pixels, at most: a phone held upright."""
    every_ms: float = 5_000.0
    """A newer one is made no sooner."""
    oldest_ms: float = 10_000.0
    """A picture older than this does not show what is; there is none then."""
    quantizer: int = 5
    """Of JPEG: 5 makes about 6 kB."""


class InWorker(Protocol):
    """Runs CPU work beside the event loop."""

    def __call__(self, work: Callable[..., bytes], *arguments: object) -> Awaitable[bytes]: ...


class Still:
    """The newest picture of one session. All on the event loop."""

    def __init__(self, now_ms: Callable[[], float], options: StillOptions | None = None) -> None:
        self._now_ms = now_ms
        self._options = options or StillOptions()
        self._frame: av.VideoFrame | None = None
        self._frame_ms = 0.0
        self._made: bytes | None = None
        self._made_ms = 0.0
        self._making = asyncio.Lock()
        self.encoded = 0
        """How many were made."""

    def offer(self, frame: av.VideoFrame, at_ms: float) -> None:
        """A decoded picture and its session time."""
        self._frame, self._frame_ms = frame, at_ms

    def forget(self) -> None:
        """The camera is off."""
        self._frame = self._made = None

    @property
    def is_there(self) -> bool:
        """Whether there is something to see now."""
        return self._frame is not None and self._now_ms() - self._frame_ms <= self._options.oldest_ms

    async def jpeg(self, in_worker: InWorker) -> bytes | None:
        """The still; None where there is nothing to see."""
        async with self._making:
            frame = self._frame
            if frame is None or not self.is_there:
                return None
            if self._made is None or self._now_ms() - self._made_ms >= self._options.every_ms:
                self._made_ms = self._now_ms()
                made = await in_worker(encode_still, frame, self._options)
                self.encoded += 1
                self._made = made if self._frame is not None else None
            return self._made


def encode_still(frame: av.VideoFrame, options: StillOptions) -> bytes:
    """The frame as a small JPEG: about half a millisecond of CPU, not for the event loop."""
    width, height = fitted(frame.width, frame.height, options.width, options.height)
    small = frame.reformat(width=width, height=height, format="yuvj420p", interpolation="AREA")
    small.pts = 0
    codec: Any = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt, codec.time_base = width, height, "yuvj420p", Fraction(1)
    codec.options = {"qmin": str(options.quantizer), "qmax": str(options.quantizer)}
    return b"".join(bytes(packet) for packet in (*codec.encode(small), *codec.encode(None)))
