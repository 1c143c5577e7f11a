"""Somebody's own voice on its way to the candidate: Opus packets, passed on as they came.

They come in order from the jitter buffer of the speaker's connection and go out at once, with the
speaker's own times. No playout delay is added here: the listener's browser must buffer anyway, and
it alone knows how much.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from media_pipeline.rtc.opus import BadPacketError, packet_ticks

WAITING_AT_MOST: Final = 100
"""Packets (two seconds). They wait only while no connection takes them."""
OLDEST_MS: Final = 1_000.0
"""Older than this, at the moment it could be sent, a packet is not heard any more: speech that comes a
second late is answered to by nobody. It is counted."""


@dataclass(frozen=True, slots=True)
class LivePacket:
    payload: bytes
    ticks: int
    """How long it plays, in ticks of 48 kHz."""
    at_ms: float
    """Session time of its first sample."""


class LiveVoice:
    """What is said in person while on air; off air nothing passes. All on the event loop.

    ``rouse`` is called whenever there is something new: a packet, or a change between on and off.
    """

    def __init__(self, rouse: Callable[[], None], now_ms: Callable[[], float]) -> None:
        self.on_air = False
        self.unheard_ms = 0.0
        """Speech that could not be sent on in time, since nobody took it."""
        self._rouse = rouse
        self._now_ms = now_ms
        self._waiting: deque[tuple[bytes, int, float]] = deque()

    def begin(self) -> None:
        self.on_air = True
        self._rouse()

    def end(self) -> None:
        """Off air. What has come already is still sent."""
        self.on_air = False
        self._rouse()

    def audio(self, payload: bytes, at_ms: float) -> None:
        """Satisfies ``AudioTap``. A packet that is no Opus is not passed on."""
        try:
            ticks = packet_ticks(payload)
        except BadPacketError:
            return
        self._waiting.append((payload, ticks, at_ms))
        if len(self._waiting) > WAITING_AT_MOST:
            self._lose()
        self._rouse()

    def take(self) -> LivePacket | None:
        """The next packet that is still worth hearing; None if there is none now."""
        now_ms = self._now_ms()
        while self._waiting and now_ms - self._waiting[0][2] > OLDEST_MS:
            self._lose()
        if not self._waiting:
            return None
        payload, ticks, at_ms = self._waiting.popleft()
        return LivePacket(payload, ticks, at_ms)

    def _lose(self) -> None:
        _, ticks, _ = self._waiting.popleft()
        self.unheard_ms += ticks / 48
