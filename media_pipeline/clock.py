"""Session time and media time. Pure: the source of time is passed in.

Session time is the milliseconds since an interview was created; every event, word and face is
told in it. Media time is where a sample or a picture lies in session time. It comes from the RTP
timestamps that the sender wrote when it captured, never from when a packet happened to arrive:
arrival only fixes the unknown offset between the sender's clock and ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

AUDIO_RATE_HZ: Final = 48_000
"""RTP clock of Opus, whatever the real sampling rate (RFC 7587 §4.1)."""

VIDEO_RATE_HZ: Final = 90_000
"""RTP clock of VP8 and H.264 (RFC 7741 §4.1, RFC 6184 §5.1)."""

_WRAP: Final = 1 << 32


class SessionClock:
    """Milliseconds since the interview was created; goes on where it was after a restart.

    ``monotonic_s`` is a source of seconds that never goes back, such as ``time.monotonic``.
    ``offset_ms`` is the session time at this moment: 0 for a new interview, the time of the last
    record (plus the outage, where known) for one that is resumed.
    """

    def __init__(self, monotonic_s: Callable[[], float], offset_ms: float = 0.0) -> None:
        self._monotonic_s = monotonic_s
        self._zero_s = monotonic_s() - offset_ms / 1000.0

    def now_ms(self) -> int:
        return int(self.exact_ms())

    def exact_ms(self) -> float:
        return (self._monotonic_s() - self._zero_s) * 1000.0


@dataclass(frozen=True, slots=True)
class MediaClockOptions:
    lead_ms: float = 0.0
    """How long before its arrival the first packet's content began (one packet, for audio)."""

    window_ms: float = 5_000.0
    """The quickest packet of each such window shows where the two clocks stand."""

    tolerance_ms: float = 20.0
    """Differences below this are the network's, not the clock's."""

    late_slew_ms_per_window: float = 2.5
    """Correction while media looks late (0.05 %: more than any crystal drifts)."""

    early_slew_ms_per_window: float = 25.0
    """Correction while media looks early, which cannot be: the first packet was a slow one."""

    jump_ms: float = 1_000.0
    """Beyond this it was no drift: the sender slept, or its timestamps jumped. Map anew."""


class MediaClock:
    """Maps one stream's RTP timestamps to session milliseconds.

    Mapped once, at the first packet; after that only the sender's timestamps move it, except
    that a drifting clock is followed slowly and a jump at once. Timestamps that do not go back
    give times that do not go back. Wrap-around of the 32-bit timestamp is followed.
    """

    def __init__(self, rate_hz: int, options: MediaClockOptions | None = None) -> None:
        self._per_ms = rate_hz / 1000.0
        self._options = options or MediaClockOptions()
        self._highest: int | None = None  # highest unwrapped timestamp so far
        self._highest_ms = 0.0
        self._offset_ms = 0.0
        self._window_ends_ms = 0.0
        self._quickest_ms: float | None = None  # least (arrival - media) in this window

    def at(self, timestamp: int, arrival_ms: float) -> float:
        """Session time of the sample or picture stamped ``timestamp``, which arrived at ``arrival_ms``."""
        options = self._options
        if self._highest is None:
            self._highest = timestamp
            self._offset_ms = arrival_ms - options.lead_ms - timestamp / self._per_ms
            self._highest_ms = arrival_ms - options.lead_ms
            self._window_ends_ms = arrival_ms + options.window_ms
            return self._highest_ms

        unwrapped = self._highest + _signed_difference(timestamp, self._highest)
        media_ms = unwrapped / self._per_ms + self._offset_ms
        late_ms = arrival_ms - options.lead_ms - media_ms
        if late_ms < -options.jump_ms and unwrapped > self._highest:
            self._offset_ms += late_ms
            media_ms += late_ms
            late_ms = 0.0
            self._start_window(arrival_ms)
        self._follow(late_ms, arrival_ms)

        if unwrapped <= self._highest:  # a straggler keeps its place before the newest
            return self._highest_ms - (self._highest - unwrapped) / self._per_ms
        self._highest = unwrapped
        self._highest_ms = max(media_ms, self._highest_ms)
        return self._highest_ms

    def _follow(self, late_ms: float, arrival_ms: float) -> None:
        """Moves the mapping for the next packets, by what the quickest packet of a window showed."""
        if self._quickest_ms is None or late_ms < self._quickest_ms:
            self._quickest_ms = late_ms
        if arrival_ms < self._window_ends_ms:
            return
        options, quickest_ms = self._options, self._quickest_ms
        self._start_window(arrival_ms)
        if quickest_ms > options.jump_ms:
            self._offset_ms += quickest_ms
        elif quickest_ms > options.tolerance_ms:
            self._offset_ms += min(quickest_ms, options.late_slew_ms_per_window)
        elif quickest_ms < 0:
            self._offset_ms += max(quickest_ms, -options.early_slew_ms_per_window)

    def _start_window(self, arrival_ms: float) -> None:
        self._window_ends_ms = arrival_ms + self._options.window_ms
        self._quickest_ms = None


def _signed_difference(timestamp: int, reference: int) -> int:
    """How far ``timestamp`` lies after ``reference`` on the 32-bit circle, by the shorter way."""
    ahead = (timestamp - reference) % _WRAP
    return ahead - _WRAP if ahead >= _WRAP // 2 else ahead
