"""One candidate's encoded media, passed on to viewers as it came: nothing is decoded or encoded again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media_pipeline.clock import AUDIO_RATE_HZ, VIDEO_RATE_HZ

_WAITING: Final = {"audio": 50, "video": 30}
"""Packets or pictures kept for a slow viewer (a second or two); beyond, it skips ahead."""

_KEYFRAME_EVERY_MS: Final = 1_000.0
_KEYFRAME_AFTER_ONE_MS: Final = 300.0
"""Viewers who come one after another need not wait a second each; browsers make no keyframe sooner."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An Opus packet or an encoded picture."""

    payload: bytes
    at_ms: float
    """Session time, so that a stream goes on without a leap when the candidate reconnects."""
    keyframe: bool = False


class Tap(Protocol):
    """Gets everything that is passed on, whether or not anybody watches. On the event loop; must not wait."""

    def audio(self, payload: bytes, at_ms: float) -> None: ...
    def picture(self, codec: str, payload: bytes, at_ms: float, *, keyframe: bool) -> None: ...


class RelayTrack(MediaStreamTrack):
    """What one viewer is sent of one kind."""

    def __init__(self, kind: str, relay: Relay) -> None:
        super().__init__()
        self.kind = kind
        self._relay = relay
        self._rate_hz = AUDIO_RATE_HZ if kind == "audio" else VIDEO_RATE_HZ
        self._kept: deque[Encoded] = deque()
        self._came = asyncio.Event()
        self._needs_keyframe = kind == "video"
        self.skipped = 0

    def put(self, encoded: Encoded) -> None:
        """A broken chain of pictures is never sent: after a skip the next keyframe begins anew."""
        if self._needs_keyframe and not encoded.keyframe:
            self._relay.request_keyframe()
            return
        self._needs_keyframe = False
        if len(self._kept) >= _WAITING[self.kind]:
            self.skipped += len(self._kept)
            self._kept.clear()
            if self.kind == "video" and not encoded.keyframe:
                self._needs_keyframe = True
                return
        self._kept.append(encoded)
        self._came.set()

    def stop(self) -> None:
        super().stop()
        self._relay.leave(self)
        self._came.set()

    async def recv(self) -> av.Packet[Any]:
        while not self._kept:
            if self.readyState != "live":
                raise MediaStreamError
            self._came.clear()
            await self._came.wait()
        encoded = self._kept.popleft()
        packet: av.Packet[Any] = av.Packet(encoded.payload)
        packet.pts = round(encoded.at_ms * self._rate_hz / 1000)
        packet.time_base = Fraction(1, self._rate_hz)
        return packet


class Relay:
    """One per session; survives the candidate's connections. All on the event loop."""

    def __init__(self, now_ms: Callable[[], float]) -> None:
        self.video_codec = "VP8"
        """What the candidate sends; a viewer negotiates the same."""
        self.tap: Tap | None = None
        """The recording."""
        self._now_ms = now_ms
        self._tracks: set[RelayTrack] = set()
        self._ask_source: Callable[[], None] = lambda: None
        self._asked_ms: float | None = None
        self._answered = False

    @property
    def watched(self) -> bool:
        return bool(self._tracks) or self.tap is not None

    def source(self, request_keyframe: Callable[[], None]) -> None:
        """The candidate has a new connection."""
        self._ask_source = request_keyframe
        self._asked_ms = None

    def join(self, kind: str) -> RelayTrack:
        """A track for one viewer; stop it to leave."""
        track = RelayTrack(kind, self)
        self._tracks.add(track)
        if kind == "video":
            self.request_keyframe()
        return track

    def leave(self, track: RelayTrack) -> None:
        self._tracks.discard(track)

    def request_keyframe(self) -> None:
        """Viewers ask; the candidate is asked at most once a second, sooner only if it has answered."""
        now_ms = self._now_ms()
        every_ms = _KEYFRAME_AFTER_ONE_MS if self._answered else _KEYFRAME_EVERY_MS
        if self._asked_ms is None or now_ms - self._asked_ms >= every_ms:
            self._asked_ms = now_ms
            self._answered = False
            self._ask_source()

    def audio(self, payload: bytes, at_ms: float) -> None:
        if self.tap is not None:
            self.tap.audio(payload, at_ms)
        self._pass_on("audio", Encoded(payload, at_ms))

    def picture(self, codec: str, payload: bytes, at_ms: float, *, keyframe: bool) -> None:
        self.video_codec = codec
        self._answered = self._answered or keyframe
        if self.tap is not None:
            self.tap.picture(codec, payload, at_ms, keyframe=keyframe)
        self._pass_on("video", Encoded(payload, at_ms, keyframe))

    def _pass_on(self, kind: str, encoded: Encoded) -> None:
        for track in tuple(self._tracks):
            if track.kind == kind:
                track.put(encoded)
