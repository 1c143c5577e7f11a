"""One connection's incoming video: every picture decoded in a lane, a few a second handed on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import av

from media_pipeline.clock import VIDEO_RATE_HZ, MediaClock
from media_pipeline.rtc.aiortc_private.receiver import Feedback
from media_pipeline.rtc.jitter import MediaPacket
from media_pipeline.rtc.lanes import LanePool
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.pictures import EncodedPicture, PictureBuffer
from media_pipeline.rtc.relay import Relay

logger = logging.getLogger(__name__)

_DECODERS = {"VP8": "vp8", "H264": "h264"}


class PictureDecoder:
    """FFmpeg's decoder for whichever codec comes, with a limit on the picture's size. Any one thread."""

    def __init__(self, max_pixels: int) -> None:
        self._max_pixels = max_pixels
        self._codec = ""
        self._context: Any = None

    def decode(self, picture: EncodedPicture) -> list[av.VideoFrame]:
        """The pictures that came out. Raises ``av.FFmpegError`` for a broken one."""
        if picture.codec != self._codec or self._context is None:
            self._context = self._create(picture.codec)
            self._codec = picture.codec
        return list(self._context.decode(av.Packet(picture.data)))

    def _create(self, codec: str) -> Any:
        context: Any = av.CodecContext.create(_DECODERS[codec], "r")
        context.thread_count = 1
        context.options = {"max_pixels": str(self._max_pixels), "flags": "low_delay"}
        return context


class VideoIn:
    """Satisfies ``PacketSink``. ``deliver(picture, session_ms)`` is called on the event loop."""

    def __init__(
        self,
        pool: LanePool,
        deliver: Callable[[av.VideoFrame, float], None],
        options: RtcOptions,
        now_ms: Callable[[], float],
        relay: Relay | None = None,
    ) -> None:
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._now_ms = now_ms
        self.pictures_per_s = options.pictures_per_s
        self.buffer = PictureBuffer(options.video_jitter)
        self._clock = MediaClock(VIDEO_RATE_HZ)
        self._decoder = PictureDecoder(options.limits.max_pixels)
        self._lane = pool.lane(self._decode, options.limits.video_frames_waiting)
        self._next_ms = 0.0  # media time from which the next picture is handed on
        self._closed = False
        self._failed = False
        self.decoded = 0
        self.overloads = 0
        self.layer_dropped = 0

    def packet(self, packet: MediaPacket, codec: str) -> Feedback | None:
        wanted = self.pictures_per_s > 0 or (self._relay is not None and self._relay.watched)
        if self._closed or not wanted or codec not in _DECODERS:
            return None
        now_ms = packet.arrival_ms
        self._enqueue([*self.buffer.expire(now_ms), *self.buffer.push(packet, codec)])
        again = self.buffer.repair.again(self.buffer.jitter.missing(), now_ms)
        keyframe = self.buffer.repair.keyframe(self.buffer.assembler.waits_for_keyframe, now_ms)
        return Feedback(again, keyframe) if again or keyframe else None

    def tick(self) -> None:
        """To be called a few times a second: a hole at the end of a burst is given up on."""
        if not self._closed:
            self._enqueue(self.buffer.expire(self._now_ms()))

    def close(self) -> None:
        self._closed = True
        self._lane.close()

    def _enqueue(self, pictures: list[EncodedPicture]) -> None:
        if self._failed:
            self._failed = False
            self.buffer.assembler.break_chain()
        for picture in pictures:
            at_ms = self._clock.at(picture.timestamp, picture.arrival_ms)
            if self._relay is not None:
                self._relay.picture(picture.codec, picture.data, at_ms, keyframe=picture.keyframe)
            if picture.layer > 0 or self.pictures_per_s <= 0:
                # No picture of the base layer needs it, and a few a second are looked at.
                self.layer_dropped += picture.layer > 0
                continue
            if not self._lane.put((picture, at_ms)) and not self._closed:
                # Dropping one picture would break those after it: drop all and begin anew.
                self.overloads += 1
                self._lane.clear()
                self.buffer.assembler.break_chain()
                return

    def _decode(self, item: tuple[EncodedPicture, float]) -> None:
        """In a decoder thread."""
        picture, at_ms = item
        try:
            frames = self._decoder.decode(picture)
        except (av.FFmpegError, ValueError) as error:
            logger.info("A %s picture could not be decoded: %s", picture.codec, error)
            self._failed = True  # read on the loop; a bool needs no lock
            return
        self.decoded += len(frames)
        if not frames or at_ms < self._next_ms or self.pictures_per_s <= 0:
            return
        # The half period keeps 15 fps pictures at 3 a second where 5 periods are 333.3 ms.
        self._next_ms = max(self._next_ms, at_ms - 500.0 / self.pictures_per_s) + 1000.0 / self.pictures_per_s
        try:
            self._loop.call_soon_threadsafe(self._deliver, frames[-1], at_ms)
        except RuntimeError:  # the loop has ended before its connections
            self._lane.close()
