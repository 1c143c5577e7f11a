"""From Opus packets to a gapless run of 20 ms frames on session time.

``ContinuousAudio`` is the thinking (what to decode, recover, conceal, fill); ``AudioIn`` puts the
jitter buffer in front of it and a decoder thread around it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from media_pipeline.audio.frame import FRAME_SAMPLES, SAMPLES_PER_MS, AudioFrame
from media_pipeline.clock import AUDIO_RATE_HZ, MediaClock, MediaClockOptions
from media_pipeline.rtc.jitter import InOrder, JitterBuffer, MediaPacket
from media_pipeline.rtc.lanes import LanePool
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.opus import (
    MAX_PACKET_TICKS,
    RTP_PER_SAMPLE,
    BadPacketError,
    OpusDecoder,
    Samples,
    create_decoder,
    packet_ticks,
)

_TICKS_PER_MS = AUDIO_RATE_HZ // 1000
_CONCEAL_MS = 100  # after this, an invented continuation is noise; silence is honest
_BACKWARDS_MS = 30  # the clock's own corrections are smaller; more would be a sender's nonsense
_WRAP = 1 << 32


class AudioTap(Protocol):
    """Takes encoded audio on its way to the decoder: in order, lost packets missing."""

    def audio(self, payload: bytes, at_ms: float) -> None:
        """``at_ms``: session time of the packet's first sample."""
        ...


@dataclass(frozen=True, slots=True)
class TimedPacket:
    """A packet in its order, with the session time of its first sample."""

    in_order: InOrder
    start_ms: float


@dataclass(slots=True)
class AudioCounts:
    """Milliseconds of audio by what became of them; shown in metrics and asserted in tests."""

    decoded_ms: float = 0.0
    recovered_ms: float = 0.0
    """Lost, and brought back from the next packet."""
    concealed_ms: float = 0.0
    """Lost, and filled in."""
    skipped_ms: float = 0.0
    """Lost in a gap too long to fill."""
    silent_ms: float = 0.0
    """Not sent: the sender's own silence suppression."""
    malformed: int = 0
    refused: int = 0
    """Packets dropped because the decoder's queue was full."""


class Framer:
    """Cuts a run of samples into frames of 20 ms. A frame takes its time from its first sample."""

    def __init__(self) -> None:
        self._held: list[Samples] = []
        self._count = 0
        self._start_ms = 0.0
        self._concealed = False
        self.end_ms = -math.inf
        """Where the last frame ended."""

    def add(self, samples: Samples, start_ms: float, *, concealed: bool = False) -> list[AudioFrame]:
        frames: list[AudioFrame] = []
        if not self._count:
            self._start_ms = start_ms
        while len(samples):
            taken, samples = samples[: FRAME_SAMPLES - self._count], samples[FRAME_SAMPLES - self._count :]
            self._held.append(taken)
            self._count += len(taken)
            self._concealed = self._concealed or concealed
            if self._count == FRAME_SAMPLES:
                frames += self.flush()
        return frames

    def flush(self) -> list[AudioFrame]:
        """What is held, as a shorter frame: the stream ends or jumps here."""
        if not self._count:
            return []
        frame = AudioFrame(np.concatenate(self._held), self._start_ms, self._concealed)
        self._start_ms = self.end_ms = frame.end_ms
        self._held, self._count, self._concealed = [], 0, False
        return [frame]


