"""The device check's echo: audio goes back as it came, a second later. Nothing is decoded or kept."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from aiortc.mediastreams import MediaStreamTrack

from media_pipeline.clock import AUDIO_RATE_HZ
from media_pipeline.errors import CapacityError
from media_pipeline.rtc.connection import Connection, MediaHandlers
from media_pipeline.rtc.jitter import MediaPacket
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.threads import MediaThreads

_WRAP = 1 << 32


@dataclass(frozen=True, slots=True)
class LoopbackOptions:
    delay_ms: float = 1_000.0
    max_connections: int = 50
    longest_s: float = 180.0
    """Then the check is closed; the page starts a new one where it is still needed."""


class EchoTrack(MediaStreamTrack):
    """Sends received Opus packets back after a delay, without decoding or encoding them."""

    kind = "audio"

    def __init__(self, delay_ms: float, now_ms: Callable[[], float]) -> None:
        super().__init__()
        self._delay_ms = delay_ms
        self._now_ms = now_ms
        # Bounded: 50 packets a second; what is older than twice the delay is of no use.
        self._echoes: deque[MediaPacket] = deque(maxlen=max(2, int(delay_ms * 2 / 20)))
        self._arrived = asyncio.Event()
        self._ticks: int | None = None
        self._last = 0

    def packet(self, packet: MediaPacket, codec: str) -> None:
        self._echoes.append(packet)
        self._arrived.set()

    async def recv(self) -> av.Packet[Any]:
        while not self._echoes:
            self._arrived.clear()
            await self._arrived.wait()
        packet = self._echoes.popleft()
        await asyncio.sleep(max(0.0, packet.arrival_ms + self._delay_ms - self._now_ms()) / 1000.0)
        echoed: av.Packet[Any] = av.Packet(packet.payload)
        echoed.pts = self._unwrap(packet.timestamp)
        echoed.time_base = Fraction(1, AUDIO_RATE_HZ)
        return echoed

    def _unwrap(self, timestamp: int) -> int:
        if self._ticks is None:
            self._ticks = 0
        else:
            ahead = (timestamp - self._last) % _WRAP
            self._ticks += ahead - _WRAP if ahead >= _WRAP // 2 else ahead
        self._last = timestamp
        return self._ticks


class LoopbackCheck:
    """The echo connections of one server."""

    def __init__(
        self, threads: MediaThreads, now_ms: Callable[[], float], options: LoopbackOptions | None = None
    ) -> None:
        self._threads = threads
        self._now_ms = now_ms
        self._options = options or LoopbackOptions()
        self._open: set[PeerLink] = set()

    async def open(self, offer_sdp: str) -> Connection:
        """Answers an offer. Raises ``OfferError``, or ``CapacityError`` when too many check at once."""
        if len(self._open) >= self._options.max_connections:
            raise CapacityError(
                "Too many device checks at once; try again in a few seconds.", retry_after_s=5
            )
        echo = EchoTrack(self._options.delay_ms, self._now_ms)
        connection = await Connection.answer(
            offer_sdp,
            threads=self._threads,
            handlers=MediaHandlers(),
            now_ms=self._now_ms,
            voice=lambda: echo,
            audio_packets=echo,
        )
        self._open.add(connection)
        connection.on_closed(self._open.discard)
        asyncio.get_running_loop().call_later(self._options.longest_s, self._expire, connection)
        return connection

    async def close(self) -> None:
        await asyncio.gather(*(connection.close("server stops") for connection in list(self._open)))

    def _expire(self, connection: PeerLink) -> None:
        if connection in self._open:
            connection.close_soon("device check over")
