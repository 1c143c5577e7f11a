"""Is the peer still there? Decided from what is heard of it, in seconds rather than aioice's half minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from media_pipeline.rtc.options import LivenessOptions

Verdict = Literal["connecting", "alive", "ask", "lost", "gone"]


@dataclass(slots=True)
class Liveness:
    """Pure: ``heard`` for every authenticated packet, ``verdict`` as often as one likes.

    ``ask`` means alive so far, but worth a STUN binding request now; ``lost`` may become ``alive``
    again; ``gone`` is for good.
    """

    started_ms: float
    options: LivenessOptions = field(default_factory=LivenessOptions)
    _connected: bool = False
    _heard_ms: float = 0.0
    _gone: bool = False

    def connected(self, now_ms: float) -> None:
        self._connected = True
        self._heard_ms = now_ms

    def heard(self, now_ms: float) -> None:
        self._heard_ms = max(self._heard_ms, now_ms)

    def verdict(self, now_ms: float) -> Verdict:
        options = self.options
        silent_ms = now_ms - (self._heard_ms if self._connected else self.started_ms)
        if self._gone or silent_ms >= self._patience_ms():
            self._gone = True
            return "gone"
        if not self._connected:
            return "connecting"
        if silent_ms >= options.lost_after_ms:
            return "lost"
        return "ask" if silent_ms >= options.ping_after_ms else "alive"

    def _patience_ms(self) -> float:
        return self.options.close_after_ms if self._connected else self.options.connect_within_ms
