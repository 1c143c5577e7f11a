"""Puts packets back in order, and never waits long for one that is lost.

The recogniser needs every word in order, not a steady playout. So nothing is held back while
packets come in order; at a hole the buffer waits a bounded time for the straggler and then goes
on, saying how many packets it gave up on. Video uses the same buffer with a longer wait, since
lost video packets are sent again. Pure: time is passed in.

(aiortc's own buffer stalls for 16 packets at one loss and keeps a delay of 14 from then on.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_WRAP: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class MediaPacket:
    """One RTP packet, decrypted."""

    sequence: int
    """16 bits, wraps."""
    timestamp: int
    """32 bits, wraps; 48 kHz for Opus, 90 kHz for video."""
    payload: bytes
    arrival_ms: float
    """Session time at which it came in."""
    marker: bool = False
    """Video: the last packet of a picture."""


@dataclass(frozen=True, slots=True)
class InOrder:
    """A packet whose turn it is; ``lost_before`` packets between it and the one before never came."""

    packet: MediaPacket
    lost_before: int = 0
    restarted: bool = False
    """The sender began a new run of numbers; nothing follows from the numbers before."""


@dataclass(frozen=True, slots=True)
class JitterOptions:
    max_wait_ms: float = 50.0
    """How long a hole is waited for: reordering is over by then, or it was a loss."""

    capacity: int = 128
    """Packets held behind a hole; a burst that fills it ends the wait."""

    max_ahead: int = 3_000
    """A packet further ahead than this (one minute) is a new run of numbers, not a hole (RFC 3550 A.1)."""

    max_behind: int = 100
    """A packet further behind than this is a new run of numbers, not a straggler."""


@dataclass(slots=True)
class JitterCounts:
    received: int = 0
    released: int = 0
    duplicate: int = 0
    late: int = 0
    lost: int = 0


@dataclass(slots=True)
class JitterBuffer:
    """In: packets as they come. Out: packets in order, each once, holes counted."""

    options: JitterOptions = field(default_factory=JitterOptions)
    counts: JitterCounts = field(default_factory=JitterCounts)
    _next: int = -1
    """Extended (unwrapped) number whose turn it is; -1 before the first packet."""
    _held: dict[int, MediaPacket] = field(default_factory=dict)
    _suspect: MediaPacket | None = None
    """A packet with a strange number. Only a second one that follows it proves a new run."""

    @property
    def deadline_ms(self) -> float | None:
        """When ``expire`` should be called, or None while nothing is waited for."""
        if not self._held:
            return None
        return min(packet.arrival_ms for packet in self._held.values()) + self.options.max_wait_ms

    def push(self, packet: MediaPacket) -> list[InOrder]:
        """Takes a packet in and returns those whose turn it is now."""
        self.counts.received += 1
        if self._next < 0:
            self._next = packet.sequence + _WRAP  # room for stragglers before the first
        number = self._next + _signed_difference(packet.sequence, self._next)
        if not -self.options.max_behind <= number - self._next <= self.options.max_ahead:
            return self._strange(packet)
        self._suspect = None
        if number < self._next:
            self.counts.late += 1
            return []
        if number in self._held:
            self.counts.duplicate += 1
            return []
        self._held[number] = packet
        released = self._take_run()
        while len(self._held) > self.options.capacity:
            released += self._skip_hole()
        return released

    def expire(self, now_ms: float) -> list[InOrder]:
        """Gives up on holes that were waited for long enough."""
        released: list[InOrder] = []
        while (deadline_ms := self.deadline_ms) is not None and now_ms >= deadline_ms:
            released += self._skip_hole()
        return released

    def missing(self) -> list[int]:
        """Sequence numbers of the holes before the newest packet held, oldest first."""
        if not self._held:
            return []
        return [n % _WRAP for n in range(self._next, max(self._held)) if n not in self._held]

    def flush(self) -> list[InOrder]:
        """Everything held, in order; the stream has ended."""
        released: list[InOrder] = []
        while self._held:
            released += self._skip_hole()
        return released

    def _strange(self, packet: MediaPacket) -> list[InOrder]:
        suspect, self._suspect = self._suspect, packet
        if suspect is None or packet.sequence != (suspect.sequence + 1) % _WRAP:
            return []
        released = self.flush()
        self._suspect = None
        self._next = suspect.sequence + 2 + _WRAP
        self.counts.released += 2
        return [*released, InOrder(suspect, restarted=True), InOrder(packet)]

    def _take_run(self) -> list[InOrder]:
        run: list[InOrder] = []
        while (packet := self._held.pop(self._next, None)) is not None:
            run.append(InOrder(packet))
            self._next += 1
        self.counts.released += len(run)
        return run

    def _skip_hole(self) -> list[InOrder]:
        first = min(self._held)
        lost = first - self._next
        self._next = first
        run = self._take_run()
        if lost:
            self.counts.lost += lost
            run[0] = InOrder(run[0].packet, lost_before=lost)
        return run


def _signed_difference(sequence: int, reference: int) -> int:
    """How far ``sequence`` lies after the extended ``reference``, by the shorter way round."""
    ahead = (sequence - reference) % _WRAP
    return ahead - _WRAP if ahead >= _WRAP // 2 else ahead
