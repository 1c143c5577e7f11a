"""A token bucket. Pure: time is passed in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Lets ``burst`` through at once and ``per_s`` a second in the long run."""

    per_s: float
    burst: float
    _tokens: float = -1.0
    _at_ms: float = 0.0

    def take(self, now_ms: float) -> bool:
        """True where one more may pass at ``now_ms``."""
        if self._tokens < 0:
            self._tokens, self._at_ms = self.burst, now_ms
        elapsed_ms = max(0.0, now_ms - self._at_ms)
        self._tokens = min(self.burst, self._tokens + elapsed_ms * self.per_s / 1000.0)
        self._at_ms = max(now_ms, self._at_ms)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