class ContinuousAudio:
    """Decodes one connection's packets so that samples and session time agree. Any one thread."""

    def __init__(self, decoder: OpusDecoder, max_fill_ms: float) -> None:
        self.counts = AudioCounts()
        self._decoder = decoder
        self._max_fill_ms = max_fill_ms
        self._framer = Framer()
        self._expected: int | None = None  # RTP timestamp that would follow on
        self._usual_ticks = 960

    def feed(self, timed: TimedPacket) -> list[AudioFrame]:
        """The frames that this packet completes, those filled in before it included."""
        packet = timed.in_order.packet
        gap_ticks = self._gap_ticks(timed.in_order)
        frames = self._bridge(timed, gap_ticks)
        concealed = False
        try:
            samples = self._decoder.decode(packet.payload)
            self._usual_ticks = packet_ticks(packet.payload)
            self.counts.decoded_ms += len(samples) / SAMPLES_PER_MS
        except BadPacketError:
            self.counts.malformed += 1
            samples = self._conceal(self._usual_ticks // RTP_PER_SAMPLE)
            concealed = True
        self._expected = (packet.timestamp + len(samples) * RTP_PER_SAMPLE) % _WRAP
        # A sender whose packets are longer than their timestamps say: the time was already told.
        told = min(len(samples), -gap_ticks // RTP_PER_SAMPLE) if gap_ticks < 0 else 0
        start_ms = max(timed.start_ms + told / SAMPLES_PER_MS, self._framer.end_ms - _BACKWARDS_MS)
        return frames + self._framer.add(samples[told:], start_ms, concealed=concealed)

    def _gap_ticks(self, in_order: InOrder) -> int:
        """Time between the last packet's end and this one; negative where they overlap."""
        if self._expected is None or in_order.restarted:
            return 0
        ahead = (in_order.packet.timestamp - self._expected) % _WRAP
        gap_ticks = ahead - _WRAP if ahead >= _WRAP // 2 else ahead
        return gap_ticks if gap_ticks >= -MAX_PACKET_TICKS else 0  # further back: timestamps began anew

    def _bridge(self, timed: TimedPacket, gap_ticks: int) -> list[AudioFrame]:
        """Fills the time between the last packet and this one."""
        samples = gap_ticks // RTP_PER_SAMPLE
        if samples <= 0:
            return []
        gap_ms = gap_ticks / _TICKS_PER_MS
        if gap_ms > self._max_fill_ms:
            self.counts.skipped_ms += gap_ms
            return self._framer.flush()
        start_ms = timed.start_ms - gap_ms
        if not timed.in_order.lost_before:
            self.counts.silent_ms += gap_ms
            return self._framer.add(np.zeros(samples, np.int16), start_ms)
        return self._repair(timed.in_order.packet.payload, samples, start_ms)

    def _repair(self, following: bytes, samples: int, start_ms: float) -> list[AudioFrame]:
        """The last lost packet from the next one's copy where there is one; the rest concealed."""
        last = min(samples, self._usual_ticks // RTP_PER_SAMPLE)
        frames: list[AudioFrame] = []
        if before := samples - last:
            frames += self._framer.add(self._conceal(before), start_ms, concealed=True)
        try:
            recovered = self._decoder.recover(following, last)
        except BadPacketError:
            recovered = None
        last_start_ms = start_ms + before / SAMPLES_PER_MS
        if recovered is None:
            return frames + self._framer.add(self._conceal(last), last_start_ms, concealed=True)
        self.counts.recovered_ms += last / SAMPLES_PER_MS
        return frames + self._framer.add(recovered, last_start_ms)

    def _conceal(self, samples: int) -> Samples:
        self.counts.concealed_ms += samples / SAMPLES_PER_MS
        audible = min(samples, _CONCEAL_MS * SAMPLES_PER_MS)
        try:
            invented = self._decoder.conceal(audible)
        except BadPacketError:
            invented = np.zeros(audible, np.int16)
        return np.concatenate([invented, np.zeros(samples - audible, np.int16)])


class AudioIn:
    """One connection's incoming audio: jitter buffer on the loop, decoding in a lane.

    ``deliver`` is called on the event loop, with frames in order.
    """

    def __init__(
        self,
        pool: LanePool,
        deliver: Callable[[list[AudioFrame]], None],
        options: RtcOptions,
        now_ms: Callable[[], float],
        relay: AudioTap | None = None,
    ) -> None:
        self._relay = relay
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._now_ms = now_ms
        self._jitter = JitterBuffer(options.audio_jitter)
        self._clock = MediaClock(AUDIO_RATE_HZ, MediaClockOptions(lead_ms=20.0))
        self._audio = ContinuousAudio(create_decoder(), options.max_fill_ms)
        self._lane = pool.lane(self._decode, options.limits.audio_packets_waiting)
        self._timer: asyncio.TimerHandle | None = None
        self._refused = 0  # packets since the last one that the lane took
        self._closed = False

    @property
    def counts(self) -> AudioCounts:
        return self._audio.counts

    @property
    def jitter(self) -> JitterBuffer:
        return self._jitter

    def packet(self, packet: MediaPacket, codec: str = "opus") -> None:
        """Satisfies ``PacketSink``; codecs other than Opus are not negotiated."""
        if not self._closed:
            self._forward(self._jitter.push(packet))

    def close(self) -> None:
        """Hands on what is held, and ends. Decoding that is under way is not waited for."""
        if self._closed:
            return
        self._forward(self._jitter.flush())
        self._closed = True
        if self._timer:
            self._timer.cancel()

    def _forward(self, released: list[InOrder]) -> None:
        for released_now in released:
            in_order, packet = released_now, released_now.packet
            start_ms = self._clock.at(packet.timestamp, packet.arrival_ms)
            if self._relay is not None:
                self._relay.audio(packet.payload, start_ms)
            if self._refused:
                in_order = replace(in_order, lost_before=in_order.lost_before + self._refused)
            if self._lane.put(TimedPacket(in_order, start_ms)):
                self._refused = 0
            else:
                self._refused += 1
                self._audio.counts.refused += 1
        self._wake_for_hole()

    def _wake_for_hole(self) -> None:
        deadline_ms = self._jitter.deadline_ms
        if deadline_ms is None or self._closed:
            if self._timer:
                self._timer.cancel()
                self._timer = None
        elif self._timer is None:
            wait_s = max(0.001, (deadline_ms - self._now_ms()) / 1000.0)
            self._timer = self._loop.call_later(wait_s, self._hole_is_over)

    def _hole_is_over(self) -> None:
        self._timer = None
        self._forward(self._jitter.expire(self._now_ms()))

    def _decode(self, timed: TimedPacket) -> None:
        """In a decoder thread."""
        if frames := self._audio.feed(timed):
            try:
                self._loop.call_soon_threadsafe(self._deliver, frames)
            except RuntimeError:  # the loop has ended before its connections
                self._lane.close()
