"""When to stop asking a model that keeps failing. Pure: the time is passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class BreakerOptions:
    failures: int = 3
    """Failures in a row that open the breaker."""
    rest_ms: int = 60_000
    """How long it stays open before one trial is let through."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """``opened_ms`` is None while closed. ``trial`` is True while one request is let through to see."""

    failures: int = 0
    opened_ms: int | None = None
    trial: bool = False

    def may_ask(self, now_ms: int, options: BreakerOptions) -> bool:
        """Closed, or rested long enough for a trial that nobody makes yet."""
        return self.opened_ms is None or (not self.trial and now_ms - self.opened_ms >= options.rest_ms)

    def asked(self) -> Breaker:
        """A request goes out; while open it is the trial."""
        return self if self.opened_ms is None else replace(self, trial=True)

    def let_go(self) -> Breaker:
        """The one who asked went away before the answer: nothing is known, the next may try."""
        return replace(self, trial=False)

    def succeeded(self) -> Breaker:
        return Breaker()

    def failed(self, now_ms: int, options: BreakerOptions) -> Breaker:
        failures = self.failures + 1
        if self.opened_ms is not None or failures >= options.failures:
            return Breaker(failures, now_ms)
        return Breaker(failures)
