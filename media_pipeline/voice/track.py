"""The outgoing track: packets at their pace while something is said, next to nothing in between.

Playout (bounded, one a session) ──┐
LiveVoice (somebody in person) ────┴─ VoiceTrack (one a connection) ── aiortc's sender
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from media_pipeline.voice.live import LivePacket, LiveVoice
from media_pipeline.voice.opus import PACKET_MS, RATE, SAMPLES, SILENCE

_PACKET_S: Final = PACKET_MS / 1000
_QUIET_PACKETS: Final = 25
"""Half a second of silent packets after speech: the listener's decoder settles."""
_KEEP_ALIVE_PACKETS: Final = 20
"""After that a silent packet every 400 ms, as Opus's own discontinuous transmission does
(RFC 6716 §2.1.9). Half a minute of speech in ten minutes then costs half a minute's packets."""
_LATE_PACKETS: Final = 10
"""This far behind its time a track gives the lost time up instead of catching up in a burst."""
_DRIFT: Final = SAMPLES // 2
"""Ticks. A smaller difference is the correction of a clock, not a lost packet: the sound goes on smoothly."""
_TIME_BASE: Final = Fraction(1, RATE)


@dataclass(frozen=True, slots=True)
class _Piece:
    utterance: str
    payload: bytes | None
    """None: the utterance ends here."""


class Playout:
    """What is to be sent, of at most so much speech. Made by the synthesizer, taken by the track.

    ``on_played(utterance)`` is told each packet as it is taken, ``on_ended(utterance)`` when its
    last has been. Full means waiting for room: speech is never dropped, except by ``clear``.
    """

    def __init__(
        self,
        on_played: Callable[[str], None],
        on_ended: Callable[[str], None],
        packets_at_most: int = 1500,
    ) -> None:
        self._on_played = on_played
        self._on_ended = on_ended
        self._packets_at_most = packets_at_most
        self._pieces: deque[_Piece] = deque()
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self.sent: Callable[[bytes, float], None] | None = None
        """Told every packet of speech as it is sent, and how many ms after its time that is (a recording)."""

    def __len__(self) -> int:
        return len(self._pieces)

    async def put(self, utterance: str, packets: tuple[bytes, ...]) -> None:
        for packet in packets:
            while len(self._pieces) >= self._packets_at_most:
                self._taken.clear()
                await self._taken.wait()
            self._pieces.append(_Piece(utterance, packet))
            self._filled.set()

    def end(self, utterance: str) -> None:
        """Nothing more comes of this utterance."""
        if self._pieces:
            self._pieces.append(_Piece(utterance, None))
        else:
            self._on_ended(utterance)

    def clear(self) -> None:
        self._pieces.clear()
        self._filled.clear()
        self._taken.set()

    async def wait(self) -> None:
        """Returns when there is something to take, or somebody was roused."""
        await self._filled.wait()
        if not self._pieces:
            self._filled.clear()

    def rouse(self) -> None:
        """Whoever waits is to look again: the live voice has something, or begins or ends."""
        self._filled.set()

    def take(self) -> bytes | None:
        """The next packet; None if there is none now."""
        if not self._pieces:
            return None
        piece = self._pieces.popleft()
        self._taken.set()
        if piece.payload is not None:
            self._on_played(piece.utterance)
        if self._pieces and self._pieces[0].payload is None:
            self._on_ended(self._pieces.popleft().utterance)
        if not self._pieces:
            self._filled.clear()
        return piece.payload


class VoiceTrack(MediaStreamTrack):
    """Opus packets of 20 ms for aiortc's sender, which passes them on as they are.

    The RTP clock runs on through silence, so a pause is as long for the listener as it was here.
    """

    kind = "audio"

    def __init__(
        self, playout: Playout, on_open: Callable[[VoiceTrack], None], live: LiveVoice | None = None
    ) -> None:
        super().__init__()
        self._playout = playout
        self._on_open = on_open
        self._live = live
        self._live_offset: float | None = None  # from the live voice's own time to our clock, in ticks
        self._start_s: float | None = None
        self._end = 0  # where the packet sent last ended, in ticks of 48 kHz
        self._quiet = 0  # silent packets in a row

    async def recv(self) -> av.Packet[Any]:
        """The next packet, when its time has come. Raises ``MediaStreamError`` after ``stop``."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._start_s is None:
            self._start_s = loop.time()
            self._on_open(self)
        while self._live is not None and self._live.on_air:
            if (passed := self._live.take()) is not None:
                return self._passed_on(passed, loop, self._start_s)
            try:
                async with asyncio.timeout(_KEEP_ALIVE_PACKETS * _PACKET_S):
                    await self._playout.wait()
            except TimeoutError:
                break  # on air and nothing comes: a silent packet keeps the listener's decoder going
            if self.readyState != "live":
                raise MediaStreamError
        slot = await self._next_slot(loop, self._start_s)
        if self.readyState != "live":
            raise MediaStreamError
        if self._live is not None and (passed := self._live.take()) is not None:
            return self._passed_on(passed, loop, self._start_s)
        payload = self._playout.take()
        self._quiet = 0 if payload is not None else self._quiet + 1
        self._live_offset = None
        if payload is not None and self._playout.sent is not None:
            self._playout.sent(payload, (loop.time() - self._start_s - slot * _PACKET_S) * 1000)
        return self._packet(payload if payload is not None else SILENCE, slot * SAMPLES, SAMPLES)

    def stop(self) -> None:
        super().stop()
        self._playout.rouse()

    def _passed_on(
        self, passed: LivePacket, loop: asyncio.AbstractEventLoop, start_s: float
    ) -> av.Packet[Any]:
        """The speaker's own times: fixed to our clock at the first packet, gaps and all."""
        own = passed.at_ms * RATE / 1000
        if self._live_offset is None:
            now = (loop.time() - start_s) * RATE - passed.ticks
            self._live_offset = max(self._end, now) - own
        ticks = round(own + self._live_offset)
        if abs(ticks - self._end) < _DRIFT:
            ticks = self._end
        self._quiet = 0
        return self._packet(passed.payload, max(self._end, ticks), passed.ticks)

    def _packet(self, payload: bytes, ticks: int, length: int) -> av.Packet[Any]:
        self._end = ticks + length
        packet: av.Packet[Any] = av.Packet(payload)
        packet.pts = ticks
        packet.time_base = _TIME_BASE
        return packet

    async def _next_slot(self, loop: asyncio.AbstractEventLoop, start_s: float) -> int:
        slot = -(-self._end // SAMPLES)
        due_s = start_s + slot * _PACKET_S
        if loop.time() < due_s:
            await asyncio.sleep(due_s - loop.time())
        if self._quiet > _QUIET_PACKETS and not len(self._playout):
            try:
                async with asyncio.timeout_at(due_s + (_KEEP_ALIVE_PACKETS - 1) * _PACKET_S):
                    await self._playout.wait()
            except TimeoutError:
                pass
        elapsed = int((loop.time() - start_s) / _PACKET_S)
        idled = self._quiet > _QUIET_PACKETS
        return max(slot, elapsed) if idled or elapsed - slot > _LATE_PACKETS else slot
